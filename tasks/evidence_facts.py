"""Reading what the systems say about evidence of ownership (V)."""

from collections.abc import Sequence
from typing import Any

from domain.errors import Refused
from domain.evidence import EvidenceFacts, concerned
from domain.records import ZuoraAccount, ZuoraInvoice, ZuoraSubscription, same_email
from domain.requests import (
    Evidence,
    InvoiceProof,
    LicenceProof,
    NamespaceProof,
    Request,
    ResellerVouch,
    SendLicence,
)
from domain.typos import require_subscription
from tasks.clients import zuora
from tasks.deliveries import decoded, delivered, namespace_facts
from tasks.ticket_facts import ticket_facts
from worker.clock import utc_today


def read_account_facts(request: Request) -> EvidenceFacts:
    """What Zuora says about the account, whatever the evidence.

    Where one subscription's licence is asked for, evidence about another one proves nothing (G6):
    that one alone is told. Raises Refused if the account has no such subscription.
    """
    account = zuora().account(request.account)
    return EvidenceFacts(
        account=account,
        subscriptions=_in_question(request, zuora().subscriptions(account.number)),
        ticket=request.ticket,
        requester_email=request.requester_email,
        new_is_sold_to=same_email(request.subject, account.sold_to.work_email),
        today=utc_today(),
    )


def _in_question(
    request: Request, found: Sequence[ZuoraSubscription]
) -> tuple[ZuoraSubscription, ...]:
    if not isinstance(request, SendLicence):
        return tuple(found)
    require_subscription(request.subscription, found, rule="G6")
    return tuple(one for one in found if request.subscription in (one.number, one.id))


def read_evidence_facts(request: Request, evidence: Evidence) -> EvidenceFacts:
    """All that the rules need to judge this evidence, and no more."""
    facts = read_account_facts(request)
    found = _the_one(evidence, facts)
    more: dict[str, Any] = ticket_facts(request.ticket, evidence)
    match evidence:
        case InvoiceProof(reseller=None):
            more |= {"invoice": _invoice(evidence.invoice, facts.account)}
        case InvoiceProof():
            more |= {"invoice": _invoice_of_reseller(evidence.invoice)}
            more |= _resold(found, facts.account)
        case ResellerVouch():
            more |= _resold(found, facts.account)
        case LicenceProof():
            more |= delivered(facts.account.id, found) | decoded(facts.account.id, evidence)
        case NamespaceProof():
            more |= delivered(facts.account.id, found)
            more |= namespace_facts(evidence, more["attached"])
        case _:
            pass
    return facts.model_copy(update=more)


def read_more_facts(evidence: Evidence, facts: EvidenceFacts) -> EvidenceFacts:
    """The same, with what else is known of the subscription: by it, a refusal offers better."""
    found = _the_one(evidence, facts)
    return facts.model_copy(update=delivered(facts.account.id, found))


def _the_one(evidence: Evidence, facts: EvidenceFacts) -> ZuoraSubscription | None:
    """The subscription in question, None where the evidence leaves it open."""
    found = concerned(evidence, facts.subscriptions)
    return found[0] if len(found) == 1 else None


def _resold(found: ZuoraSubscription | None, account: ZuoraAccount) -> dict[str, Any]:
    """Who owns the invoices of what was resold, and whether it is in use."""
    if found is None or not found.through_reseller:
        return {}
    owner = zuora().account(found.invoice_owner_number)
    return {"invoice_owner": owner, **delivered(account.id, found)}


def _invoice(number: str, account: ZuoraAccount) -> ZuoraInvoice | None:
    found = zuora().invoices(account.id)
    return next((one for one in found if number in (one.number, one.id)), None)


def _invoice_of_reseller(number: str) -> ZuoraInvoice | None:
    """By its number: a reseller's account has many, for many customers."""
    try:
        return zuora().invoice(number)
    except Refused as error:
        if error.code != "zuora-invoice-unknown":
            raise
        return None
