"""What Object Query knows: objects, their fields, and what can be expanded.

Which fields of contacts, invoices and subscriptions can be filtered is not documented: here all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.columns import Table
from sandbox.tables import ACCOUNT, CONTACT, INVOICE, SUBSCRIPTION

STAMPS = {"createdDate": "created_at", "updatedDate": "updated_at"}
LAST_INVOICE = "(SELECT max(i.invoice_date) FROM zuora_invoice i WHERE i.account_id = t.id)"
ACCOUNT_FILTERS = frozenset(
    (
        *("id", "updateddate", "accountnumber", "balance", "batch", "billcycleday", "billtoid"),
        *("communicationprofileid", "crmid", "currency", "defaultpaymentmethodid"),
        *("invoicetemplateid", "lastinvoicedate", "name", "parentid", "shiptoid", "soldtoid"),
        "status",
    )
)


@dataclass(frozen=True)
class Expansion:
    """Records that can come along: one by a key of ours, or many by a key of theirs."""

    key: str
    target: str | None = None
    column: str = "account_id"
    many: bool = False


@dataclass(frozen=True)
class QueryObject:
    """One object: `fields` are columns, `computed` are SQL expressions over the row `t`."""

    table: Table
    fields: dict[str, str]
    computed: dict[str, str] = field(default_factory=dict)
    expansions: dict[str, Expansion] = field(default_factory=dict)
    filters: frozenset[str] | None = None
    number: str | None = None

    def named(self, name: str) -> str | None:
        """A field's proper spelling, whatever case it came in."""
        wanted = name.lower()
        return next((one for one in self.names if one.lower() == wanted), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All fields."""
        return (*self.fields, *self.computed)

    def sql(self, name: str) -> str:
        """The expression behind a field."""
        return f't."{self.fields[name]}"' if name in self.fields else self.computed[name]

    def filterable(self, name: str) -> bool:
        """Whether a field can stand in a filter."""
        return self.filters is None or name.lower() in self.filters


def _nothing(key: str, *, many: bool = False) -> Expansion:
    """An expansion that exists and is always empty here."""
    return Expansion(key, many=many)


OBJECTS = {
    "accounts": QueryObject(
        ACCOUNT,
        {
            "id": "id",
            "accountNumber": "number",
            "name": "name",
            "status": "status",
            "crmId": "crm_id",
            "notes": "notes",
            "currency": "currency",
            "balance": "balance",
            "billToId": "bill_to_id",
            "soldToId": "sold_to_id",
            "invoiceDeliveryPrefsEmail": "invoice_delivery_email",
        }
        | STAMPS,
        {
            "batch": "'Batch1'",
            "billCycleDay": "1",
            "lastInvoiceDate": LAST_INVOICE,
            "communicationProfileId": f"'{'0' * 32}'",
            "defaultPaymentMethodId": "NULL",
            "invoiceTemplateId": "NULL",
            "parentId": "NULL",
            "shipToId": "NULL",
        },
        {
            "billto": Expansion("billTo", "contacts", "bill_to_id"),
            "soldto": Expansion("soldTo", "contacts", "sold_to_id"),
            "subscriptions": Expansion("subscriptions", "subscriptions", many=True),
            "invoices": Expansion("invoices", "invoices", many=True),
            "subscriptions.rateplans": Expansion("subscriptions", "subscriptions", many=True),
            "subscriptions.rateplans.rateplancharges": Expansion(
                "subscriptions", "subscriptions", many=True
            ),
            "shipto": _nothing("shipTo"),
            "defaultpaymentmethod": _nothing("defaultPaymentMethod"),
            "payments": _nothing("payments", many=True),
            "refunds": _nothing("refunds", many=True),
            "creditmemos": _nothing("creditMemos", many=True),
            "debitmemos": _nothing("debitMemos", many=True),
            "usages": _nothing("usages", many=True),
            "paymentmethods": _nothing("paymentMethods", many=True),
        },
        ACCOUNT_FILTERS,
        "number",
    ),
    "contacts": QueryObject(
        CONTACT,
        {
            "id": "id",
            "accountId": "account_id",
            "firstName": "first_name",
            "lastName": "last_name",
            "workEmail": "work_email",
            "personalEmail": "personal_email",
            "address1": "address1",
            "address2": "address2",
            "city": "city",
            "state": "state",
            "postalCode": "zip_code",
            "country": "country",
            "county": "county",
            "taxRegion": "tax_region",
            "workPhone": "work_phone",
            "homePhone": "home_phone",
            "mobilePhone": "mobile_phone",
            "otherPhone": "other_phone",
            "otherPhoneType": "other_phone_type",
            "fax": "fax",
            "nickName": "nickname",
            "description": "description",
        }
        | STAMPS,
    ),
    "subscriptions": QueryObject(
        SUBSCRIPTION,
        {
            "id": "id",
            "name": "number",
            "accountId": "account_id",
            "invoiceOwnerId": "invoice_owner_id",
            "creatorAccountId": "account_id",
            "creatorInvoiceOwnerId": "invoice_owner_id",
            "status": "status",
            "version": "version",
            "termStartDate": "term_start_date",
            "termEndDate": "term_end_date",
            "subscriptionStartDate": "term_start_date",
            "contractEffectiveDate": "term_start_date",
            "billToContactId": "bill_to_id",
            "soldToContactId": "sold_to_id",
        }
        | STAMPS,
        {"termType": "'TERMED'"},
        {
            "account": Expansion("account", "accounts", "account_id"),
            "invoiceowner": Expansion("invoiceOwner", "accounts", "invoice_owner_id"),
            "billtocontact": Expansion("billToContact", "contacts", "bill_to_id"),
            "soldtocontact": Expansion("soldToContact", "contacts", "sold_to_id"),
        },
        number="number",
    ),
    "invoices": QueryObject(
        INVOICE,
        {
            "id": "id",
            "invoiceNumber": "number",
            "accountId": "account_id",
            "invoiceDate": "invoice_date",
            "dueDate": "due_date",
            "amount": "amount",
            "balance": "balance",
            "status": "status",
            "postedDate": "posted_date",
            "reversed": "reversed",
            "billToContactId": "bill_to_id",
            "soldToContactId": "sold_to_id",
        }
        | STAMPS,
        {},
        {
            "account": Expansion("account", "accounts", "account_id"),
            "billtocontact": Expansion("billToContact", "contacts", "bill_to_id"),
        },
        number="number",
    ),
}
