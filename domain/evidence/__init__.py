"""Ownership verification (V): pure rules over facts that were read from the systems."""

from domain.evidence.alternatives import offers
from domain.evidence.asking import CONFIRM, confirmation
from domain.evidence.facts import AttachedNamespace, CommentFact, EvidenceFacts, concerned, resold
from domain.evidence.rules import decide, no_evidence, refused_by_person
from domain.evidence.verdict import Accepted

__all__ = [
    "CONFIRM",
    "Accepted",
    "AttachedNamespace",
    "CommentFact",
    "EvidenceFacts",
    "concerned",
    "confirmation",
    "decide",
    "no_evidence",
    "offers",
    "refused_by_person",
    "resold",
]
