"""What this very customer could show instead."""

from collections.abc import Iterator

from domain.evidence.facts import EvidenceFacts, concerned, resold
from domain.requests import Evidence


def alternatives(evidence: Evidence | None, facts: EvidenceFacts) -> str:
    """The proofs that remain possible by what is known of the account, as one sentence."""
    return f"Accepted instead: {'; '.join(_proofs(evidence, facts))}."


def _proofs(evidence: Evidence | None, facts: EvidenceFacts) -> Iterator[str]:
    found = concerned(evidence, facts.subscriptions)
    through_reseller = resold(found)
    yield "the Sold To's approval in a comment (V1)"
    yield "a prior subscription contract (V2)"
    if through_reseller is not True:
        yield "a GitLab invoice of the last 12 months on this account (V3)"
    if through_reseller is not False:
        if facts.activated is not False:
            yield "such an invoice of the reseller's, supplied by the reseller (V3)"
        if facts.activated is not True:
            yield "the reseller's vouch while the licence is not activated (V6)"
    if facts.delivery != "saas":
        yield "the text of the last loaded licence (V4)"
    if facts.delivery != "self-managed":
        yield "the gitlab_subscription answer of the attached namespace, by a group owner (V5)"
