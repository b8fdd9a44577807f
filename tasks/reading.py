"""Reading both systems before a plan is made (A2, A3, A6, L1, S1, S2)."""

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from domain.errors import Refused
from domain.evidence import EvidenceFacts
from domain.records import Customer, HistoryLine, Membership, ZuoraInvoice, same_email
from domain.requests import ChangeContact, InvoiceProof
from domain.snapshot import Pinned, Snapshot
from worker.clock import utc_today


def read_snapshot(
    zuora: Zuora,
    customersdot: CustomersDot,
    request: ChangeContact,
    pinned: Pinned | None = None,
) -> Snapshot:
    """Both systems as they are now. Raises Refused if one does not know the account.

    Once the original Sold To is pinned, it is their Customer that is read, whoever is the Sold To
    by now.
    """
    account = zuora.account(request.account)
    billing_account = customersdot.billing_account_by_zuora_id(account.id)
    if billing_account is None:
        raise Refused(
            "CustomersDot has no billing account for this Zuora account (A3).",
            rule="A3",
            code="no-billing-account",
        )
    original = pinned.customer.email if pinned and pinned.customer else account.sold_to.work_email
    sold_to = customersdot.customer_by_email(original)
    new = customersdot.customer_by_email(request.new_contact.email)
    # Where no login is activated, nobody is saved last, and nobody asks what else they manage.
    save_last = pinned is not None or new is None or not new.login_activated
    return Snapshot(
        account=account,
        billing_account=billing_account,
        members=tuple(customersdot.memberships_of_billing_account(billing_account.id)),
        contacts=tuple(customersdot.contacts_of_account(account.id)),
        sold_to_customer=sold_to,
        sold_to_memberships=_memberships(customersdot, sold_to if save_last else None),
        new_customer=new,
        new_memberships=_memberships(customersdot, new),
        new_history=_login_history(customersdot, new),
    )


def read_evidence_facts(zuora: Zuora, request: ChangeContact) -> EvidenceFacts:
    """What Zuora says about the account and the evidence (V)."""
    account = zuora.account(request.account)
    subscriptions = zuora.subscriptions(account.number)
    return EvidenceFacts(
        account=account,
        through_reseller=any(s.through_reseller for s in subscriptions),
        invoice=_invoice(zuora, account.id, request),
        new_is_sold_to=same_email(request.new_contact.email, account.sold_to.work_email),
        today=utc_today(),
    )


def _invoice(zuora: Zuora, account_id: str, request: ChangeContact) -> ZuoraInvoice | None:
    evidence = request.evidence
    if not isinstance(evidence, InvoiceProof):
        return None
    found = zuora.invoices(account_id)
    return next((i for i in found if evidence.invoice in (i.number, i.id)), None)


def _memberships(customersdot: CustomersDot, customer: Customer | None) -> tuple[Membership, ...]:
    return tuple(customersdot.memberships_of_customer(customer.id)) if customer else ()


def _login_history(
    customersdot: CustomersDot, customer: Customer | None
) -> tuple[HistoryLine, ...]:
    if customer is None or customer.login_activated:
        return ()
    return tuple(customersdot.customer_history(customer.id))
