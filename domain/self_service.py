"""Self-service (C2, C3, C4): who can be guided, and what is seen of what the customer did."""

from enum import StrEnum

from domain.errors import Defect, NeedsPerson, Refused
from domain.questions_self_service import CHANGED, CUSTOMER_ACTS, TAKEN, customer_acts
from domain.records import Customer, ZuoraAccount, same_email
from domain.requests import Request, SelfService
from domain.snapshot import Pinned, Snapshot


class Sight(StrEnum):
    """What is seen of the customer's own change."""

    NOTHING = "nothing"
    CHANGED = "changed"
    TAKEN = "email-taken"
    ANOTHER_EMAIL = "another-email"
    LOGIN_OFF = "login-off"
    GONE = "gone"
    STRANGER = "stranger"


def as_self_service(request: Request) -> SelfService:
    """A request that has to be one for self-service. Raises Defect for any other."""
    if not isinstance(request, SelfService):
        raise Defect(f"A {request.workflow} is no self-service.", code="no-self-service")
    return request


def require_owner(now: Snapshot) -> Customer:
    """The Customer whose account the requester may take over.

    Raises Refused where there is no such account, so that nobody could be guided to it (C2).
    """
    owner = now.sold_to_customer
    if owner is None:
        raise Refused(
            "No Customer has the Sold To's email, so there is no portal account to take over (C2)."
            " If they changed it already, `handover start update-sold-to` brings Zuora after; else"
            " the change has to be support-assisted: `handover start change-contact`.",
            rule="C2",
            code="owner-without-customer",
        )
    if not now.is_member(owner.id):
        raise Refused(
            "The Sold To's Customer does not manage this billing account, so taking it over would"
            " not help the requester (C2). Use `handover start change-contact` instead.",
            rule="C2",
            code="owner-not-a-member",
        )
    return owner


def standing_now(request: SelfService, now: Snapshot) -> dict[str, str]:
    """How the customer has acted already, as a plan has to know it. For who plans without a run.

    Raises Refused as `require_owner` does, and NeedsPerson where the customer's turn is next.
    """
    owner = require_owner(now)
    if same_email(owner.email, request.subject):
        return {CUSTOMER_ACTS: CHANGED.id}
    if now.new_customer is not None:
        return {CUSTOMER_ACTS: TAKEN.id}
    raise NeedsPerson(customer_acts())


def sight(
    account: ZuoraAccount,
    pinned: Pinned,
    owner: Customer | None,
    holder: Customer | None,
    wanted: str,
) -> Sight:
    """What both systems show. `owner` is the pinned Customer, found by id; `holder` whoever has the
    `wanted` email.
    """
    if owner is None or pinned.customer is None:
        return Sight.GONE
    sold_to = account.sold_to.work_email
    if not any(same_email(sold_to, known) for known in (pinned.contact.work_email, owner.email)):
        return Sight.STRANGER
    if same_email(owner.email, wanted):
        return Sight.CHANGED
    if not same_email(owner.email, pinned.customer.email):
        return Sight.ANOTHER_EMAIL
    if holder is not None:
        return Sight.TAKEN
    return Sight.NOTHING if owner.login_activated else Sight.LOGIN_OFF
