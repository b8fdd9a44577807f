"""The script in the README, as somebody pastes it."""

import re
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest

import handover
from tests.parts.environment import ROOT


def _script() -> str:
    chapter = (ROOT / "README.md").read_text().split("## From a script")[1].split("\n## ")[0]
    found = re.search(r"(?:^    .*\n|^\n)+", chapter.lstrip("\n"), re.MULTILINE)
    assert found
    return textwrap.dedent(found[0])


def test_it_works_as_pasted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the checkout: it reads the request of the documentation and tells what is asked."""
    started: list[Any] = []
    asked = {"exit_code": 7, "question": {"text": "What now?"}}

    def record(request: Any) -> SimpleNamespace:
        started.append(request)
        return SimpleNamespace(id="ho-abc")

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(handover, "start", record, raising=False)
    monkeypatch.setattr(handover, "wait", lambda *_, **__: asked, raising=False)
    exec(compile(_script(), "README.md", "exec"), {})
    (request,) = started
    assert request["workflow"] == "change-contact"
    assert "ho-abc waits for a person: What now?" in capsys.readouterr().out
