"""Where output goes, and how it looks."""

import io
from types import SimpleNamespace

import pytest

from handover.cli.session import Marks, Session, marks


@pytest.mark.parametrize(
    ("name", "value", "color"),
    [("NO_COLOR", "1", False), ("NO_COLOR", "", None), ("TERM", "dumb", False)],
)
def test_colours_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, color: bool | None
) -> None:
    """NO_COLOR counts when it is not empty, as its authors ask."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert Session.of([]).color is color


def test_json_is_seen_even_if_the_rest_is_wrong() -> None:
    """Before anything is parsed."""
    assert Session.of(["runs", "--json", "--lost"]).json
    assert not Session.of(["runs"]).json


@pytest.mark.parametrize(
    ("encoding", "done"), [("utf-8", "✓"), ("ascii", "+"), ("latin-1", "+"), ("nonsense", "+")]
)
def test_marks_fit_the_stream(encoding: str, done: str) -> None:
    """Letters where the stream can't show signs."""

    assert marks(SimpleNamespace(encoding=encoding)).done == done


def test_marks_differ_from_one_another() -> None:
    """In both spellings."""
    for one in (Marks(), marks(io.StringIO())):
        signs = list(vars(one).values())
        assert len(set(signs)) == len(signs)
