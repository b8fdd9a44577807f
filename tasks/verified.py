"""Whom the evidence was about: sealed by what verifies, and asked for by what plans (V)."""

from collections.abc import Sequence

from domain.changes import matches
from domain.errors import Stale
from domain.evidence import EvidenceFacts
from domain.requests import Request
from domain.snapshot import Pinned, contact_state
from tasks.evidence_facts import read_account_facts
from worker.context import StepContext

SOLD_TO = "verified-sold-to"
OWN_SOLD_TO = "own-sold-to"


def seal_verified(context: StepContext, facts: EvidenceFacts) -> None:
    """Seals the Sold To: planning stops where that is somebody else by then."""
    context.seal(SOLD_TO, contact_state(facts.account.sold_to), with_step=True)
    seal_own_sold_to(context, facts)


def seal_own_sold_to(context: StepContext, facts: EvidenceFacts) -> None:
    """Seals which subscriptions have a Sold To of their own (decision 8), as they were found."""
    context.seal(OWN_SOLD_TO, list(facts.own_sold_to), with_step=True)


def require_verified(context: StepContext, pinned: Pinned) -> None:
    """Raises Stale unless the pinned Sold To is the one whom the evidence was about."""
    if not matches(contact_state(pinned.contact), context.sealed(SOLD_TO)):
        raise Stale("The account's Sold To changed after ownership was verified (V).")


def own_sold_to(context: StepContext, request: Request) -> Sequence[str]:
    """As verifying found them; where policy went without evidence, nobody has looked yet."""
    found: Sequence[str] | None = context.sealed(OWN_SOLD_TO)
    return read_account_facts(request).own_sold_to if found is None else found
