"""Looking whether a customer changed their account: by the run itself, and while it rests (C2)."""

from dataclasses import dataclass

from clients.http import calls_named
from domain.errors import Defect
from domain.questions_self_service import (
    ANOTHER_EMAIL,
    CHANGED,
    CUSTOMER_ACTS,
    LOGIN_OFF,
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
    request = as_self_service(parse_request(run.request()))
    with calls_named(run.run_id):
        seen = look_for_change(request, Pinned.model_validate(run.sealed("pinned")))
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


waits.register(
    Wait(
        kind=CUSTOMER_ACTS,
        look=look_for_customer,
        every=lambda settings: settings.self_service_look_seconds,
        lifetime=lambda settings: settings.self_service_seconds,
        over="The customer did not change the account in time. Done: the message that guides the"
        " requester. Not done: everything else; nothing was written, sent or checked (V). To go on,"
        " start self-service again, or change-contact with evidence.",
    )
)
