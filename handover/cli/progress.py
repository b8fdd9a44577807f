"""A run's events as lines for people, one per step, change, question and wait."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import handover
from handover.cli.session import marks
from handover.words import counted
from worker.telling.words import reader_text

Event = Mapping[str, Any]

_OUTCOMES = {
    "done": "written and read back",
    "found": "an earlier try had landed",
    "not-landed": "did not land; it is tried again",
    "refused": "was refused",
    "differs": "reads back differently",
}

_WAITS = {
    "transient": "it did not work this time",
    "outcome-unknown": "no answer came, so whether it landed is read",
    "no-effect": "it was sent, but nothing changed",
    "not-sent": "nothing could be sent",
    "window-closed": "it was too late to send",
    "server-error": "the other system failed",
    "unreachable": "the other system can't be reached",
    "unreadable": "the other system's answer can't be read",
    "unavailable": "something that is needed can't be reached",
    "rate-limited": "the other system asks for fewer calls",
    "zuora-busy": "Zuora is busy and asks for another try",
    "held-off": "no call to the other system is allowed for a while",
    "signing-in": "another worker is signing in",
}
"""Why a step waits, for the codes of errors. Other reasons are words already."""


@dataclass(frozen=True)
class Line:
    """One line. A passing one is shown on a terminal only, until the next one replaces it."""

    mark: str
    text: str
    passing: bool = False


class Narrator:
    """Puts events into words. Titles of steps and changes come from the run's report."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._mark = marks(sys.stderr)
        self._steps: dict[str, str] = {}
        self._changes: dict[str, str] = {}
        self._touches: set[str] = set()
        self._sends: set[str] = set()
        self._parked: set[tuple[str | None, str]] = set()
        self._detailed = False

    def lines(self, event: Event) -> Iterator[Line]:
        """What there is to say about an event; often nothing."""
        teller = getattr(self, "_" + event["kind"].replace(".", "_").replace("-", "_"), None)
        if teller is None:
            return
        for line in teller(event, event["data"]):
            self._detailed = line.mark == " " and not line.passing
            yield line

    def _run_requested(self, event: Event, data: Event) -> Iterator[Line]:
        text = f"{event['actor']} requested {data['workflow']} of {data['account']}"
        yield Line(self._mark.open, f"{text}, ticket {data['ticket']}")

    def _step_claimed(self, event: Event, data: Event) -> Iterator[Line]:
        again = " (taken over from a worker that fell silent)" if data["takeover"] else ""
        yield Line(self._mark.running, self._step(event) + again, passing=not data["takeover"])

    def _step_done(self, event: Event, data: Event) -> Iterator[Line]:
        note = f": {data['note']}" if data.get("note") and not self._detailed else ""
        yield Line(self._mark.done, self._step(event) + note)

    def _step_parked(self, event: Event, data: Event) -> Iterator[Line]:
        seconds = max(0, data["until"] - event["at"]) / 1000
        why = _WAITS.get(data["why"], data["why"])
        text = f"{self._step(event)}: {why}; goes on in {seconds:.0f} s"
        known = (event["step"], data["why"])
        mark = self._mark.warns if data["failed_try"] else self._mark.running
        yield Line(mark, text, passing=not data["failed_try"] and known in self._parked)
        self._parked.add(known)

    def _evidence_accepted(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"evidence accepted by {data['rule']}, seen by {data['seen_by']}")

    def _evidence_refused(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"the evidence does not count by {data['rule']}: {data['code']}")

    def _evidence_given(self, event: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"{event['actor']} gave other evidence: {data['kind']}")

    def _evidence_waived(self, _: Event, __: Event) -> Iterator[Line]:
        yield Line(" ", "no evidence; a second person agreed to the reason")

    def _plan_made(self, _: Event, data: Event) -> Iterator[Line]:
        changes = counted(len(data["changes"]), "change")
        yield Line(" ", f"{changes} planned, plan {data['checksum'][:12]}")

    def _change_already_so(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"{self._change(data['change'])}: was so already")

    def _write_intended(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"{self._change(_change_of(data['write']))}: sending", passing=True)

    def _write_outcome(self, _: Event, data: Event) -> Iterator[Line]:
        change_id = _change_of(data["write"])
        outcome = _OUTCOMES.get(data["outcome"], data["outcome"])
        title = self._change(change_id)
        if data["outcome"] in ("done", "found") and change_id in self._touches:
            outcome = "saved; whether it helped is read in Zuora"
        if data["outcome"] == "done" and change_id in self._sends:
            outcome = "sent"  # a mail can't be read back
        yield Line(" ", f"{title}: {outcome}")

    def _message_written(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"wrote the message {data['message']} for {reader_text(data['recipient'])}")

    def _messages_read(self, event: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"{event['actor']} read {counted(len(data['messages']), 'message')}")

    def _question_asked(self, _: Event, data: Event) -> Iterator[Line]:
        answers = ", ".join(data["answers"])
        yield Line(self._mark.asks, f"asks: {data['question']} ({answers})")

    def _question_answered(self, event: Event, data: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} answered {data['answer']}")

    def _question_withdrawn(self, event: Event, _: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} withdrew the question")

    def _run_rests(self, _event: Event, _data: Event) -> Iterator[Line]:
        yield Line(" ", "rests: it holds nothing, and looks by itself now and then")

    def _run_woke(self, _event: Event, _data: Event) -> Iterator[Line]:
        yield Line(" ", "goes on, with what it held before")

    def _plan_anew(self, event: Event, _: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} has the rest planned anew")

    def _proof_held(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(" ", f"{counted(len(data['checked']), 'fact')} read and found as planned")

    def _proof_failed(self, _: Event, data: Event) -> Iterator[Line]:
        yield Line(self._mark.warns, f"the proof fails: {', '.join(data['missing'])}")

    def _question_overdue(self, _event: Event, _data: Event) -> Iterator[Line]:
        yield Line(self._mark.warns, "nobody answered in time; it still waits")

    def _question_expired(self, _event: Event, _data: Event) -> Iterator[Line]:
        yield Line(self._mark.warns, "nobody answered in time")

    def _run_resumed(self, event: Event, _data: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} has it sent on")

    def _run_cancel_asked(self, event: Event, _data: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} asks to cancel")

    def _run_ended(self, _: Event, data: Event) -> Iterator[Line]:
        mark = self._mark.done if data["result"] == "proved" else self._mark.failed
        yield Line(mark, f"ended: {data['result']}")

    def _run_forgotten(self, event: Event, _: Event) -> Iterator[Line]:
        yield Line(self._mark.open, f"{event['actor']} had its personal data destroyed")

    def _step(self, event: Event) -> str:
        if not self._steps:
            steps = handover.report(self._run_id)["steps"]
            self._steps = {
                step["name"]: f"{number}/{len(steps)} {step['title']}"
                for number, step in enumerate(steps, 1)
            }
        return self._steps.get(event["step"] or "", str(event["step"]))

    def _change(self, change_id: str) -> str:
        if change_id not in self._changes:
            plan = handover.report(self._run_id)["plan"] or []
            self._changes = {change["id"]: change["title"] for change in plan}
            self._touches = {change["id"] for change in plan if change["kind"] == "touch"}
            self._sends = {change["id"] for change in plan if change["kind"] == "send"}
        return self._changes.get(change_id, change_id)


def _change_of(write_id: str) -> str:
    """A write's id is made of the run, the round, the change and the try."""
    return write_id.split(".")[2]
