"""What is read from Zuora and CustomersDot, as typed, immutable records.

Ids are strings throughout, whichever way a system prints them. Emails keep the spelling that the
system has; compare them with `same_email`.
"""

import unicodedata

from pydantic import BaseModel, ConfigDict

from domain.mailboxes import mailbox

Scalar = str | bool | int | None
State = dict[str, Scalar]
"""The fields of one record that matter to one change. An empty state means: no such record."""


class Record(BaseModel):
    """Base of all records: immutable, and closed against fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Address(Record):
    """The postal address of a contact. Empty text where a system has none."""

    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class ZuoraContact(Record):
    """A contact record in Zuora: the target of an account's Sold To or Bill To role."""

    id: str
    first_name: str
    last_name: str
    work_email: str
    address: Address = Address()


class ZuoraAccount(Record):
    """A Zuora account with the two contact roles. Both may point at the same contact (S2)."""

    id: str
    number: str
    name: str
    status: str
    sold_to: ZuoraContact
    bill_to: ZuoraContact

    @property
    def shared_contact(self) -> bool:
        """Whether one contact record holds both roles, so that a change hits both (S2, S6)."""
        return self.sold_to.id == self.bill_to.id


class ZuoraSubscription(Record):
    """The latest version of one subscription, who pays for it (V3, V6) and to whom it is sold.

    `sold_to_id` is the account's Sold To contact, unless the subscription has one of its own; it is
    empty where Zuora does not say.
    """

    id: str
    number: str
    status: str
    account_number: str
    invoice_owner_number: str
    sold_to_id: str = ""

    @property
    def through_reseller(self) -> bool:
        """Whether another account owns the invoices: the purchase went through a reseller."""
        return self.invoice_owner_number != self.account_number


class ZuoraInvoice(Record):
    """An invoice as ZOQL or the account summary shows it. `date` is ISO, `YYYY-MM-DD`."""

    id: str
    number: str
    date: str
    status: str
    account_id: str


class Customer(Record):
    """A person's record in CustomersDot."""

    id: str
    first_name: str
    last_name: str
    email: str
    unconfirmed_email: str = ""
    uid: str = ""
    login_activated: bool


class BillingAccount(Record):
    """CustomersDot's record of one Zuora account, and which contact copies hold its roles."""

    id: str
    zuora_account_id: str
    zuora_account_name: str = ""
    zuora_account_number: str = ""


class Membership(Record):
    """The link that lets a Customer manage a billing account's subscriptions."""

    id: str
    customer_id: str
    billing_account_id: str


class BillingAccountContact(Record):
    """CustomersDot's copy of a Zuora contact; saving it writes through to Zuora (S)."""

    id: str
    zuora_contact_id: str
    zuora_account_id: str
    first_name: str
    last_name: str
    work_email: str
    address: Address = Address()


class HistoryLine(Record):
    """One line of a record's history, oldest first. `changes` is the printed text in brackets."""

    event: str
    user: str
    at: str
    changes: str


def same_handle(one: str, other: str) -> bool:
    """Whether two handles are one person's: letter case, space and invisible signs don't count."""
    return _handle(one) == _handle(other)


def _handle(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


def same_email(one: str, other: str) -> bool:
    """Whether two spellings name one mailbox, whatever the letter case and form of the domain."""
    return mailbox(one) == mailbox(other)


def domain_of(email: str) -> str:
    """The part of an address behind the @, as it is compared; empty where there is none."""
    return mailbox(email).rpartition("@")[2] if "@" in email else ""
