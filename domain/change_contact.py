"""The plan for C5: the new contact is an existing Customer.

Here stands what has to be known or asked before anything is planned; `contact_draft` holds the
changes themselves.
"""

from collections.abc import Mapping

from domain import questions
from domain.changes import matches_any
from domain.contact_draft import Draft, nobody_to_save_last
from domain.contact_proof import wanted_contact
from domain.errors import Refused, Stale
from domain.plan import Plan
from domain.records import Customer, HistoryLine
from domain.requests import ChangeContact
from domain.snapshot import Pinned, Snapshot, contact_state, customer_as_contact

Answers = Mapping[str, str]


def derive(
    request: ChangeContact,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,
) -> Plan:
    """The plan for this request in this world.

    `login_saved` says that this run has saved the new contact's Customer in an earlier round and
    has not yet saved the original Sold To's after it, so that L3 is still owed. Raises Refused
    where the rules forbid it, Stale where the Sold To is nobody whom this run knows, and
    NeedsPerson where the rules ask for a word that `answers` (question's key → answer) lack yet.
    """
    new = _existing_customer(now)
    _know_the_sold_to(request, now, pinned, new)
    _ask_before_planning(now, pinned, new, answers)
    return Draft(request, now, pinned, new, login_saved).plan()


def _know_the_sold_to(request: ChangeContact, now: Snapshot, pinned: Pinned, new: Customer) -> None:
    """A Sold To whom neither the first snapshot nor this run put there is somebody else's work."""
    known = [contact_state(pinned.contact), wanted_contact(request), customer_as_contact(new)]
    if pinned.customer:
        known.append(customer_as_contact(pinned.customer))
    if not matches_any(contact_state(now.account.sold_to), tuple(known)):
        raise Stale(
            "The account's Sold To is no longer who it was when this run began, and this run did"
            " not change it. Find out who did. Planning anew meets this again until the original"
            " Sold To or the new contact stands there."
        )


def _existing_customer(now: Snapshot) -> Customer:
    if now.new_customer is None:
        raise Refused(
            "The new contact has no Customer record (A2). Ask them to sign up at the Customers"
            " Portal and start again then; renaming the Sold To's Customer instead (C6) is not"
            " built yet and has to be done by hand.",
            rule="A2",
            code="new-contact-without-customer",
        )
    return now.new_customer


def _ask_before_planning(now: Snapshot, pinned: Pinned, new: Customer, answers: Answers) -> None:
    """Every question comes before the first write."""
    if now.account.shared_contact:
        contact = now.account.sold_to.id
        questions.require(questions.shared_contact(contact), answers, "change-both")
    for other in now.elsewhere:
        account = (other.billing_account.id, other.billing_account.zuora_account_number)
        questions.require(questions.member_elsewhere(*account), answers, "gives-it-up")
        if len(other.members) == 1:
            questions.require(questions.last_member(*account), answers, "leave-empty")
    if new.login_activated:
        return
    if disabled_on_purpose(now.new_history):
        questions.require(questions.login_disabled_on_purpose(new.id), answers, "activate")
    if nobody_to_save_last(now, pinned, new):
        questions.require(questions.nobody_to_save_last(), answers, "go-on")


def disabled_on_purpose(history: tuple[HistoryLine, ...]) -> bool:
    """Whether login was switched off at any time after the record was created (L1).

    A value with a comma in it can make a line read as if it held the field: such a line counts,
    because a person then looks. So does a history that does not show the creation.
    """
    created = next((i for i, line in enumerate(history) if line.event == "create"), None)
    if created is None:
        return True
    return any("login_activated = false" in line.changes for line in history[created + 1 :])
