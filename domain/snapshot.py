"""The snapshot: both systems as they were read at one moment, before a plan is derived."""

from pydantic import Field

from domain.licences import CloudActivation, Licence
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    HistoryLine,
    Membership,
    Record,
    State,
    ZuoraAccount,
    ZuoraContact,
)


class Pinned(Record):
    """The original Sold To as the first snapshot of a run found them; never derived again."""

    contact: ZuoraContact
    customer: Customer | None
    bill_to: ZuoraContact


class Elsewhere(Record):
    """A membership of the new contact on another billing account, and who else has one there."""

    membership: Membership
    billing_account: BillingAccount
    members: tuple[Membership, ...]


class Issued(Record):
    """What was issued for the subscription of a request, on this billing account (T1, T6, G6).

    `reseller_domain` is that of the invoice owner's Sold To; empty where the customer pays.
    """

    licences: tuple[Licence, ...] = ()
    activations: tuple[CloudActivation, ...] = ()
    reseller_domain: str = ""


class Snapshot(Record):
    """What a plan is derived from.

    `new_history` is read only where a login is off (L1): the new contact's, or the Sold To's where
    that is the one to be renamed (C6). The original Sold To's memberships are read in a run's first
    round only where they may have to be saved last or renamed (L3, C6); `elsewhere` only where the
    new contact is no member here yet (A6). The members of this billing account are complete.
    `own_sold_to` are the numbers of the subscriptions that the account's Sold To does not reach.
    `issued` is read only for a request that names a subscription; `mistyped_elsewhere`, the ids of
    other Zuora accounts on which a contact has the mistyped email, only for a typo fix.
    `linked_user` is what GitLab says of the user whom the Customer to be renamed is linked to (C6).
    `written` are the ids of the changes that this run has made before this snapshot, or may have.
    Only where a contact record is what a request is about (S1, S2): `shown_roles` are the roles
    that the edit page of each copy names, by the copy's id, and `elsewhere_on_record` the Zuora
    accounts besides this one that have a contact with the email on record.
    """

    account: ZuoraAccount
    billing_account: BillingAccount
    members: tuple[Membership, ...]
    contacts: tuple[BillingAccountContact, ...]
    sold_to_customer: Customer | None
    sold_to_memberships: tuple[Membership, ...]
    new_customer: Customer | None
    elsewhere: tuple[Elsewhere, ...] = ()
    new_history: tuple[HistoryLine, ...] = ()
    own_sold_to: tuple[str, ...] = ()
    issued: Issued = Issued()
    mistyped_elsewhere: tuple[str, ...] = ()
    linked_user: str = ""
    written: tuple[str, ...] = ()
    shown_roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    elsewhere_on_record: tuple[str, ...] = ()

    def pin(self) -> Pinned:
        """The Sold To of this snapshot, to be kept for the rest of the run."""
        return Pinned(
            contact=self.account.sold_to,
            customer=self.sold_to_customer,
            bill_to=self.account.bill_to,
        )

    def is_member(self, customer_id: str) -> bool:
        """Whether a Customer manages this billing account."""
        return self.membership_of(customer_id) is not None

    def membership_of(self, customer_id: str) -> Membership | None:
        """A Customer's membership of this billing account (R2)."""
        return next((m for m in self.members if m.customer_id == customer_id), None)

    def copy_of(self, zuora_contact_id: str) -> BillingAccountContact | None:
        """CustomersDot's copy of one Zuora contact of this account."""
        return next((c for c in self.contacts if c.zuora_contact_id == zuora_contact_id), None)


def contact_state(contact: ZuoraContact | BillingAccountContact) -> State:
    """Who a contact is: what every workflow looks at and proves."""
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "work_email": contact.work_email,
    }


def address_state(contact: ZuoraContact | BillingAccountContact) -> State:
    """The postal fields of a contact."""
    return dict(contact.address.model_dump())


def contact_record_state(contact: ZuoraContact | BillingAccountContact) -> State:
    """Everything about a contact that a request can ask for."""
    return {**contact_state(contact), **address_state(contact)}


def customer_as_contact(customer: Customer) -> State:
    """What the sync writes to a Zuora contact when this Customer is saved (G1)."""
    return {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "work_email": customer.email,
    }


def customer_state(customer: Customer) -> State:
    """The fields by which one makes sure that a Customer is still who the plan means."""
    return {
        "id": customer.id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "login_activated": customer.login_activated,
    }


def customer_found(customer: Customer) -> State:
    """What a plan may also look at in a Customer: the email that waits, and the GitLab user."""
    more: State = {"unconfirmed_email": customer.unconfirmed_email, "uid": customer.uid}
    return {**customer_state(customer), **more}


def gitlab_link(uid: str) -> str:
    """The name under which one looks whether the contact is linked to some GitLab user still."""
    return f"linked-to-gitlab-user:{uid}"


def members_of(billing_account_id: str) -> str:
    """The name under which the members of some other billing account are looked at."""
    return f"members-of:{billing_account_id}"


def activation_of(cloud_activation_id: str) -> str:
    """The name under which it is looked at whether an activation code was used (T1)."""
    return f"activation-of:{cloud_activation_id}"


def members_state(customer_ids: list[str]) -> State:
    """Who manages a billing account, as one comparable value."""
    return {"customers": ",".join(sorted(set(customer_ids), key=int))}


def membership_state(membership: Membership | None) -> State:
    """A membership as a change sees it; empty when there is none."""
    if membership is None:
        return {}
    return {
        "customer_id": membership.customer_id,
        "billing_account_id": membership.billing_account_id,
    }
