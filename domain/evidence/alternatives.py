"""What this very customer could show instead."""

from collections.abc import Iterator

from domain.evidence.facts import EvidenceFacts, concerned, resold
from domain.requests import Evidence


def alternatives(evidence: Evidence | None, facts: EvidenceFacts) -> str:
    """The proofs that remain possible by what is known of the account, as one sentence."""
    return f"Accepted instead: {'; '.join(words for _, words in _proofs(evidence, facts))}."


def offers(evidence: Evidence | None, facts: EvidenceFacts) -> tuple[str, ...]:
    """The rules of these proofs, each once."""
    return tuple(dict.fromkeys(rule for rule, _ in _proofs(evidence, facts)))


def _proofs(evidence: Evidence | None, facts: EvidenceFacts) -> Iterator[tuple[str, str]]:
    found = concerned(evidence, facts.subscriptions)
    through_reseller = resold(found)
    yield "V1", "the Sold To's approval in a comment (V1)"
    yield "V2", "a prior subscription contract (V2)"
    if through_reseller is not True:
        yield "V3", "a GitLab invoice of the last 12 months on this account (V3)"
    if through_reseller is not False:
        if facts.activated is not False:
            yield "V3", "such an invoice of the reseller's, supplied by the reseller (V3)"
        if facts.activated is not True:
            yield "V6", "the reseller's vouch while the licence is not activated (V6)"
    if facts.delivery != "saas":
        yield "V4", "the text of the last loaded licence (V4)"
    if facts.delivery != "self-managed":
        yield (
            "V5",
            "the gitlab_subscription answer of the attached namespace, by a group owner (V5)",
        )
