"""The plan for R: a Customer no longer manages the billing account; nothing else changes."""

from domain import questions
from domain.errors import Refused
from domain.plan import Plan
from domain.plans import memberships, proof
from domain.plans.draft import Answers, Draft
from domain.plans.sold_to import require_original_sold_to
from domain.requests import RemoveContact
from domain.snapshot import Elsewhere, Pinned, Snapshot


def derive(
    request: RemoveContact,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,  # noqa: ARG001 - no Customer is saved here
) -> Plan:
    """The one membership of the right Customer on the right billing account (R1, R2).

    Raises Refused where nobody has the email or they manage another account than this one, and
    NeedsPerson where it is the only membership (R5).
    """
    contact = now.new_customer
    if contact is None:
        raise Refused(
            "No Customer has this email (R1). Look at the account's members in CustomersDot and"
            " start again with the email that stands there.",
            rule="R1",
            code="contact-without-customer",
        )
    require_original_sold_to(now, pinned, None)
    held = now.membership_of(contact.id)
    draft = Draft(request, now, pinned, contact)
    if held is None and now.elsewhere:
        raise Refused(_of_another_account(now.elsewhere[0]), rule="R2", code="member-elsewhere")
    if held is None:
        draft.notes.append("The contact does not manage this billing account (R2).")
    else:
        if len(now.members) == 1:
            here = now.billing_account.id
            question = questions.last_member_here(here, now.account.number)
            questions.require(question, answers, "leave-empty")
        if pinned.customer and pinned.customer.id == contact.id:
            draft.notes.append("This is the Sold To; they stay that in Zuora, without access (R).")
        memberships.remove_membership(draft, held, whose="the contact", step="remove_membership")
    return draft.plan(
        (
            *proof.original_contacts(draft),
            proof.members_as_planned(draft),
            proof.same_customer(draft, contact),
            proof.no_ghost(draft),
        )
    )


def _of_another_account(other: Elsewhere) -> str:
    account = other.billing_account
    return (
        f"This Customer does not manage this account but billing account {account.id} (Zuora"
        f" account {account.zuora_account_number}), so nothing was removed (R2). Check which"
        " account the ticket is about, and start again for that one."
    )
