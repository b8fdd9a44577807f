"""Section “Change subscription management contact”, self-service (C2, C3, C4)."""

from domain.changes import matches
from domain.errors import NeedsPerson, Stale
from domain.plans.claims import claims_for
from domain.questions_self_service import (
    ACCEPT,
    ANOTHER_EMAIL,
    CHANGED,
    CUSTOMER_ACTS,
    LOGIN_OFF,
    TAKEN,
    WAIT_ON,
    another_email,
    customer_acts,
    owners_login_off,
)
from domain.records import same_email
from domain.self_service import Sight, as_self_service, require_owner
from domain.snapshot import Pinned, contact_state, customer_as_contact
from tasks.clients import customersdot, zuora
from tasks.customer_change import Seen, look_for_change
from tasks.messages import write_message
from tasks.reading import read_snapshot
from tasks.step import step
from tasks.systems import pinned_of, request_of
from worker.apply import POLL_SECONDS
from worker.context import StepContext
from worker.runtime import milliseconds

WAY = "way"
"""The sealed value that says how it went on: as `CHANGED` or as `TAKEN`."""


@step(
    title="Guide the requester to change the contact themselves",
    phase="verifying",
    rules=("C1", "C2", "G5"),
)
def guide_self_service(context: StepContext) -> str:
    """Pins the original Sold To and writes the message for the requester; sends nothing to anybody.

    The owner's address is not in it: they type it themselves, and the portal sends the link to the
    owner's mailbox only.
    """
    request = as_self_service(request_of(context))
    account = zuora().account(request.account)
    context.claim(claims_for(account, account.sold_to))
    pinned = context.sealed("pinned")  # by a worker that vanished here
    now = read_snapshot(
        zuora(), customersdot(), request, Pinned.model_validate(pinned) if pinned else None
    )
    owner = require_owner(now)
    if pinned is None:
        context.seal("pinned", now.pin().model_dump(mode="json"))
    if same_email(owner.email, request.subject):
        return "the portal account is the new contact's already; nobody is guided"
    if now.new_customer is not None:
        return "the new contact is a Customer already (C4); nobody is guided"
    write_message(context, "self-service-guidance")
    return "the message for the requester is written"


@step(
    title="Wait for the customer's own change",
    phase="verifying",
    rules=("C2", "C3", "C4"),
)
def await_customer(context: StepContext) -> str:
    """Looks what the customer did; while that is nothing, the run rests. See `look_for_customer`.

    Raises Stale where the account is not the one that the requester was guided to any more.
    """
    seen = look_for_change(as_self_service(request_of(context)), pinned_of(context))
    match seen.sight:
        case Sight.NOTHING:
            raise _rest(context)
        case Sight.CHANGED:
            return _changed(context, seen)
        case Sight.TAKEN:
            context.seal(WAY, TAKEN.id, with_step=True)
            return "the new contact is a Customer already (C4)"
        case Sight.ANOTHER_EMAIL:
            return _another_email(context, seen)
        case Sight.LOGIN_OFF:
            if context.answered_in_any_round(LOGIN_OFF, seen.owner.id) == WAIT_ON.id:
                raise _rest(context)
            raise NeedsPerson(owners_login_off(seen.owner.id))
        case Sight.GONE:
            raise Stale("The owner's Customer is not there any more (C2).")
        case Sight.STRANGER:
            raise Stale("Somebody else became the account's Sold To meanwhile (C3).")


def needs_no_evidence(context: StepContext) -> bool:
    """Whether this run follows the customer's own change, which needs no V (decision 5)."""
    return bool(context.sealed(WAY) == CHANGED.id)


def standing_answers(context: StepContext) -> dict[str, str]:
    """What planning has to know in every round of how the customer acted."""
    way = context.sealed(WAY)
    return {CUSTOMER_ACTS: str(way)} if way else {}


def _rest(context: StepContext) -> NeedsPerson:
    return NeedsPerson(customer_acts(context.answered_in_any_round(CUSTOMER_ACTS)))


def _changed(context: StepContext, seen: Seen) -> str:
    """Zuora may follow by itself (G1): only once that is over, S has anything to do (C3)."""
    if not matches(contact_state(seen.account.sold_to), customer_as_contact(seen.owner)):
        moved, now = context.last_answer_at(), context.now()
        if now < moved + milliseconds(context.settings.lag_seconds):
            context.not_before(now, POLL_SECONDS, "the sync has not arrived")
    context.seal(WAY, CHANGED.id, with_step=True)
    return "the customer changed the portal account"


def _another_email(context: StepContext, seen: Seen) -> str:
    """A person says whose the email is; their word counts for that very email."""
    mark = context.mark(seen.owner.email.casefold())
    given = context.answered_in_any_round(ANOTHER_EMAIL, mark)
    if given == WAIT_ON.id:
        raise _rest(context)
    if given != ACCEPT.id:
        raise NeedsPerson(another_email(seen.owner.id, mark))
    request = as_self_service(request_of(context))
    context.claim((("person", seen.owner.email),))
    contact = request.new_contact.model_copy(update={"email": seen.owner.email})
    amended = request.model_copy(update={"new_contact": contact})
    context.seal("request", amended.model_dump(mode="json"))
    return _changed(context, seen)
