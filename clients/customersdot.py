"""What we do with CustomersDot (facts: customersdot, part A), typed.

Reads raise SignInExpired, Refused with code `not-allowed`, Transient and Defect. Writes take the
WriteWindow that the journal gave for this one write and return None when CustomersDot says that it
accepted; the caller reads back. They also raise Stale where the record is gone, Refused with code
`already-taken` or `not-accepted`, and OutcomeUnknown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from clients import customersdot_records as records
from clients.customersdot_licences import FORWARD_CODE, FORWARD_LICENCE, RESEND_CODE, Licensing
from clients.customersdot_orders import Orders
from clients.customersdot_people import UNLINK, People
from clients.customersdot_sign_in import admin_from
from clients.http import OnCall, log_call
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Contains, Equals, LinkedTo, Row, checked_id
from clients.rails_rights import Page, Rights
from clients.rails_sign_in import SignIn
from clients.shared_secret import Keeper
from config.settings import Settings
from domain.errors import Defect
from domain.mailboxes import spellings
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    HistoryLine,
    Membership,
    Scalar,
    same_email,
)
from domain.windows import WriteWindow

T = TypeVar("T")

CUSTOMER = "customer"
BILLING_ACCOUNT = "billing_account"
MEMBERSHIP = "billing_account_membership"
CONTACT = "billing_account_contact"
NO_CUSTOMER = "2147483647"
"""An id that nobody has: an answer that says so proves that we may look."""

TOOLS = {
    (tool.model, tool.key): tool for tool in (UNLINK, RESEND_CODE, FORWARD_CODE, FORWARD_LICENCE)
}
"""The application's own actions by model and name, as `check_may_write` takes them: a Customer's
`unlink_gitlab_user`, an activation code's `resend` and `forward`, a licence's `forward`."""

ROLES = frozenset({"sold to", "bill to"})


class CustomersDot(People, Licensing, Orders):
    """Customers, billing accounts, memberships and contact copies; licences, codes and orders."""

    def __init__(self, admin: RailsAdmin) -> None:
        super().__init__(admin)
        self._rights = Rights(admin, self._offers)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        keeper: Keeper | None = None,
        sign_in: SignIn | None = None,
        on_call: OnCall = log_call,
    ) -> "CustomersDot":
        """The client that the environment describes; without a keeper its session is its own."""
        return cls(admin_from(settings, keeper=keeper, sign_in=sign_in, on_call=on_call))

    def check_sign_in(self) -> None:
        """Reads one admin page. Raises SignInExpired, and Refused if we may not even read."""
        self._admin.find(CUSTOMER, NO_CUSTOMER)

    def check_may_write(self, changes: Sequence[Page]) -> None:
        """Whether the signed-in account may make these changes; reads pages and writes nothing.

        A change is its model, its action (`edit`, `new` or `delete`, or a tool of `TOOLS`) and the
        record's id, empty for `new`. Each model and action is read once for a session. Raises
        MayNotWrite, a SignInExpired, and Stale if a record is gone.
        """
        self._rights.check(changes)

    def customer(self, customer_id: str) -> Customer | None:
        """A customer by id, None if there is none."""
        row = self._admin.find(CUSTOMER, customer_id, records.CUSTOMER_COLUMNS)
        return _optional(row, records.customer)

    def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this email, letter case ignored; None if there is none.

        Raises Defect if several have it: nobody may be picked at random (A6).
        """
        return _single(self.customers_by_email(email), "customers have the same email")

    def customers_by_email(self, email: str) -> list[Customer]:
        """All customers with this email, letter case ignored.

        That there is none decides who is renamed, removed or never looked at again, so an empty
        list is asked for once more.
        """
        rows = self._customers_with(email) or self._customers_with(email)
        return [one for one in map(records.customer, rows) if same_email(one.email, email)]

    def billing_account(self, billing_account_id: str) -> BillingAccount | None:
        """A billing account by its id in CustomersDot, None if there is none."""
        return _optional(
            self._admin.find(BILLING_ACCOUNT, billing_account_id), records.billing_account
        )

    def billing_account_by_zuora_id(self, zuora_account_id: str) -> BillingAccount | None:
        """The record of a Zuora account, None if there is none (A3 of the workflow's rules)."""
        found = self.billing_accounts_by_zuora_id(zuora_account_id)
        return _single(found, "billing accounts are of the same Zuora account")

    def billing_accounts_by_zuora_id(self, zuora_account_id: str) -> list[BillingAccount]:
        """All records of a Zuora account: there should be one."""
        by_account = Equals("zuora_account_id", zuora_account_id)
        return self._list(BILLING_ACCOUNT, by_account, records.billing_account)

    def memberships_of_customer(self, customer_id: str) -> list[Membership]:
        """What a customer may manage. CustomersDot allows one (A6), but the answer decides."""
        by_customer = LinkedTo("customer", "customer_id", customer_id)
        return self._list(MEMBERSHIP, by_customer, records.membership)

    def memberships_of_billing_account(self, billing_account_id: str) -> list[Membership]:
        """Who may manage a billing account's subscriptions."""
        by_account = LinkedTo("billing_account", "billing_account_id", billing_account_id)
        return self._list(MEMBERSHIP, by_account, records.membership)

    def membership(self, membership_id: str) -> Membership | None:
        """A membership by id, None if there is none: the read-back of a delete (R4)."""
        return _optional(self._admin.find(MEMBERSHIP, membership_id), records.membership)

    def contact(self, contact_id: str) -> BillingAccountContact | None:
        """A contact copy by id, None if there is none."""
        return _optional(self._admin.show(CONTACT, contact_id), records.contact)

    def contacts_of_account(self, zuora_account_id: str) -> list[BillingAccountContact]:
        """The contact copies of one Zuora account (S1)."""
        return self._list(CONTACT, Equals("zuora_account_id", zuora_account_id), records.contact)

    def contacts_by_email(self, email: str) -> list[BillingAccountContact]:
        """The contact copies with this email, on whatever account: it may be on several."""
        found = [
            contact
            for spelling in spellings(email)
            for contact in self._list(CONTACT, Contains("work_email", spelling), records.contact)
        ]
        return [contact for contact in found if same_email(contact.work_email, email)]

    def contact_roles(self, contact_id: str) -> frozenset[str]:
        """The roles of a contact, of "sold to" and "bill to", from its edit page (S2).

        Empty if the page names none. Raises Stale if the contact is missing, and MayNotWrite for an
        account that may not open that page: it is the page of a form, and told to nobody else.
        """
        self._rights.check([(CONTACT, "edit", contact_id)])
        banner = self._admin.edit_form(CONTACT, contact_id).banner.casefold()
        return frozenset(role for role in ROLES if re.search(rf"\b{role}\b", banner))

    def customer_history(self, customer_id: str) -> list[HistoryLine]:
        """All lines of a customer's history, oldest first (L1). Raises Stale if missing."""
        return self._admin.history(CUSTOMER, customer_id)

    def create_membership(
        self, customer_id: str, billing_account_id: str, window: WriteWindow
    ) -> None:
        """Let a customer manage a billing account (A4). A second one is `already-taken` (A6)."""
        values = {
            "customer_id": checked_id(customer_id),
            "billing_account_id": checked_id(billing_account_id),
        }
        self._admin.create(MEMBERSHIP, values, window)

    def delete_membership(self, membership_id: str, window: WriteWindow) -> None:
        """End a membership (R3). Raises Stale if it is gone already."""
        self._admin.delete(MEMBERSHIP, membership_id, window)

    def activate_login(self, customer_id: str, window: WriteWindow) -> None:
        """Tick *Login activated* and save (L2). Saving has the side effects of G1."""
        self._admin.update(CUSTOMER, customer_id, {"login_activated": True}, window)

    def save_customer_unchanged(self, customer_id: str, window: WriteWindow) -> None:
        """Save a customer as it is, for its side effect on Zuora (L3, G1, G2).

        It leaves no line in the history: only Zuora shows what it did.
        """
        fields = ("first_name", "last_name")
        self._admin.save_unchanged(CUSTOMER, customer_id, fields, window)

    def update_contact(
        self, contact_id: str, values: Mapping[str, Scalar], window: WriteWindow
    ) -> None:
        """Change fields of a contact, which writes through to Zuora at once (S3, S4; G4)."""
        unknown = values.keys() - records.CONTACT_COLUMNS.keys()
        if unknown:
            raise Defect(f"CustomersDot: a contact has no field {', '.join(sorted(unknown))}")
        changes = {records.CONTACT_COLUMNS[name]: value for name, value in values.items()}
        self._admin.update(CONTACT, contact_id, changes, window)

    def _customers_with(self, email: str) -> list[Row]:
        """One list for each form that the domain may have been kept in."""
        return [
            row
            for spelling in spellings(email)
            for row in self._admin.rows(
                CUSTOMER, [Contains("email", spelling)], records.CUSTOMER_COLUMNS
            )
        ]

    def _offers(self, model: str, action: str, record_id: str) -> bool:
        tool = TOOLS.get((model, action))
        if tool is not None:
            return self._tools.offers(tool, record_id)
        return self._admin.offers(model, action, record_id)


def _optional(row: Row | None, record: Callable[[Row], T]) -> T | None:
    return None if row is None else record(row)


def _single(found: list[T], what: str) -> T | None:
    if len(found) > 1:
        raise Defect(f"CustomersDot: {len(found)} {what}", code="several-matches")
    return found[0] if found else None
