"""The evidence that the documentation shows is evidence."""

from pathlib import Path

import pytest

from domain.requests import parse_evidence, parse_yaml
from domain.requests.parsing import EVIDENCE_KINDS
from tests.parts.environment import ROOT

FILES = sorted((ROOT / "docs/examples/evidence").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_can_be_given(path: Path) -> None:
    assert parse_evidence(parse_yaml(path.read_text())).kind in path.stem


def test_every_kind_is_shown_or_named() -> None:
    shown = "".join(path.read_text() for path in FILES)
    assert all(kind in shown for kind in EVIDENCE_KINDS)
