"""The plan of a verification alone: nothing is changed, and the proof says that nothing was."""

from domain.plan import Plan
from domain.plans import proof
from domain.plans.draft import Answers, Draft
from domain.plans.sold_to import require_original_sold_to
from domain.requests import VerifyOwnership
from domain.snapshot import Pinned, Snapshot


def derive(
    request: VerifyOwnership,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,  # noqa: ARG001 - verifying has asked what there was to ask
    *,
    login_saved: bool = False,  # noqa: ARG001 - no Customer is saved here
) -> Plan:
    """A plan without changes; its proof is that the verified Sold To is still who they were."""
    require_original_sold_to(now, pinned, None)
    draft = Draft(request, now, pinned, None)
    draft.notes.append("Ownership is verified; this workflow changes nothing.")
    return draft.plan((*proof.original_contacts(draft), proof.members_as_planned(draft)))
