"""Where an exported history cannot be written."""

import json
from pathlib import Path

import pytest

import handover
from handover.cli import installation
from handover.cli.app import run

DOCUMENT = {"verification": {"holds": True, "events": 1, "runs": 1, "problems": []}}


@pytest.fixture(autouse=True)
def _a_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find", lambda: None)
    monkeypatch.setattr(handover, "export_audit", lambda **_: DOCUMENT, raising=False)


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1: it is this file's fault, and no state folder would help."""
    file = tmp_path / "nowhere" / "x.json"
    arguments = ["audit", "export", "--ticket", "4711", "--output", str(file), "--json"]
    assert run(arguments) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["code"] == "output"
    assert said.err == (
        f"handover: {file}: the output can't be written: No such file or directory."
        " Name another file in --output.\n"
    )
