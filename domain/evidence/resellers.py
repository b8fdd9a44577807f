"""Resellers: how they take part (V3, V6), and what their word is worth (V6)."""

from email_validator import EmailNotValidError, validate_email

from domain.evidence.comments import author_of
from domain.evidence.facts import EvidenceFacts
from domain.evidence.subscriptions import the_one
from domain.evidence.verdict import Accepted, no
from domain.records import same_email
from domain.requests import ResellerPart, ResellerVouch

RULE = "V6"


def reseller_vouch(evidence: ResellerVouch, facts: EvidenceFacts) -> Accepted:
    """The invoice owner vouches while the licence is not activated. Raises Refused."""
    subscription = the_one(evidence, facts, RULE)
    if not subscription.through_reseller:
        why = "The subscription was not bought through a reseller, so none can vouch"
        raise no(RULE, "no-reseller", why)
    if facts.activated:
        why = "The licence is activated already, and then a reseller can no longer vouch"
        raise no(RULE, "licence-activated", why)
    if not of_invoice_owner(evidence.reseller, facts):
        why = (
            "The email of the one who vouches is not of the domain of the invoice owner's Sold To;"
            " with several resellers in a row only the invoice owner counts"
        )
        raise no(RULE, "not-the-invoice-owner", why)
    unseen = participation(evidence.reseller, facts, RULE)
    vouched = f"comment {evidence.reseller.comment} vouches for this change"
    return Accepted(RULE, (*unseen, vouched, *not_seen_activated(facts, wanted=False)))


def participation(part: ResellerPart, facts: EvidenceFacts, rule: str) -> tuple[str, ...]:
    """What is left to confirm about how the reseller takes part. Raises Refused."""
    ticket = part.ticket or facts.ticket
    said = author_of(
        facts, rule, ticket=ticket, comment=part.comment, email=part.email, whose="the reseller"
    )
    if part.authorised_in is None:
        return (*said, *_opened(part, facts, ticket, rule))
    authorised = author_of(
        facts,
        rule,
        ticket=facts.ticket,
        comment=part.authorised_in,
        email=facts.requester_email,
        whose="the customer who asks",
    )
    return (
        *said,
        *authorised,
        f"comment {part.authorised_in} authorises the reseller to take part",
    )


def _opened(part: ResellerPart, facts: EvidenceFacts, ticket: str, rule: str) -> tuple[str, ...]:
    if facts.opened_by is None:
        return (f"ticket {ticket} was opened by the reseller",)
    if not same_email(facts.opened_by, part.email):
        raise no(rule, "not-the-resellers-ticket", f"Ticket {ticket} was opened by somebody else")
    return ()


def of_invoice_owner(part: ResellerPart, facts: EvidenceFacts) -> bool:
    """Whether the reseller's address is of the domain of the invoice owner account's Sold To."""
    if facts.invoice_owner is None:
        return False
    domain = _domain(part.email)
    return domain is not None and domain == _domain(facts.invoice_owner.sold_to.work_email)


def not_seen_activated(facts: EvidenceFacts, *, wanted: bool) -> tuple[str, ...]:
    """The clause for a licence of which nobody could read whether it is activated."""
    if facts.activated is not None:
        return ()
    return (f"the subscription's licence is {'' if wanted else 'not '}activated",)


def _domain(email: str) -> str | None:
    """The domain in the one spelling that the name system knows; None for what is no address."""
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.ascii_domain.lower()
