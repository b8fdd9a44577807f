"""Looking whether a customer changed their account: by the run itself, and while it rests (C2)."""

from dataclasses import dataclass

from clients.http import calls_named
from domain.errors import Defect
from domain.questions_self_service import (
    ANOTHER_EMAIL,
    CHANGED,
    CUSTOMER_ACTS,
    LOGIN_OFF,
    LOOK_AGAIN,
    TAKEN,
    WAIT_ON,
)
from domain.records import Customer, ZuoraAccount
from domain.requests import SelfService, parse_request
from domain.self_service import Sight, as_self_service, sight
from domain.snapshot import Pinned
from tasks.clients import customersdot, zuora
from worker import waits
from worker.waits import Resting, Wait


@dataclass(frozen=True)
class Seen:
    """What a look found; `owner` is the Customer who was pinned, as they are now."""

    sight: Sight
    account: ZuoraAccount
    owner: Customer


def look_for_change(request: SelfService, pinned: Pinned) -> Seen:
    """Reads both systems. An owner who is gone is shown as they were pinned."""
    if pinned.customer is None:
        raise Defect("Nobody could be guided to this account.", code="no-owner")
    account = zuora().account(request.account)
    owner = customersdot().customer(pinned.customer.id)
    holder = customersdot().customer_by_email(request.subject)
    found = sight(account, pinned, owner, holder, request.subject)
    return Seen(found, account, owner or pinned.customer)


def look_for_customer(run: Resting) -> str | None:
    """The answer to `customer-acts` that both systems give; None while nothing is new."""
    seen = _seen(run)
    match seen.sight:
        case Sight.NOTHING:
            return None
        case Sight.TAKEN:
            return TAKEN.id
        case Sight.ANOTHER_EMAIL:
            known = (ANOTHER_EMAIL, run.mark(seen.owner.email.casefold()))
        case Sight.LOGIN_OFF:
            known = (LOGIN_OFF, seen.owner.id)
        case _:
            return CHANGED.id
    # What a person has seen already, and waits on, is not new.
    return None if run.answered_in_any_round(*known) == WAIT_ON.id else CHANGED.id


def look_for_another_email(run: Resting) -> str | None:
    """Whether the customer has another email by now than the one that was asked about."""
    seen = _seen(run)
    same = run.mark(seen.owner.email.casefold()) == run.subject
    return None if seen.sight is Sight.ANOTHER_EMAIL and same else LOOK_AGAIN.id


def look_for_login(run: Resting) -> str | None:
    """Whether anything else is to be seen by now than a login that is off."""
    return None if _seen(run).sight is Sight.LOGIN_OFF else LOOK_AGAIN.id


def _seen(run: Resting) -> Seen:
    request = as_self_service(parse_request(run.request()))
    with calls_named(run.run_id):
        return look_for_change(request, Pinned.model_validate(run.sealed("pinned")))


OVER = (
    "The customer did not change the account in time. Done: the message that guides the requester."
    " Not done: everything else; nothing was written, sent or checked (V). To go on, start"
    " self-service again, or change-contact with evidence."
)
LOOKS = {
    CUSTOMER_ACTS: look_for_customer,
    ANOTHER_EMAIL: look_for_another_email,
    LOGIN_OFF: look_for_login,
}
"""The questions for which the run rests, and how one sees what the customer did."""

for kind, look in LOOKS.items():
    waits.register(
        Wait(
            kind=kind,
            look=look,
            every=lambda settings: settings.self_service_look_seconds,
            lifetime=lambda settings: settings.self_service_seconds,
            over=OVER,
        )
    )
