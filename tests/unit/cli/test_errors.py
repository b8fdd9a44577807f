"""Errors at the end of a command: exit code, words, and nothing personal."""

from pathlib import Path

import pytest

from config.settings import SettingsError
from domain.errors import (
    Defect,
    HandoverError,
    InvalidRequest,
    Locked,
    NeedsPerson,
    OutcomeUnknown,
    Question,
    Refused,
    SignInExpired,
    Stale,
    Transient,
    Unavailable,
)
from handover.cli import errors
from handover.cli.session import Session
from handover.exits import of_error

QUESTION = Question("kind", "A6", "What now?", ())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Defect("x"), 1),
        (OutcomeUnknown("x"), 1),
        (Refused("x"), 3),
        (SignInExpired("x"), 4),
        (Stale("x"), 5),
        (Locked("x", holder="ho-1"), 6),
        (NeedsPerson(QUESTION), 7),
        (InvalidRequest(["x"]), 64),
        (Unavailable("x"), 69),
        (Transient("x"), 69),
    ],
)
def test_each_error_has_its_exit_code(
    error: HandoverError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the table in the design says; the message is on stderr alone."""
    assert of_error(error) == code
    assert errors.report(error, Session()) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("handover: ")


def test_several_problems_are_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """One problem is a sentence of its own."""
    errors.report(SettingsError(["a is wrong", "b is wrong"]), Session())
    assert capsys.readouterr().err == (
        "handover: The settings are invalid, 2 problems:\n  - a is wrong\n  - b is wrong\n"
    )
    assert errors.report(InvalidRequest(["c is wrong"]), Session()) == 64
    assert capsys.readouterr().err == "handover: c is wrong\n"


def test_a_defect_tells_its_place_and_keeps_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error's own text may quote a person: it is neither shown nor kept."""
    monkeypatch.setenv("HANDOVER_STATE_DIR", str(tmp_path / "state"))

    with pytest.raises(ValueError, match="canary") as raised:
        raise ValueError("canary@example.org")
    assert errors.report(raised.value, Session()) == 1
    said = capsys.readouterr().err
    kept = tmp_path / "state" / "log" / "defects.log"
    assert f"An unexpected ValueError at {__name__}:" in said
    assert str(kept) in said
    assert len(kept.read_text().splitlines()) == 2
    assert "canary" not in said + kept.read_text()
    assert kept.parents[1].stat().st_mode & 0o077 == 0


def test_a_defect_without_a_place_for_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A state folder that can't be made does not make it worse."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HANDOVER_STATE_DIR", str(tmp_path / "file" / "state"))
    assert errors.report(KeyError("x"), Session()) == 1
    assert "Its trace" not in capsys.readouterr().err


def test_an_interruption_says_what_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 130, and how to look again."""
    session = Session()
    session.goes_on("ho-abc")
    assert errors.report(KeyboardInterrupt(), session) == 130
    assert "Run ho-abc goes on without us: `handover watch ho-abc`." in capsys.readouterr().err
