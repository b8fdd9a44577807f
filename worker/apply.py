"""Applying one change: check, write, verify.

Found as wanted: already done. Found as expected, and the guards hold: record the intent, write,
read back, record the outcome. Anything else is stale. A write without an outcome is never repeated
before reading has shown that it did not land.
"""

import time
from typing import Any, Protocol

from sqlalchemy import Row

from domain import questions
from domain.changes import Change, Guard, Kind, differing, matches, matches_any
from domain.errors import NeedsPerson, OutcomeUnknown, Refused, SignInExpired, Stale, Transient
from domain.records import State
from domain.windows import WriteWindow
from worker.context import StepContext
from worker.journal import writes
from worker.runtime import milliseconds
from worker.trips import AFTER_REPLY, BEFORE_SEND, CHECKED, trip

POLL_SECONDS = 2.0


class View(Protocol):
    """The systems as they are read once; a new look reads them again."""

    def record(self, change: Change) -> State:
        """The record that a change is about; empty if there is none."""

    def read_back(self, change: Change) -> State:
        """The record that was just written, read anew: by its id where this view knows that."""

    def named(self, name: str) -> State:
        """What a guard or an expectation of that name finds."""

    def send(self, change: Change, window: WriteWindow) -> None:
        """Sends one change to the record that this view found.

        Returning means that the answer said yes; only reading proves it.
        """


class Systems(Protocol):
    """The remote side."""

    def look(self) -> View:
        """A fresh view."""


def apply(context: StepContext, change: Change, systems: Systems) -> None:
    """Makes one change true, or raises what stopped it."""
    _Applier(context, change, systems).run()


class _Applier:
    def __init__(self, context: StepContext, change: Change, systems: Systems) -> None:
        self.context = context
        self.change = change
        self.systems = systems
        tried = [w for w in context.writes() if w.round == context.lease.round]
        self.tries = [w for w in tried if w.change_id == change.id]

    def run(self) -> None:
        settled = next((t for t in self.tries if t.outcome in ("done", "found")), None)
        if settled is None:
            match self.change.kind:
                case Kind.TOUCH:
                    self._touch()
                case Kind.SEND:
                    self._send_once()
                case _:
                    self._write()
        if self.change.judge:
            self._judge(self.change.judge)

    # set, create, delete

    def _write(self) -> None:
        view = self.systems.look()
        found = view.record(self.change)
        unsettled = self._open_try()
        if matches(found, self.change.after):
            self._already_so(unsettled)
            return
        if not matches_any(found, self.change.before):
            raise Stale(self._not_as_planned(found))
        if unsettled is not None:
            self._give_up_on(unsettled)
        self._check_guards(view)
        try:
            write_id = self._send(view)
        except Refused:
            # An earlier try may have landed after all, and this one met it.
            if not self.tries or not self._reads_back():
                raise
            self._already_so(None)
            return
        self._verify(view, write_id)

    def _give_up_on(self, unsettled: Row[Any]) -> None:
        """A write that is not to be seen long after its time limit has not landed."""
        self._wait_until_quiet(unsettled.intended_at)
        self._settle(unsettled.id, "not-landed")
        if not self.context.lease.takeover:
            raise Transient(f"{self.change.title}: sent, but nothing changed", code="no-effect")

    def _reads_back(self) -> bool:
        return matches(self.systems.look().record(self.change), self.change.after)

    def _already_so(self, unsettled: Row[Any] | None) -> None:
        if unsettled is not None:
            self._settle(unsettled.id, "found")
            return
        with self.context.journal.write() as tx:
            writes.note_unneeded(tx, self.context.lease, self.change.id)

    def _verify(self, view: View, write_id: str) -> None:
        found = view.read_back(self.change)
        if matches(found, self.change.after):
            self._settle_soon(write_id)
            return
        if matches_any(found, self.change.before):
            # What was read may be older than what was written: look again, don't send again.
            now = self.context.now()
            self.context.not_before(now, POLL_SECONDS, "accepted, but not to be seen yet")
        self._settle(write_id, "differs", "accepted, but it reads back differently")
        raise Stale(self._reads_otherwise(found))

    # touch

    def _touch(self) -> None:
        unsettled = self._open_try()
        if unsettled is not None:
            self._wait_until_quiet(unsettled.intended_at)
            if self.change.judge and self._found_there(self.change.judge):
                self._settle(unsettled.id, "found")
                return
            self._settle(unsettled.id, "not-landed")
        view = self.systems.look()
        found = view.record(self.change)
        if not matches_any(found, self.change.before):
            raise Stale(self._not_as_planned(found))
        self._check_guards(view)
        self._settle(self._send(view), "done")

    # what must show elsewhere

    def _judge(self, judge: Guard) -> None:
        """Looks where the change should have arrived, once no late sync can undo what is seen."""
        with self.context.journal.read() as tx:
            tries = writes.of_change(tx, self.context.lease, self.change.id)
        if not tries:  # found in place without a write of ours
            return
        begun = tries[-1].settled_at or tries[-1].intended_at
        self._wait_until_quiet(begun)
        if self._found_there(judge):
            return
        now = self.context.now()
        if now < begun + milliseconds(self.context.settings.lag_seconds):
            self.context.not_before(now, POLL_SECONDS, "the sync has not arrived")
        otherwise = self.change.otherwise
        if otherwise is None:
            raise Stale(f"{self.change.title}: written, but it did not arrive ({judge.name}).")
        if otherwise not in self.context.answers():
            raise NeedsPerson(questions.JUDGED[otherwise]())

    def _found_there(self, judge: Guard) -> bool:
        return matches_any(self.systems.look().named(judge.name), judge.allowed)

    def _wait_until_quiet(self, moment: int) -> None:
        quiet = self.context.settings.quiet_seconds
        self.context.not_before(moment, quiet, "an earlier save may still be on its way to Zuora")

    # send

    def _send_once(self) -> None:
        unsettled = self._open_try()
        if unsettled is not None:
            answer = self.context.answered_since(questions.UNKNOWN_SEND, unsettled.intended_at)
            if answer is None:
                raise NeedsPerson(questions.unknown_send(self.change.title))
            self._settle(unsettled.id, "done" if answer == "was-sent" else "not-landed")
            if answer == "was-sent":
                return
        view = self.systems.look()
        self._check_guards(view)
        self._settle(self._send(view), "done")

    # shared

    def _open_try(self) -> Row[Any] | None:
        return self.tries[-1] if self.tries and self.tries[-1].outcome is None else None

    def _check_guards(self, view: View) -> None:
        for guard in self.change.guards:
            found = view.named(guard.name)
            if not matches_any(found, guard.allowed):
                raise Stale(_guard_text(self.change, guard, found))

    def _send(self, view: View) -> str:
        """Records the intent, sends, and returns the write's id. A refusal settles the write."""
        trip(self.change.step, CHECKED)
        seconds = self.context.settings.write_seconds
        closes_at = time.monotonic() + seconds
        with self.context.journal.write() as tx:
            self.context.record_what_was_left(tx)
            write_id = writes.intend(
                tx, self.context.lease, self.change.id, milliseconds=milliseconds(seconds)
            )
        trip(self.change.step, BEFORE_SEND)
        try:
            view.send(self.change, WriteWindow(write_id, closes_at))
        except (Transient, SignInExpired, Refused, Stale) as error:
            self._settle(write_id, "refused" if isinstance(error, Refused) else "not-landed")
            raise
        except OutcomeUnknown:
            if self.change.kind is Kind.SEND:
                raise NeedsPerson(questions.unknown_send(self.change.title)) from None
            raise
        trip(self.change.step, AFTER_REPLY)
        return write_id

    def _settle(self, write_id: str, outcome: str, note: str = "") -> None:
        with self.context.journal.write() as tx:
            writes.settle(tx, self.context.lease, write_id, outcome, note)

    def _settle_soon(self, write_id: str) -> None:
        """Done, as anybody who takes over will find; only a judge counts from that moment on."""
        if self.change.judge:
            self._settle(write_id, "done")
            return
        lease = self.context.lease
        self.context.leave(lambda tx: writes.settle(tx, lease, write_id, "done"))

    def _reads_otherwise(self, found: State) -> str:
        change = self.change
        fields = ", ".join(differing(found, change.after)) or "the record"
        return (
            f"{change.title}: accepted, but {fields} then read otherwise than was asked for"
            f" ({change.rule}). Look at the record before the rest is planned anew."
        )

    def _not_as_planned(self, found: State) -> str:
        change = self.change
        if not found:
            return f"{change.title}: the record is not there any more ({change.rule})."
        wanted = change.before[0] if change.before and change.before[0] else change.after
        fields = ", ".join(differing(found, wanted)) or "its existence"
        return f"{change.title}: not as planned, somebody changed {fields} ({change.rule})."


def _guard_text(change: Change, guard: Guard, found: State) -> str:
    fields = ", ".join(differing(found, guard.allowed[0])) if found else "it is gone"
    return (
        f"{change.title}: {guard.name} is not as planned ({fields or 'it appeared'});"
        f" nothing was written for {change.rule}."
    )
