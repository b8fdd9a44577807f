"""Reading what the systems say about evidence of ownership (V)."""

from domain.errors import Refused
from domain.evidence import EvidenceFacts, concerned
from domain.records import ZuoraAccount, ZuoraInvoice, same_email
from domain.requests import Evidence, InvoiceProof, Request, ResellerVouch
from tasks.systems import zuora
from worker.clock import utc_today


def read_account_facts(request: Request) -> EvidenceFacts:
    """What Zuora says about the account, whatever the evidence."""
    account = zuora().account(request.account)
    return EvidenceFacts(
        account=account,
        subscriptions=tuple(zuora().subscriptions(account.number)),
        ticket=request.ticket,
        requester_email=request.requester_email,
        new_is_sold_to=same_email(request.subject, account.sold_to.work_email),
        today=utc_today(),
    )


def read_evidence_facts(request: Request, evidence: Evidence) -> EvidenceFacts:
    """All that the rules need to judge this evidence."""
    facts = read_account_facts(request)
    owner = _invoice_owner(evidence, facts)
    return facts.model_copy(
        update={"invoice_owner": owner, "invoice": _invoice(evidence, facts.account)}
    )


def read_more_facts(_request: Request, _evidence: Evidence, facts: EvidenceFacts) -> EvidenceFacts:
    """What else is known of the account, to say what would be accepted instead."""
    return facts


def _invoice_owner(evidence: Evidence, facts: EvidenceFacts) -> ZuoraAccount | None:
    """The account of the reseller, where the evidence is a reseller's word or invoice."""
    found = concerned(evidence, facts.subscriptions)
    asked = isinstance(evidence, ResellerVouch | InvoiceProof) and evidence.reseller is not None
    if not asked or len(found) != 1 or not found[0].through_reseller:
        return None
    return zuora().account(found[0].invoice_owner_number)


def _invoice(evidence: Evidence, account: ZuoraAccount) -> ZuoraInvoice | None:
    if not isinstance(evidence, InvoiceProof):
        return None
    if evidence.reseller is not None:
        return _invoice_of_reseller(evidence.invoice)
    found = zuora().invoices(account.id)
    return next((i for i in found if evidence.invoice in (i.number, i.id)), None)


def _invoice_of_reseller(number: str) -> ZuoraInvoice | None:
    """By its number: a reseller's account has many, for many customers."""
    try:
        return zuora().invoice(number)
    except Refused as error:
        if error.code != "zuora-invoice-unknown":
            raise
        return None
