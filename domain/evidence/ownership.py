"""V5: ownership of the namespace that is attached to the subscription."""

from domain.evidence.facts import EvidenceFacts
from domain.evidence.namespaces import differing, moved, read_pasted
from domain.evidence.subscriptions import the_one
from domain.evidence.verdict import Accepted, no
from domain.namespaces import NamespaceSubscription
from domain.requests import NamespaceProof

RULE = "V5"
_COMPARE = (
    "what was pasted says the same as the namespace's subscription, as a gitlab.com admin account"
    " sees it"
)


def namespace(evidence: NamespaceProof, facts: EvidenceFacts) -> Accepted:
    """What was pasted is what GitLab says of the attached namespace. Raises Refused.

    What can't be read is unknown, and then a question; it is never refused.
    """
    subscription = the_one(evidence, facts, RULE)
    if not facts.attached:
        why = f"No namespace is attached to subscription {subscription.number}"
        raise no(RULE, "no-namespace", why)
    same = _same_namespace(evidence, facts)
    if same is False:
        why = f"That is not the namespace attached to subscription {subscription.number}"
        raise no(RULE, "another-namespace", why)
    unseen = [] if same else [f"the named namespace is the one attached to {subscription.number}"]
    return Accepted(RULE, (*unseen, *_compared(evidence.pasted, facts.namespace)))


def _same_namespace(evidence: NamespaceProof, facts: EvidenceFacts) -> bool | None:
    """Whether the named namespace is attached; None if only GitLab could tell and did not."""
    ids = {one.id for one in facts.attached}
    claimed = facts.claimed_namespace_id
    if claimed is None and evidence.namespace.isdigit():
        claimed = evidence.namespace
    if claimed is not None:
        return claimed in ids
    # An order keeps the namespace's name, which need not be its path.
    return True if evidence.namespace in {one.name for one in facts.attached} else None


def _compared(text: str, actual: NamespaceSubscription | None) -> list[str]:
    """What is left to confirm once both answers were compared. Raises Refused."""
    try:
        pasted = read_pasted(text)
    except ValueError:
        return [_COMPARE]
    if pasted is None:
        why = "What was pasted names no plan: GitLab says that of any namespace without one"
        raise no(RULE, "empty-answer", why)
    if actual is None:
        return [_COMPARE]
    if fields := differing(pasted, actual):
        why = f"What was pasted is not what GitLab says; different: {', '.join(fields)}"
        raise no(RULE, "answer-differs", why)
    if counters := moved(pasted, actual):
        return [f"{' and '.join(counters)} may have moved that far since it was copied"]
    return []
