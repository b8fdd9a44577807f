"""V2 and V3: contracts and invoices."""

from datetime import date, timedelta

from domain.evidence.facts import EvidenceFacts, resold
from domain.evidence.resellers import not_seen_activated, of_invoice_owner, participation
from domain.evidence.subscriptions import possible, the_one, to_name
from domain.evidence.verdict import Accepted, no
from domain.records import ZuoraInvoice
from domain.requests import Contract, InvoiceProof, ResellerPart

RULE = "V3"


def contract(_evidence: Contract, _facts: EvidenceFacts) -> Accepted:
    """V2: nothing that a machine could check; a reviewer confirms it."""
    clause = (
        "the document that the request names is a prior subscription contract of this account,"
        " and the requester or their company signed it"
    )
    return Accepted("V2", (clause,))


def invoice(evidence: InvoiceProof, facts: EvidenceFacts) -> Accepted:
    """V3: the customer's own invoice, or the reseller's for what they resold. Raises Refused."""
    if evidence.reseller is None:
        return _of_customer(evidence, facts)
    return _of_reseller(evidence, evidence.reseller, facts)


def _of_customer(evidence: InvoiceProof, facts: EvidenceFacts) -> Accepted:
    found = possible(evidence, facts, RULE) if facts.subscriptions else ()
    through_reseller = resold(found)
    if through_reseller is None:
        raise to_name(found, RULE)
    if through_reseller:
        why = (
            "The subscription was bought through a reseller, so the customer's own invoice is no"
            " proof"
        )
        raise no(RULE, "invoice-of-reseller-customer", why)
    number = _checked(facts, facts.account.id)
    return Accepted(RULE, (_document(number, "the requester"),))


def _of_reseller(evidence: InvoiceProof, part: ResellerPart, facts: EvidenceFacts) -> Accepted:
    subscription = the_one(evidence, facts, RULE)
    if not subscription.through_reseller or facts.invoice_owner is None:
        why = "The subscription was not bought through a reseller: the customer's own counts"
        raise no(RULE, "no-reseller", why)
    if facts.activated is False:
        why = "The licence is not activated yet: until it is, the reseller vouches, by V6"
        raise no(RULE, "licence-not-activated", why)
    number = _checked(facts, facts.invoice_owner.id)
    taking_part = participation(part, facts, RULE)
    unseen = [
        *taking_part,
        _document(number, "the reseller"),
        f"invoice {number} covers subscription {subscription.number}",
        *not_seen_activated(facts, wanted=True),
    ]
    if not of_invoice_owner(part, facts):
        unseen.append(
            "whoever supplied it is the reseller, although their address is not of the domain of"
            " the invoice owner's Sold To"
        )
    return Accepted(RULE, tuple(unseen))


def _document(number: str, supplier: str) -> str:
    return f"the document that the request names is invoice {number}, and {supplier} supplied it"


def _checked(facts: EvidenceFacts, account_id: str) -> str:
    """The invoice's number, if it is on that account, posted and recent. Raises Refused."""
    found = facts.invoice
    if found is None or found.account_id != account_id:
        of_owner = account_id != facts.account.id
        where = "on the invoice owner's account" if of_owner else "on this account"
        raise no(RULE, "invoice-not-on-account", f"There is no such invoice {where}")
    if found.status != "Posted":
        why = f"Invoice {found.number} is {found.status.lower()}, not posted"
        raise no(RULE, "invoice-not-posted", why)
    if not _recent(found, facts.today):
        why = f"Invoice {found.number} is of {found.date[:10]}: not within the last 12 months"
        raise no(RULE, "invoice-too-old", why)
    return found.number


def _recent(found: ZuoraInvoice, today: date) -> bool:
    """The same day a year ago counts, and so does tomorrow: some tenants' day begins first."""
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        year_ago = today.replace(year=today.year - 1, day=28)
    return year_ago <= date.fromisoformat(found.date[:10]) <= today + timedelta(days=1)
