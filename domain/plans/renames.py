"""Renaming the Sold To's Customer, who stays the same record (C6, T5)."""

from domain import questions_typos as questions
from domain.changes import Guard, Kind, Target
from domain.errors import NeedsPerson
from domain.plans.draft import Draft
from domain.records import Customer, same_email
from domain.snapshot import Snapshot, customer_as_contact, customer_state


def require_right_login(now: Snapshot, old: Customer) -> None:
    """Decision 4: only a Customer who manages this account is renamed. Raises NeedsPerson.

    Saving one who manages another account would write to that account in Zuora (G1).
    """
    if not now.is_member(old.id):
        held = tuple(m.billing_account_id for m in now.sold_to_memberships)
        raise NeedsPerson(questions.sold_to_manages_elsewhere(held))


def rename(draft: Draft, old: Customer, wanted: Customer, *, rule: str, title: str) -> None:
    """The Customer gets another email or name, with *Skip email confirmation*.

    By G1 the save may write to the account's Sold To, or, where the Bill To has the new email, to
    the Bill To; what it brought has to be there before anything else is written.
    """
    before, after = customer_state(old), customer_state(wanted)
    values = {name: value for name, value in after.items() if before[name] != value}
    arrived = (*draft.sold_to, customer_as_contact(wanted))
    draft.add(
        id="rename-customer",
        kind=Kind.SET,
        action="rename",
        step="rename_customer",
        rule=rule,
        title=title,
        target=Target(model="customer", id=old.id),
        before=(before,),
        after=after,
        values=values,
        side_effects=(
            "Skip email confirmation is ticked, so that no mail asks for it",
            "saving this Customer updates or replaces the account's Sold To (G1)",
        ),
        judge=Guard(name="zuora-sold-to", allowed=arrived),
    )
    draft.subject = wanted
    draft.sold_to = list(arrived)
    if same_email(wanted.email, draft.now.account.bill_to.work_email):
        draft.bill_to.append(customer_as_contact(wanted))
