"""Acts whose report can't be made: they stand, and that is what is said."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

import handover
from domain.errors import Unavailable
from handover.cli import installation
from handover.cli.app import run
from tests.integration.cli.calls import REQUEST
from tests.integration.cli.shapes import golden, shape


@pytest.fixture(autouse=True)
def _acts_that_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise Unavailable("the journal is gone")

    monkeypatch.setattr(installation, "find", lambda: None)
    monkeypatch.setattr(handover, "cancel", lambda *_, **__: True, raising=False)
    monkeypatch.setattr(handover, "report", broken, raising=False)


def _run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_cancelled_run_that_cannot_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0: it is cancelled."""
    code, _, err = _run(["cancel", "ho-x", "--reason", "enough"], capsys)
    assert code == 0
    assert err == "Cancelled; the report can't be shown: the journal is gone\n"


def test_the_same_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON names the run and the problem."""
    code, out, _ = _run(["cancel", "ho-x", "--reason", "enough", "--json"], capsys)
    assert code == 0
    value = json.loads(out)
    assert shape(value) == golden("handover.recorded-1")
    assert (value["schema"], value["run"]) == ("handover.recorded/1", "ho-x")
    assert "the journal is gone" in value["problem"]


@pytest.mark.parametrize("reason", ["...", "…", " . ", "TEXT"])
def test_a_pasted_placeholder_is_no_reason(reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 64 before anything is done."""
    code, _, err = _run(["cancel", "ho-x", "--reason", reason], capsys)
    assert code == 64
    assert "--reason" in err


def test_an_option_without_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    """It says where the help is, as every other usage error does."""
    code, _, err = _run(["start", "--file"], capsys)
    assert code == 64
    assert "See `handover start --help`." in err


@pytest.mark.parametrize("arguments", [["resume", "ho-x", "--wait", "x"], ["runs", "--limit", "x"]])
def test_what_is_no_number(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """It asks for a whole number, not for a range."""
    code, _, err = _run(arguments, capsys)
    assert code == 64
    assert "whole number" in err


def test_an_empty_key(capsys: pytest.CaptureFixture[str]) -> None:
    """An unset variable of a script must not make every request the same run."""
    code, _, err = _run(["start", "change-contact", "--key", ""], capsys)
    assert code == 64
    assert "'--key': is empty" in err


def test_a_plan_that_would_ask_shows_the_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`--plan-only` has no run to show, so the answers stand beside the question."""
    answers = [{"id": "stop", "meaning": "the run ends", "second_person": False}]
    preview: dict[str, object] = {"changes": None, "question": "What now?", "answers": answers}
    preview |= {"evidence_question": None, "notes": []}
    monkeypatch.setattr(installation, "require_systems", lambda: None)
    monkeypatch.setattr(handover, "preview", lambda _: preview, raising=False)
    (tmp_path / "request.yaml").write_text(yaml.safe_dump(REQUEST))
    code, out, _ = _run(["start", "--file", str(tmp_path / "request.yaml"), "--plan-only"], capsys)
    assert code == 7
    assert out == "A run would ask first: What now?\n  stop: the run ends\n"
    preview["evidence_question"] = "Was it seen?"
    _, out, _ = _run(["start", "--file", str(tmp_path / "request.yaml"), "--plan-only"], capsys)
    told = "A run would ask a second person first: Was it seen?\nA run would then ask: What now?\n"
    assert out.startswith(told)
