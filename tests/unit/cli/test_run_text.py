"""The report in words: state, steps, what is done and what is not, and the question."""

import re
from typing import Any

import click
import pytest

from handover.cli.run_text import run_text

CHANGE: dict[str, Any] = {
    "number": 1,
    "id": "one",
    "kind": "create",
    "rule": "A4",
    "step": "first",
    "title": "Do one thing",
    "record": "membership/new",
    "before": {},
    "after": {"customer_id": "5"},
    "side_effects": [],
    "only_if": None,
}
REPORT: dict[str, Any] = {
    "run": "ho-abc",
    "workflow": "change-contact",
    "ticket": "4711",
    "account": "A1",
    "requested_by": "kim",
    "state": "applying",
    "result": None,
    "summary": None,
    "reverses": None,
    "reversed_by": [],
    "created_at": 0,
    "ended_at": None,
    "round": 2,
    "steps": [
        {
            "name": "first",
            "title": "First",
            "rules": ["A4"],
            "state": "running",
            "note": "",
            "done_at": None,
        },
        {
            "name": "second",
            "title": "Second",
            "rules": ["R3"],
            "state": "waiting",
            "note": "",
            "done_at": None,
        },
    ],
    "plan": [CHANGE],
    "plan_checksum": "0123456789abcdef",
    "notes": [],
    "question": None,
    "answered": [],
    "writes": [],
    "unattended_seconds": 0,
    "messages": [],
    "ticket_notes": {"configured": False, "posted": 0, "waiting": 0, "given_up": []},
    "forgotten": False,
    "next": "handover watch ho-abc",
}
QUESTION: dict[str, Any] = {
    "kind": "half-applied",
    "rule": "A6",
    "text": "What now?",
    "second_person": False,
    "no_second_person": ["kim"],
    "asked_at": 0,
    "expires_at": None,
    "overdue": False,
    "answers": [
        {"id": "leave", "meaning": "it ends here", "second_person": False},
        {"id": "go-on", "meaning": "it goes on", "second_person": True},
    ],
}


def _text(**changes: Any) -> str:
    return click.unstyle(run_text(REPORT | changes))


ANSWERED: list[dict[str, Any]] = [
    {"kind": "approve-plan", "answer": "approve", "answered_by": "lee", "answered_at": 0},
    {"kind": "half-applied", "answer": None, "answered_by": "kim", "answered_at": 0},
]


def write(outcome: str, round_: int = 2, kind: str | None = "create") -> dict[str, Any]:
    """A try of the one change."""
    title = "Do one thing"
    return {"change": "one", "title": title, "outcome": outcome, "round": round_, "kind": kind}


@pytest.mark.parametrize(
    ("writes", "step", "said"),
    [
        ([], "waiting", "· Do one thing: not done"),
        ([], "done", "✓ Do one thing: was so already"),
        ([write("done")], "done", "✓ Do one thing: written and read back"),
        ([write("not-landed"), write("found")], "running", "✓ Do one thing: written; found in"),
        ([write("open")], "running", "? Do one thing: sent; whether it landed is not known"),
        ([write("refused")], "running", "✗ Do one thing: not done (refused)"),
        ([write("differs")], "running", "✗ Do one thing: written, but it reads back differently"),
        ([write("done", kind="touch")], "done", "✓ Do one thing: saved; whether it helped is read"),
        ([write("done", kind="send")], "done", "✓ Do one thing: sent\n"),
        ([write("found", kind="touch")], "done", "✓ Do one thing: saved; whether it helped is"),
        ([write("refused", kind="touch")], "running", "✗ Do one thing: not done (refused)"),
        ([write("done", round_=1)], "waiting", "· Do one thing: not done"),
    ],
)
def test_each_change_says_whether_it_is_done(
    writes: list[dict[str, Any]], step: str, said: str
) -> None:
    """By the last write of this round; without one, by its step."""
    steps = [REPORT["steps"][0] | {"state": step}]
    assert said in _text(writes=writes, steps=steps)


@pytest.mark.parametrize(("step", "word"), [("waiting", "only if needed"), ("done", "not needed")])
def test_a_change_that_depends_on_an_answer(step: str, word: str) -> None:
    """It is no open work, and not done either."""
    text = _text(
        plan=[CHANGE | {"only_if": "asked=yes"}],
        steps=[REPORT["steps"][0] | {"state": step}],
    )
    assert f"Do one thing: {'was ' if step == 'done' else ''}{word}" in text


def test_a_question_comes_with_the_command_for_each_answer() -> None:
    """To be copied as it stands; a second person is asked for where one is needed."""
    text = _text(state="waiting", question=QUESTION, next=None)
    assert "Question (A6)" in text
    assert "handover answer ho-abc leave --reason TEXT" in text
    assert "go-on: it goes on (a second person)" in text
    assert "Somebody other than" not in text
    second = _text(state="waiting", question=QUESTION | {"second_person": True}, next=None)
    assert "Somebody other than kim has to answer." in second


def test_a_question_says_until_when_it_waits() -> None:
    """And that its time is over."""
    day = 86_400_000
    text = _text(state="waiting", question=QUESTION | {"expires_at": 9 * day}, next=None)
    assert re.search(r"asked 1970-01-01 [0-9:]+ \S+, expires 1970-01-10 [0-9:]+ \S+:", text)
    text = _text(state="waiting", question=QUESTION | {"overdue": True}, next=None)
    assert re.search(r"asked 1970-01-01 [0-9:]+ \S+, OVERDUE:", text)


@pytest.mark.parametrize(
    ("state", "result", "said"),
    [
        ("requested", None, "no worker has taken it up yet"),
        ("applying", None, "is being carried out"),
        ("waiting", None, "waits for a person"),
        ("ended", "proved", "done, and proved in Zuora"),
        ("ended", "stale", "the systems are not as planned"),
    ],
)
def test_the_state_is_said_in_plain_words(state: str, result: str | None, said: str) -> None:
    """In the first line."""
    assert said in _text(state=state, result=result).splitlines()[0]


def test_a_run_without_a_plan() -> None:
    """Before planning, and after forgetting, there is neither a plan nor a list of changes."""
    text = _text(plan=None)
    assert "Plan" not in text
    assert "Changes" not in text
    assert "Next: handover watch ho-abc" in text


def test_what_earlier_rounds_wrote_is_listed_without_a_plan() -> None:
    """The current round has no plan yet; what was written before it is not forgotten."""
    text = _text(plan=None, writes=[write("not-landed", 1), write("done", 1)])
    assert (
        "Written in earlier rounds\n  ✓ Do one thing: written and read back, 2 tries (round 1)"
        in (text)
    )


def test_what_earlier_rounds_wrote_stands_below_the_plan() -> None:
    """The change of this round is open, the one of the last round is told besides."""
    text = _text(writes=[write("done", 1)])
    assert "· Do one thing: not done" in text
    assert "✓ Do one thing: written and read back (round 1)" in text


@pytest.mark.parametrize(
    ("writes", "said"),
    [
        ([], "Written before it ended: nothing."),
        ([write("done", 1)], "Written before it ended: Do one thing."),
        ([write("refused")], "Written before it ended: nothing."),
        (
            [write("done", 1), write("unknown") | {"title": "Do another"}],
            "Do one thing. Sent, and it is not known whether it landed: Do another.",
        ),
    ],
)
def test_an_end_says_what_was_written(writes: list[dict[str, Any]], said: str) -> None:
    """In plain words, in every round."""
    assert said in _text(state="ended", result="cancelled", ended_at=1, next=None, writes=writes)
    proved = _text(state="ended", result="proved", ended_at=1, next=None, writes=writes)
    assert "Written before it ended" not in proved


def test_a_step_with_nothing_to_do_says_so() -> None:
    """A tick alone would say that it had changed something."""
    steps = [REPORT["steps"][0] | {"state": "done", "note": "nothing to do", "done_at": 1}]
    assert "✓ 1. First (A4): nothing to do  " in _text(steps=steps)
    assert "1. First (A4)\n" in _text()


def test_answers_so_far_are_told() -> None:
    """What was asked, answered, by whom and when; nothing where nothing was asked."""
    text = _text(answered=ANSWERED)
    assert "Questions and answers so far\n  approve-plan: approve, answered by lee 19" in text
    assert "  half-applied: closed without an answer by kim 19" in text
    assert "Questions and answers" not in _text()


def test_a_forgotten_run_says_so() -> None:
    """Its plan is gone, and so are the titles; what was written is still listed."""
    text = _text(plan=None, forgotten=True, writes=[write("done") | {"title": "one"}])
    assert "its personal data was destroyed" in text
    assert "✓ one: written and read back (round 2)" in text


def test_messages_and_notes_are_told() -> None:
    """What is to be sent, by name and reader; which notes are on the ticket, and which are not."""
    written = [{"name": "sign-up-first", "recipient": "requester", "written_at": 1}] * 2
    notes = {
        "configured": True,
        "posted": 2,
        "waiting": 1,
        "given_up": [{"event": 3, "why": "ticket-closed"}],
    }
    text = run_text(REPORT | {"messages": written, "ticket_notes": notes})
    told = "messages written: sign-up-first for the requester; `handover messages ho-abc`"
    assert told in text
    assert "notes on the ticket: 2 posted, 1 waiting, event 3 given up (ticket-closed)" in text
    none = {"configured": False, "posted": 0, "waiting": 0, "given_up": []}
    assert "none, Zendesk is not configured" in run_text(REPORT | {"ticket_notes": none})
    assert "none yet" in run_text(REPORT | {"ticket_notes": none | {"configured": True}})
