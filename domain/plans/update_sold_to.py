"""The plan for S: a contact record of the account says something else; no Customer is saved."""

from collections.abc import Iterator

from domain import questions
from domain.changes import matches, matches_any
from domain.errors import NeedsPerson, Refused, Stale
from domain.mailboxes import as_known
from domain.plan import Expectation, Plan
from domain.plans import contacts, proof
from domain.plans.contacts import Role
from domain.plans.draft import Answers, Draft
from domain.questions_contacts import BOTH, creates_customer, which_contact
from domain.records import State, same_email
from domain.requests import UpdateSoldTo
from domain.snapshot import Pinned, Snapshot, contact_record_state, contact_state


def derive(
    request: UpdateSoldTo,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,  # noqa: ARG001 - no Customer is saved here
) -> Plan:
    """The fields asked for on the contact on record, and nothing else (S1 to S4).

    Raises Refused where the email is on no contact of this account, Stale where somebody else has
    changed one, and NeedsPerson for the roles (S2), for two contacts with one email (S1) and for a
    Customer that the email would bring about (G4).
    """
    roles = _roles(request, now, pinned, answers)
    wanted = _wanted(request, now)
    _require_known_contacts(now, pinned, roles, wanted)
    draft = Draft(request, now, pinned, now.new_customer)
    contacts.update_records(draft, roles, wanted)
    appears = bool(draft.changes) and now.new_customer is None
    if appears and ("sold-to" in roles or request.contact.email):
        question = creates_customer(certainly="sold-to" in roles)
        questions.require(question, answers, "go-on")
    _say_what_is_not_reached(draft, roles)
    return draft.plan(
        (
            *proof.contact_records(draft, roles, wanted),
            proof.members_as_planned(draft),
            *_customers(draft, roles, appears=appears),
        )
    )


def _roles(
    request: UpdateSoldTo, now: Snapshot, pinned: Pinned, answers: Answers
) -> tuple[Role, ...]:
    """S1, S2: which of the account's contacts is meant, by the email on record."""
    found = _asked(request, _on_record(request, now, pinned))
    found = found or _asked(request, _done_already(request, now))
    if not found:
        raise Refused(_not_here(request, now), rule="S1", code="no-such-contact")
    if now.account.shared_contact:
        contact = now.account.sold_to.id
        both = "Sold To and Bill To both say what is asked for"
        questions.require(questions.shared_contact(contact, both=both), answers, "change-both")
        return contacts.ROLES
    if len(found) == 1:
        return found
    question = which_contact(now.account.id)
    given = answers.get(question.key)
    chosen = found if given == BOTH else tuple(role for role in found if role == given)
    if not chosen:
        raise NeedsPerson(question)
    return chosen


def _asked(request: UpdateSoldTo, roles: tuple[Role, ...]) -> tuple[Role, ...]:
    return tuple(role for role in roles if request.role in (None, role))


def _on_record(request: UpdateSoldTo, now: Snapshot, pinned: Pinned) -> tuple[Role, ...]:
    """By what stood there when the run began: our own write may have changed it since."""
    return tuple(
        role
        for role in contacts.ROLES
        if same_email(contacts.original(pinned, role).work_email, request.current_email)
        or same_email(_email_of_copy(now, role), request.current_email)
    )


def _email_of_copy(now: Snapshot, role: Role) -> str:
    copy = now.copy_of(contacts.present(now, role).id)
    return copy.work_email if copy else ""


def _done_already(request: UpdateSoldTo, now: Snapshot) -> tuple[Role, ...]:
    """The same request again, or Billing was faster: the new email is on record already."""
    if request.contact.email is None:
        return ()
    wanted: State = {**request.contact.fields()}
    return tuple(
        role
        for role in contacts.ROLES
        if matches(contact_record_state(contacts.present(now, role)), wanted)
    )


def _not_here(request: UpdateSoldTo, now: Snapshot) -> str:
    which = "Sold To or Bill To" if request.role is None else contacts.WORDS[request.role]
    others = ", ".join(now.elsewhere_on_record)
    elsewhere = f" It is on record on Zuora account {others}." if others else ""
    return (
        f"The email on record is not that of this account's {which} (S1).{elsewhere} Look up the"
        " account's contacts and start again with the email that stands there; a contact that does"
        " not exist yet is added by Billing."
    )


def _wanted(request: UpdateSoldTo, now: Snapshot) -> State:
    wanted: State = {**request.contact.fields()}
    if request.contact.email and now.new_customer:
        wanted["work_email"] = as_known(request.contact.email, now.new_customer.email)
    return wanted


def _require_known_contacts(
    now: Snapshot, pinned: Pinned, roles: tuple[Role, ...], wanted: State
) -> None:
    """Each contact is who it was when the run began, or who this run makes it."""
    for role in contacts.ROLES:
        known = [contact_state(contacts.original(pinned, role))]
        if role in roles:
            known.append(contacts.named(contacts.original(pinned, role), wanted))
        if not matches_any(contact_state(contacts.present(now, role)), tuple(known)):
            raise Stale(
                f"The account's {contacts.WORDS[role]} is no longer who it was when this run"
                " began, and this run did not change it. Find out who did."
            )


def _say_what_is_not_reached(draft: Draft, roles: tuple[Role, ...]) -> None:
    if "sold-to" in roles:
        draft.say_which_subscriptions_are_not_reached()
    for account in draft.now.elsewhere_on_record:
        draft.notes.append(
            f"Zuora account {account} has a contact with the email on record too; it is left alone"
            " (S1)."
        )


def _customers(draft: Draft, roles: tuple[Role, ...], *, appears: bool) -> Iterator[Expectation]:
    """No Customer appears but the planned one (G4), and none gets another's email."""
    if draft.subject is not None:
        yield proof.same_customer(draft, draft.subject)
    elif appears and "sold-to" in roles:
        yield proof.customer_appeared()
    old = draft.pinned.customer
    original = old.email if old else draft.pinned.contact.work_email
    if not same_email(draft.request.subject, original):
        yield proof.no_ghost(draft)
