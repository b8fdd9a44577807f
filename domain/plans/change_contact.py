"""The plan for C5, where the new contact is an existing Customer; C6 is in `renamed_contact`."""

from domain import questions
from domain.changes import matches_any
from domain.errors import Stale
from domain.plan import Plan
from domain.plans import contacts, logins, memberships, proof, renamed_contact
from domain.plans.draft import Answers, Draft
from domain.records import Customer
from domain.requests import ChangeContact
from domain.snapshot import Pinned, Snapshot, contact_state, customer_as_contact


def derive(
    request: ChangeContact,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,
) -> Plan:
    """The plan for this request in this world: A with L inside, then R, then S; G4 is why.

    `login_saved` says that this run has saved the new contact's Customer in an earlier round and
    has not yet saved the original Sold To's after it, so that L3 is still owed. Raises Refused
    where the rules forbid it, Stale where the Sold To is nobody whom this run knows, and
    NeedsPerson where the rules ask for a word that `answers` (question's key → answer) lack yet.
    """
    new = now.new_customer
    _know_the_sold_to(request, now, pinned, new)
    if renamed_contact.is_meant(request, now, pinned, answers) or new is None:
        return renamed_contact.derive(request, now, pinned, answers)
    _ask_before_planning(now, pinned, new, answers)
    draft = Draft(request, now, pinned, new, whom="the new contact")
    if request.rename_customer or answers.get(questions.NO_CUSTOMER) == questions.RENAME.id:
        draft.notes.append(
            "The new contact has a Customer already (“Email has already been taken”), so that"
            " nobody is renamed: they become the contact as an existing Customer (C5)."
        )
    wanted = proof.wanted_contact(request.new_contact, new)
    draft.say_which_subscriptions_are_not_reached()
    memberships.remove_memberships_elsewhere(draft)
    memberships.create_membership(draft, new)
    logins.activate_login(draft, new, saved=login_saved, s_follows=True)
    memberships.remove_previous_membership(draft)
    contacts.update_sold_to(draft, wanted)
    return draft.plan(
        (
            *proof.new_sold_to(draft, wanted),
            proof.members_as_planned(draft),
            proof.can_sign_in(draft),
            proof.same_customer(draft, new),
            proof.no_ghost(draft),
            *proof.others_elsewhere_stay(draft, new),
        )
    )


def _know_the_sold_to(
    request: ChangeContact, now: Snapshot, pinned: Pinned, new: Customer | None
) -> None:
    """A Sold To whom neither the first snapshot nor this run put there is somebody else's work."""
    wanted = proof.wanted_contact(request.new_contact)
    known = [contact_state(pinned.contact), wanted]
    known += [customer_as_contact(one) for one in (new, pinned.customer) if one]
    old = now.sold_to_customer
    if old and pinned.customer and old.id == pinned.customer.id:
        # Their names, where a save of ours changed these and parked the email (C6).
        known.append(customer_as_contact(old))
    if not matches_any(contact_state(now.account.sold_to), tuple(known)):
        raise Stale(
            "The account's Sold To is no longer who it was when this run began, and this run did"
            " not change it. Find out who did. Planning anew meets this again until the original"
            " Sold To or the new contact stands there."
        )


def _ask_before_planning(now: Snapshot, pinned: Pinned, new: Customer, answers: Answers) -> None:
    """Every question comes before the first write."""
    if now.account.shared_contact:
        contact = now.account.sold_to.id
        questions.require(questions.shared_contact(contact), answers, "change-both")
    memberships.ask_about_memberships_elsewhere(now, answers)
    logins.ask_about_login(now, pinned, new, answers, s_follows=True)
