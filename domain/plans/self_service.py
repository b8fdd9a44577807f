"""The plan for self-service: what is left to do after the customer's own change (C3, C4)."""

from domain import questions
from domain.changes import matches
from domain.errors import Stale
from domain.plan import Expectation, Plan
from domain.plans import change_contact, contacts, proof
from domain.plans.draft import Answers, Draft
from domain.questions_self_service import CUSTOMER_ACTS, TAKEN
from domain.records import Customer, State, same_email
from domain.requests import SelfService
from domain.snapshot import Pinned, Snapshot, contact_state, customer_as_contact


def derive(
    request: SelfService,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,
) -> Plan:
    """S where Zuora does not match the portal account (C3); C5 where the email was taken (C4).

    Which of both it is stands in `answers`, because only C5 comes with evidence: what is found
    now can't turn the one into the other. Raises Stale where the customer changed it again, and
    what C5 raises.
    """
    if answers.get(CUSTOMER_ACTS) == TAKEN.id:
        return change_contact.derive_taken(request, now, pinned, answers, login_saved=login_saved)
    owner = _owner(request, now, pinned)
    wanted = customer_as_contact(owner)
    draft = Draft(request, now, pinned, owner, whom="the portal account's owner")
    draft.say_which_subscriptions_are_not_reached()
    _expect_what_the_sync_may_do(draft, wanted)
    if not matches(contact_state(now.account.sold_to), wanted):
        _ask_about_both_roles(now, answers)
        contacts.update_sold_to(draft, wanted)
    else:
        draft.notes.append("Zuora's Sold To matches the portal account already (C3).")
    return draft.plan(
        (
            *proof.new_sold_to(draft, wanted),
            proof.members_as_planned(draft),
            proof.same_customer(draft, owner),
            _nobody_with_the_old_email(pinned, owner),
        )
    )


def _owner(request: SelfService, now: Snapshot, pinned: Pinned) -> Customer:
    """The pinned Customer with the new contact's email: the same record, by its id."""
    owner = now.sold_to_customer
    if owner is None or not same_email(owner.email, request.subject):
        raise Stale("The customer changed the portal account again after it was seen (C3).")
    known = (pinned.contact.work_email, owner.email)
    if not any(same_email(now.account.sold_to.work_email, email) for email in known):
        raise Stale(
            "The account's Sold To is neither who it was when this run began nor the portal"
            " account's owner. Find out who changed it (C3)."
        )
    return owner


def _expect_what_the_sync_may_do(draft: Draft, wanted: State) -> None:
    """The customer's save may have updated the Bill To, if that has their new email (G1).

    One contact that held both roles may have been changed, or have kept the Bill To's alone.
    """
    pinned = draft.pinned
    both = pinned.contact.id == pinned.bill_to.id
    if both or same_email(pinned.bill_to.work_email, str(wanted["work_email"])):
        draft.bill_to.append(wanted)


def _ask_about_both_roles(now: Snapshot, answers: Answers) -> None:
    if now.account.shared_contact:
        contact = now.account.sold_to.id
        questions.require(questions.shared_contact(contact), answers, "change-both")


def _nobody_with_the_old_email(pinned: Pinned, owner: Customer) -> Expectation:
    """A late call-back brought no second Customer with the owner's old email (decision 9)."""
    old = pinned.customer
    still: State = {"id": owner.id} if old and same_email(old.email, owner.email) else {}
    return proof.expect("customer-with-original-email", "nobody else has the old email", still)
