"""Section S: the contact of the account, which CustomersDot writes through to Zuora."""

from domain.changes import Guard, Kind, Target
from domain.errors import Refused
from domain.plans.draft import Draft
from domain.records import State


def update_sold_to(draft: Draft, wanted: State, *, seen_in_zuora: bool = False) -> None:
    """S3: the account's Sold To shall be `wanted`; a shared contact takes the Bill To along (S2).

    `seen_in_zuora` holds back what follows until Zuora has it (S5). Raises Refused where
    CustomersDot has no copy of the contact to write to (S1).
    """
    if draft.now.account.shared_contact:
        draft.bill_to = [wanted]
    if draft.sold_to == [wanted]:
        draft.notes.append("The Sold To already is the new contact (S).")
        return
    require_copy(draft)
    roles = "Sold To and Bill To" if draft.now.account.shared_contact else "Sold To"
    draft.add(
        id="update-sold-to",
        kind=Kind.SET,
        step="update_sold_to",
        rule="S3",
        title=f"Write {draft.whom} to the billing account contact ({roles})",
        target=Target(model="billing_account_contact", id=draft.copy_id()),
        before=tuple(draft.sold_to),
        after=wanted,
        values=wanted,
        side_effects=("writes through to Zuora (S)",),
        judge=Guard(name="zuora-sold-to", allowed=(wanted,)) if seen_in_zuora else None,
    )
    draft.sold_to = [wanted]


def require_copy(draft: Draft) -> None:
    """Raises Refused where CustomersDot has no copy of the account's Sold To (S1)."""
    if not draft.copy_id():
        raise Refused(
            "CustomersDot has no copy of the account's Sold To contact (S1). Hand over to"
            " Billing, or add the contact there by its Zuora contact id.",
            rule="S1",
            code="no-contact-copy",
        )
