"""Small worlds to plan in: records with defaults, so that a test names only what it is about."""

from typing import Any

from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    HistoryLine,
    Membership,
    ZuoraAccount,
    ZuoraContact,
    ZuoraSubscription,
)
from domain.requests import ChangeContact, Request
from domain.snapshot import Elsewhere, Snapshot

OLD_CUSTOMER = Customer(
    id="11", first_name="Olga", last_name="Old", email="olga@old.test", login_activated=True
)
NEW_CUSTOMER = Customer(
    id="22", first_name="Nina", last_name="New", email="nina@new.test", login_activated=True
)
SOLD_TO = ZuoraContact(id="z1", first_name="Olga", last_name="Old", work_email="olga@old.test")
BILL_TO = ZuoraContact(id="z2", first_name="Bill", last_name="Payer", work_email="bill@pay.test")
BILLING = BillingAccount(id="7", zuora_account_id="acc-1")
OLD_MEMBERSHIP = Membership(id="m1", customer_id="11", billing_account_id="7")
CREATED = HistoryLine(event="create", user="", at="", changes="id = 22, email = nina@new.test")
REQUEST: dict[str, Any] = {
    "workflow": "change-contact",
    "ticket": "4711",
    "account": "A00000001",
    "new_contact": {"first_name": "Nina", "last_name": "New", "email": "nina@new.test"},
    "requester_email": "nina@new.test",
    "self_service_ruled_out": "The mailbox of the previous owner is closed.",
    "evidence": {
        "kind": "contact-approval",
        "approver_email": "olga@old.test",
        "comment": "81",
        "seen_by": "kim",
    },
}


def request(**changed: Any) -> ChangeContact:
    """A valid request, with other values at the top level."""
    return ChangeContact.model_validate({**REQUEST, **changed})


def as_change(parsed: Request) -> ChangeContact:
    """A request that has to be one for a change of contact."""
    assert isinstance(parsed, ChangeContact)
    return parsed


def request_for(first_name: str, last_name: str, email: str) -> ChangeContact:
    """A request for another new contact."""
    contact = {"first_name": first_name, "last_name": last_name, "email": email}
    return request(new_contact=contact)


def account(sold_to: ZuoraContact = SOLD_TO, bill_to: ZuoraContact = BILL_TO) -> ZuoraAccount:
    """The Zuora account of these worlds."""
    return ZuoraAccount(
        id="acc-1",
        number="A00000001",
        name="Acme",
        status="Active",
        sold_to=sold_to,
        bill_to=bill_to,
    )


def copy_of(contact: ZuoraContact, copy_id: str = "c1") -> BillingAccountContact:
    """CustomersDot's copy of a Zuora contact."""
    return BillingAccountContact(
        id=copy_id,
        zuora_contact_id=contact.id,
        zuora_account_id="acc-1",
        first_name=contact.first_name,
        last_name=contact.last_name,
        work_email=contact.work_email,
    )


def customer(of: Customer, **changed: Any) -> Customer:
    """A Customer like another one."""
    return Customer.model_validate({**of.model_dump(), **changed})


def subscription(**changed: Any) -> ZuoraSubscription:
    """A subscription that the account owns and pays for."""
    fields: dict[str, Any] = {
        "id": "s1",
        "number": "A-S00000001",
        "status": "Active",
        "account_number": "A00000001",
        "invoice_owner_number": "A00000001",
        "sold_to_id": "z1",
    }
    return ZuoraSubscription(**{**fields, **changed})


def contact(of: ZuoraContact, **changed: Any) -> ZuoraContact:
    """A contact like another one."""
    return ZuoraContact.model_validate({**of.model_dump(), **changed})


def line(event: str, changes: str) -> HistoryLine:
    """A history line."""
    return HistoryLine(event=event, user="admin:x", at="", changes=changes)


def snapshot(**changed: Any) -> Snapshot:
    """Olga is the Sold To and manages the account; Nina is a Customer without a membership."""
    fields: dict[str, Any] = {
        "account": account(),
        "billing_account": BILLING,
        "members": (OLD_MEMBERSHIP,),
        "contacts": (copy_of(SOLD_TO, "c1"), copy_of(BILL_TO, "c2")),
        "sold_to_customer": OLD_CUSTOMER,
        "sold_to_memberships": (OLD_MEMBERSHIP,),
        "new_customer": NEW_CUSTOMER,
        "new_history": (CREATED,),
        **changed,
    }
    return Snapshot(**fields)


def elsewhere(billing_account_id: str, *members: str) -> Elsewhere:
    """Nina's membership on another account, where these Customers are members."""
    return Elsewhere(
        membership=membership_of("22", billing_account_id),
        billing_account=BillingAccount(
            id=billing_account_id,
            zuora_account_id=f"acc-{billing_account_id}",
            zuora_account_number=f"A{billing_account_id}",
        ),
        members=tuple(membership_of(member, billing_account_id) for member in members),
    )


def membership_of(customer_id: str, billing_account_id: str = "7") -> Membership:
    """A membership."""
    return Membership(
        id=f"m{customer_id}", customer_id=customer_id, billing_account_id=billing_account_id
    )
