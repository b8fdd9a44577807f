"""The records of both systems as data: one `Table` per record type, with its columns.

Everything that stores, lists, logs or replays a record works from these descriptions, so a record
type is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None
Row = dict[str, Value]
Kind = Literal["string", "integer", "number", "boolean", "datetime"]
System = Literal["zuora", "customersdot"]

SQL_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


@dataclass(frozen=True)
class Column:
    """One stored field; `default` is what a new record has when nobody says otherwise."""

    name: str
    kind: Kind = "string"
    default: Value = None

    @property
    def sql(self) -> str:
        """The column as SQLite declares it."""
        return f'"{self.name}" {SQL_TYPES.get(self.kind, "TEXT")}'

    def load(self, stored: Value) -> Value:
        """The Python value of what SQLite returned: it knows no booleans."""
        return bool(stored) if self.kind == "boolean" and stored is not None else stored


@dataclass(frozen=True)
class Table:
    """A record type of one of the systems. `folded` columns are looked up regardless of case."""

    system: System
    name: str
    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()

    @property
    def sql_name(self) -> str:
        """The SQLite table behind it."""
        return f"{self.system}_{self.name}"

    @property
    def counted(self) -> bool:
        """Whether ids are running numbers (CustomersDot) or 32 hex digits (Zuora)."""
        return self.system == "customersdot"

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declaration order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """The column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    def load(self, stored: Mapping[str, Value]) -> Row:
        """A row of SQLite as a record."""
        return {column.name: column.load(stored[column.name]) for column in self.columns}

    def defaults(self) -> Row:
        """A record nobody has filled in yet."""
        return {column.name: column.default for column in self.columns}


def strings(*names: str) -> tuple[Column, ...]:
    """Several plain text columns."""
    return tuple(Column(name) for name in names)


STAMPS = (Column("created_at", "datetime"), Column("updated_at", "datetime"))

ACCOUNT = Table(
    "zuora",
    "account",
    (
        *strings("id", "number", "name"),
        Column("status", default="Active"),
        *strings("crm_id", "notes"),
        Column("currency", default="USD"),
        Column("balance", "number", 0.0),
        *strings("bill_to_id", "sold_to_id"),
        Column("invoice_delivery_email", "boolean", True),
        *STAMPS,
    ),
    indexed=("number", "bill_to_id", "sold_to_id"),
)
CONTACT = Table(
    "zuora",
    "contact",
    (
        *strings("id", "account_id", "first_name", "last_name", "nickname", "work_email"),
        *strings("personal_email", "address1", "address2", "city", "state", "zip_code"),
        *strings("country", "county", "tax_region", "work_phone", "home_phone", "mobile_phone"),
        *strings("other_phone", "other_phone_type", "fax", "description"),
        *STAMPS,
    ),
    indexed=("account_id",),
    folded=("work_email",),
)
SUBSCRIPTION = Table(
    "zuora",
    "subscription",
    (
        *strings("id", "number", "account_id", "invoice_owner_id"),
        Column("status", default="Active"),
        Column("version", "integer", 1),
        *strings("term_start_date", "term_end_date", "bill_to_id", "sold_to_id"),
        *STAMPS,
    ),
    indexed=("number", "account_id", "invoice_owner_id"),
)
INVOICE = Table(
    "zuora",
    "invoice",
    (
        *strings("id", "number", "account_id", "invoice_date", "due_date"),
        Column("amount", "number", 0.0),
        Column("balance", "number", 0.0),
        Column("status", default="Posted"),
        *STAMPS,
    ),
    indexed=("number", "account_id"),
)
CUSTOMER = Table(
    "customersdot",
    "customer",
    (
        Column("id", "integer"),
        *strings("first_name", "last_name", "email", "provider", "uid"),
        Column("login_activated", "boolean", True),
        Column("confirmed_at", "datetime"),
        *strings("unconfirmed_email", "confirmation_token"),
        Column("confirmation_sent_at", "datetime"),
        Column("sign_in_count", "integer", 0),
        *strings("company", "company_size"),
        Column("billable", "boolean", False),
        *strings("country", "state", "city", "zip_code", "address_1", "address_2"),
        *strings("phone_number", "vat_code", "zuora_account_id", "salesforce_account_id"),
        *STAMPS,
    ),
    folded=("email",),
)
BILLING_ACCOUNT = Table(
    "customersdot",
    "billing_account",
    (
        Column("id", "integer"),
        *strings("zuora_account_id", "zuora_account_name", "zuora_account_number"),
        *strings("zuora_account_entity", "zuora_account_vat_id", "salesforce_account_id"),
        Column("sold_to_contact_id", "integer"),
        Column("bill_to_contact_id", "integer"),
        *STAMPS,
    ),
    indexed=("zuora_account_id", "zuora_account_number", "sold_to_contact_id"),
)
MEMBERSHIP = Table(
    "customersdot",
    "billing_account_membership",
    (
        Column("id", "integer"),
        Column("customer_id", "integer"),
        Column("billing_account_id", "integer"),
        *STAMPS,
    ),
    indexed=("customer_id", "billing_account_id"),
)
CONTACT_COPY = Table(
    "customersdot",
    "billing_account_contact",
    (
        Column("id", "integer"),
        *strings("zuora_contact_id", "zuora_account_id", "first_name", "last_name"),
        *strings("work_email", "address_1", "address_2", "country", "state", "city"),
        *strings("postal_code"),
        *STAMPS,
    ),
    indexed=("zuora_contact_id", "zuora_account_id"),
    folded=("work_email",),
)

TABLES = (
    *(ACCOUNT, CONTACT, SUBSCRIPTION, INVOICE),
    *(CUSTOMER, BILLING_ACCOUNT, MEMBERSHIP, CONTACT_COPY),
)
BY_NAME = {table.name: table for table in TABLES}
