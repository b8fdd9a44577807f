"""The script in the README, as somebody pastes it."""

import re
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest

import handover
from domain.requests import WORKFLOWS
from domain.requests.parsing import EVIDENCE_KINDS
from tests.parts.environment import ROOT

README = (ROOT / "README.md").read_text()


def test_every_workflow_is_presented_with_its_example() -> None:
    for workflow in WORKFLOWS:
        assert f"\n| [{workflow}](docs/examples/{workflow}.yaml) | " in README


def test_every_kind_of_proof_is_named() -> None:
    """Those that count; what never does has its place in the examples."""
    never = {"team-member-vouch", "screenshot", "activation-code-email"}
    for kind in {*EVIDENCE_KINDS} - never - {"support-contact-entitlement"}:
        assert f"`{kind}`" in README


def test_what_is_linked_is_there() -> None:
    links = re.findall(r"\]\(([\w./-]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


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
