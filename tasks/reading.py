"""Reading both systems before a plan is made (A2, A3, A6, L1, S1, S2)."""

from collections.abc import Sequence

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from domain.errors import Refused, Stale
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    HistoryLine,
    Membership,
    ZuoraAccount,
    ZuoraSubscription,
    domain_of,
)
from domain.requests import ChangeContact, FixTypo, Request, SelfService, SendLicence, UpdateSoldTo
from domain.snapshot import Elsewhere, Issued, Pinned, Snapshot
from domain.typos import require_subscription


def read_snapshot(
    zuora: Zuora,
    customersdot: CustomersDot,
    request: Request,
    pinned: Pinned | None = None,
    own_sold_to: Sequence[str] = (),
) -> Snapshot:
    """Both systems as they are now. Raises Refused if one does not know the account.

    `own_sold_to` is what `read_evidence_facts` found a step earlier. Once the original Sold To is
    pinned, it is their Customer that is read, whoever is the Sold To by now.
    """
    account = zuora.account(request.account)
    billing_account = billing_account_of(customersdot, account)
    sold_to = _sold_to_customer(customersdot, request, pinned, account)
    new = customersdot.customer_by_email(request.subject) if request.subject else None
    held = _memberships(customersdot, new)
    # Where no login is activated, nobody is saved last, and nobody asks what else they manage.
    save_last = pinned is not None or new is None or not new.login_activated
    contacts = tuple(customersdot.contacts_of_account(account.id))
    return Snapshot(
        account=account,
        billing_account=billing_account,
        members=_members(customersdot, billing_account.id),
        contacts=contacts,
        sold_to_customer=sold_to,
        sold_to_memberships=_memberships(customersdot, sold_to if save_last else None),
        new_customer=new,
        elsewhere=_elsewhere(customersdot, held, billing_account),
        new_history=_login_history(customersdot, new or _may_be_renamed(request, sold_to)),
        own_sold_to=tuple(own_sold_to),
        issued=read_issued(zuora, customersdot, request, billing_account.id),
        mistyped_elsewhere=_mistyped_elsewhere(customersdot, request, account.id),
        shown_roles=_shown_roles(customersdot, request, account, contacts),
        elsewhere_on_record=_elsewhere_on_record(customersdot, request, account),
    )


def billing_account_of(customersdot: CustomersDot, account: ZuoraAccount) -> BillingAccount:
    """CustomersDot's record of a Zuora account. Raises Refused where there is none (A3)."""
    found = customersdot.billing_account_by_zuora_id(account.id)
    if found is None:
        raise Refused(
            "CustomersDot has no billing account for this Zuora account (A3). Check the account"
            " on the ticket; `handover find` names those that have one.",
            rule="A3",
            code="no-billing-account",
        )
    return found


def read_issued(
    zuora: Zuora, customersdot: CustomersDot, request: Request, billing_account_id: str
) -> Issued:
    """What was issued for the subscription that a request names (T1, T6, G6); else nothing.

    Raises Refused if the account has no such subscription.
    """
    if not isinstance(request, FixTypo | SendLicence):
        return Issued()
    subscriptions = zuora.subscriptions(zuora.account(request.account).number)
    rule = "T5" if isinstance(request, FixTypo) else "G6"
    require_subscription(request.subscription, subscriptions, rule=rule)
    named = next(s for s in subscriptions if request.subscription in (s.number, s.id))
    licences = customersdot.licences_of_billing_account(billing_account_id)
    codes = customersdot.cloud_activations_of_billing_account(billing_account_id)
    return Issued(
        licences=tuple(one for one in licences if one.subscription_name == named.number),
        activations=tuple(one for one in codes if one.subscription_name == named.number),
        reseller_domain=_reseller_domain(zuora, named),
    )


def _mistyped_elsewhere(
    customersdot: CustomersDot, request: Request, account_id: str
) -> tuple[str, ...]:
    if not isinstance(request, FixTypo):
        return ()
    found = customersdot.contacts_by_email(request.mistyped_email)
    return tuple(sorted({one.zuora_account_id for one in found} - {account_id, ""}))


def _reseller_domain(zuora: Zuora, subscription: ZuoraSubscription) -> str:
    if not subscription.through_reseller:
        return ""
    owner = zuora.account(subscription.invoice_owner_number)
    return domain_of(owner.sold_to.work_email)


def _sold_to_customer(
    customersdot: CustomersDot, request: Request, pinned: Pinned | None, account: ZuoraAccount
) -> Customer | None:
    """The original Sold To's Customer; in self-service by id, for their email is what changes."""
    if pinned is None or pinned.customer is None:
        return customersdot.customer_by_email(account.sold_to.work_email)
    if isinstance(request, SelfService):
        return customersdot.customer(pinned.customer.id)
    return customersdot.customer_by_email(pinned.customer.email)


def _memberships(customersdot: CustomersDot, customer: Customer | None) -> tuple[Membership, ...]:
    return tuple(customersdot.memberships_of_customer(customer.id)) if customer else ()


def _members(customersdot: CustomersDot, billing_account_id: str) -> tuple[Membership, ...]:
    return tuple(customersdot.memberships_of_billing_account(billing_account_id))


def _shown_roles(
    customersdot: CustomersDot,
    request: Request,
    account: ZuoraAccount,
    copies: tuple[BillingAccountContact, ...],
) -> dict[str, tuple[str, ...]]:
    """What CustomersDot's own pages say about the roles of the account's two contacts (S2)."""
    if not isinstance(request, UpdateSoldTo):
        return {}
    in_a_role = (account.sold_to.id, account.bill_to.id)
    shown = [c.id for c in copies if c.zuora_contact_id in in_a_role]
    return {copy: tuple(sorted(customersdot.contact_roles(copy))) for copy in shown}


def _elsewhere_on_record(
    customersdot: CustomersDot, request: Request, account: ZuoraAccount
) -> tuple[str, ...]:
    """The other Zuora accounts with a contact of that email, none of which is meant (S1)."""
    if not isinstance(request, UpdateSoldTo):
        return ()
    found = customersdot.contacts_by_email(request.current_email)
    others = {c.zuora_account_id for c in found} - {account.id, ""}
    return tuple(sorted(others))


def _elsewhere(
    customersdot: CustomersDot, held: tuple[Membership, ...], here: BillingAccount
) -> tuple[Elsewhere, ...]:
    """What stands in the way of a membership here; nothing, where there is one already (A6)."""
    if any(m.billing_account_id == here.id for m in held):
        return ()
    return tuple(_one_elsewhere(customersdot, membership) for membership in held)


def _one_elsewhere(customersdot: CustomersDot, membership: Membership) -> Elsewhere:
    account = customersdot.billing_account(membership.billing_account_id)
    if account is None:
        raise Stale("The new contact's membership names a billing account that is not there (A6).")
    return Elsewhere(
        membership=membership,
        billing_account=account,
        members=_members(customersdot, account.id),
    )


def _may_be_renamed(request: Request, sold_to: Customer | None) -> Customer | None:
    """Whose login matters where the new contact has no Customer: the one they may get (C6)."""
    return sold_to if isinstance(request, ChangeContact) else None


def _login_history(
    customersdot: CustomersDot, customer: Customer | None
) -> tuple[HistoryLine, ...]:
    if customer is None or customer.login_activated:
        return ()
    return tuple(customersdot.customer_history(customer.id))
