"""What is shown of evidence: enough to look it up, and nothing that is somebody's or a secret."""

from handover.cli.evidence_text import evidence_text
from handover.given import _shown


def test_addresses_are_masked_wherever_they_stand() -> None:
    shown = _shown({"document": "mail of ada@example.test, page 2", "part": {"email": "x@y.test"}})
    assert shown["document"] == "mail of a***@e***.test, page 2"
    assert shown["part"] == {"email": "x***@y***.test"}


def test_a_licence_stays_sealed() -> None:
    assert _shown({"kind": "licence", "text": "eyJk", "seen_by": None}) == {
        "kind": "licence",
        "text": "(sealed)",
    }


def test_groups_are_indented() -> None:
    given = {"evidence": {"kind": "x", "reseller": {"comment": "5"}}}
    assert evidence_text(given) == "kind: x\nreseller:\n  comment: 5"


def test_a_reason_stands_for_evidence() -> None:
    told = evidence_text({"evidence": None, "reason_without_evidence": "left"})
    assert told == "no evidence, but a reason: left"
    assert "no evidence" in evidence_text({"evidence": None, "reason_without_evidence": None})
