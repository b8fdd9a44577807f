"""Events in words: one line for what a person wants to know, none for the rest."""

from typing import Any

import pytest

import handover
from handover.cli.progress import Line, Narrator

REPORT = {
    "steps": [{"name": "first", "title": "First"}, {"name": "second", "title": "Second"}],
    "plan": [
        {"id": "one", "title": "Do one thing", "kind": "set"},
        {"id": "two", "title": "Save it", "kind": "touch"},
    ],
}


@pytest.fixture
def narrator(monkeypatch: pytest.MonkeyPatch) -> Narrator:
    """A narrator of a run with two steps and one change."""
    monkeypatch.setattr(handover, "report", lambda _: REPORT, raising=False)
    return Narrator("ho-abc")


def _event(kind: str, **data: Any) -> dict[str, Any]:
    return {"kind": kind, "at": 10_000, "actor": "kim", "step": "first", "data": data}


def _said(narrator: Narrator, kind: str, **data: Any) -> list[Line]:
    return list(narrator.lines(_event(kind, **data)))


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("step.done", {"note": "nothing to do"}, "1/2 First: nothing to do"),
        ("step.done", {}, "1/2 First"),
        ("write.outcome", {"write": "ho-abc.1.one.1", "outcome": "done"}, "Do one thing: written"),
        ("write.outcome", {"write": "ho-abc.1.one.1", "outcome": "lost"}, "Do one thing: lost"),
        (
            "write.outcome",
            {"write": "ho-abc.1.two.1", "outcome": "done"},
            "Save it: saved; whether",
        ),
        ("change.already-so", {"change": "one"}, "Do one thing: was so already"),
        (
            "message.written",
            {"message": "typo-done", "recipient": "account-manager", "value": "0f"},
            "wrote the message typo-done for the Account Manager",
        ),
        ("messages.read", {"messages": ["typo-done"]}, "kim read 1 message"),
        ("question.asked", {"question": "why", "answers": ["a", "b"]}, "asks: why (a, b)"),
        ("question.answered", {"answer": "a", "reason": "0f"}, "kim answered a"),
        ("question.withdrawn", {}, "kim withdrew the question"),
        ("proof.failed", {"missing": ["members"]}, "the proof fails: members"),
        ("proof.held", {"checked": ["a", "b"]}, "2 facts read and found as planned"),
        ("question.overdue", {}, "nobody answered in time; it still waits"),
        ("question.expired", {}, "nobody answered in time"),
        ("run.resumed", {}, "kim has it sent on"),
        ("plan.anew", {"round": 2}, "kim has the rest planned anew"),
        ("run.ended", {"result": "stale", "reason": "stale"}, "ended: stale"),
        ("run.forgotten", {}, "kim had its personal data destroyed"),
    ],
)
def test_each_kind_has_its_words(
    narrator: Narrator, kind: str, data: dict[str, Any], text: str
) -> None:
    """One line each, which stays."""
    (line,) = _said(narrator, kind, **data)
    assert line.text.startswith(text)
    assert not line.passing


@pytest.mark.parametrize("kind", ["value.sealed", "something.new"])
def test_what_nobody_wants_to_know_is_left_out(narrator: Narrator, kind: str) -> None:
    """Also kinds of a later version."""
    assert _said(narrator, kind) == []


def test_a_step_that_is_taken_over_is_told(narrator: Narrator) -> None:
    """A first claim passes by; one from a silent worker stays."""
    (first,) = _said(narrator, "step.claimed", attempt=1, takeover=False)
    (second,) = _said(narrator, "step.claimed", attempt=2, takeover=True)
    assert first.passing
    assert not second.passing
    assert "fell silent" in second.text


def test_a_repeated_wait_is_told_once(narrator: Narrator) -> None:
    """Polling for the sync would fill the screen; a failed try is told each time."""
    waits = [
        _said(narrator, "step.parked", until=13_000, why="the sync", failed_try=False)[0]
        for _ in range(3)
    ]
    assert [line.passing for line in waits] == [False, True, True]
    assert waits[0].text == "1/2 First: the sync; goes on in 3 s"
    failed = [
        _said(narrator, "step.parked", until=13_000, why="transient", failed_try=True)[0]
        for _ in range(2)
    ]
    assert [line.passing for line in failed] == [False, False]


def test_a_note_is_not_told_twice(narrator: Narrator) -> None:
    """Where details came before, the step's note would repeat them."""
    _said(narrator, "evidence.accepted", rule="V1", seen_by="lee")
    (line,) = _said(narrator, "step.done", note="accepted by V1")
    assert line.text == "1/2 First"


@pytest.mark.parametrize("code", ["outcome-unknown", "no-effect", "server-error", "unreachable"])
def test_a_wait_is_told_in_words(narrator: Narrator, code: str) -> None:
    """Codes are for scripts, which read the events."""
    (line,) = _said(narrator, "step.parked", until=30_000, why=code, failed_try=True)
    assert code not in line.text
    assert line.text.startswith("1/2 First: ")
    assert line.text.endswith("; goes on in 20 s")
