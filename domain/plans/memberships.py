"""Sections A and R: memberships, which say who manages a billing account's subscriptions."""

from domain import questions
from domain.changes import Guard, Kind, Target
from domain.plans.draft import Answers, Draft
from domain.records import Customer, Membership
from domain.snapshot import Snapshot, members_of, members_state, membership_state

_NO_SIDE_EFFECT = "none on the Sold To (G3)"


def ask_about_memberships_elsewhere(now: Snapshot, answers: Answers) -> None:
    """A6: a Customer manages one account only, so they confirm that they give up the other one.

    Raises NeedsPerson while they have not, and R5 where nobody would be left there.
    """
    for other in now.elsewhere:
        account = (other.billing_account.id, other.billing_account.zuora_account_number)
        questions.require(questions.member_elsewhere(*account), answers, "gives-it-up")
        if len(other.members) == 1:
            questions.require(questions.last_member(*account), answers, "leave-empty")


def remove_memberships_elsewhere(draft: Draft) -> None:
    """A6: what the contact gave up is removed first."""
    for other in draft.now.elsewhere:
        account = other.billing_account.id
        there = [m.customer_id for m in other.members]
        draft.add(
            Guard(name=members_of(account), allowed=(members_state(there),)),
            id=f"remove-membership-elsewhere-{account}",
            kind=Kind.DELETE,
            step="remove_membership_elsewhere",
            rule="A6",
            title=f"End {draft.whom}'s access to billing account {account}",
            target=Target(model="billing_account_membership", id=other.membership.id),
            before=(membership_state(other.membership),),
            after={},
            side_effects=("none on the Sold To there (G3)",),
        )


def create_membership(draft: Draft, customer: Customer) -> None:
    """A4: the Customer manages this billing account too."""
    here = draft.now.billing_account.id
    if draft.now.is_member(customer.id):
        draft.notes.append(f"{_capital(draft.whom)} already manages this billing account (A4).")
        return
    draft.add(
        id="create-membership",
        kind=Kind.CREATE,
        step="create_membership",
        rule="A4",
        title=f"Let {draft.whom} manage the billing account",
        target=Target(model="billing_account_membership"),
        before=({},),
        after={"customer_id": customer.id, "billing_account_id": here},
        side_effects=(_NO_SIDE_EFFECT,),
    )
    draft.members.append(customer.id)


def remove_membership(draft: Draft, held: Membership, *, whose: str, step: str) -> None:
    """R3: exactly this membership ends; `whose` names its holder's part, such as “the contact”."""
    draft.add(
        id="remove-membership",
        kind=Kind.DELETE,
        step=step,
        rule="R3",
        title=f"End {whose}'s access to the billing account",
        target=Target(model="billing_account_membership", id=held.id),
        before=(membership_state(held),),
        after={},
        side_effects=(_NO_SIDE_EFFECT,),
    )
    draft.members.remove(held.customer_id)


def remove_previous_membership(draft: Draft) -> None:
    """R after A (C5): the previous Sold To no longer manages the billing account."""
    old, subject = draft.pinned.customer, draft.subject
    if old is None:
        draft.notes.append("The previous Sold To has no Customer; there is nothing to remove (R).")
        return
    if subject is not None and old.id == subject.id:
        draft.notes.append("Old and new contact are the same person; nothing is removed (R).")
        return
    held = draft.now.membership_of(old.id)
    if held is None:
        draft.notes.append("The previous Sold To does not manage this billing account (R).")
        return
    step = "remove_previous_membership"
    remove_membership(draft, held, whose="the previous Sold To", step=step)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
