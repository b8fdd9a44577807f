"""The records of both systems as data: one `Table` per record type, with its columns.

Everything that stores, lists, logs or replays a record works from these descriptions, so a record
type is added here and nowhere else.
"""

from __future__ import annotations

from sandbox.columns import STAMPS, Column, Table, strings
from sandbox.neighbour_tables import NEIGHBOURS

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
    timed=("created_at", "updated_at"),
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
    timed=("created_at", "updated_at"),
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
        Column("posted_date"),
        Column("reversed", "boolean", False),
        *strings("bill_to_id", "sold_to_id"),
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
        *strings("access_token", "refresh_token"),
        Column("access_token_expires_at", "datetime"),
        *strings("authentication_token"),
        *STAMPS,
    ),
    folded=("email",),
    timed=("updated_at",),
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
    indexed=(
        *("zuora_account_id", "zuora_account_number"),
        *("sold_to_contact_id", "bill_to_contact_id"),
    ),
    timed=("updated_at",),
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
    timed=("updated_at",),
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
    timed=("updated_at",),
)
CLOUD_ACTIVATION = Table(
    "customersdot",
    "cloud_activation",
    (
        Column("id", "integer"),
        Column("billing_account_id", "integer"),
        *strings("activation_code", "subscription_name"),
        Column("trial", "boolean", False),
        Column("super_sonics_aware", "boolean", True),
        Column("seat_utilization_reminder_sent_at", "datetime"),
        *STAMPS,
    ),
    indexed=("billing_account_id", "activation_code", "subscription_name"),
)
INSTANCE_ACTIVATION = Table(
    "customersdot",
    "self_managed_instance_activation",
    (
        Column("id", "integer"),
        Column("cloud_activation_id", "integer"),
        *strings("self_managed_instance_id"),
        Column("activated_at", "datetime"),
        *STAMPS,
    ),
    indexed=("cloud_activation_id",),
)
LICENSE = Table(
    "customersdot",
    "license",
    (
        Column("id", "integer"),
        Column("billing_account_id", "integer"),
        *strings("email", "name", "company", "starts_at", "expires_at"),
        Column("trial", "boolean", False),
        *strings("plan_code"),
        Column("users_count", "integer", 10),
        *strings("zuora_subscription_name", "zuora_subscription_id"),
        Column("cloud_licensing_enabled", "boolean", False),
        Column("offline_cloud_licensing_enabled", "boolean", False),
        *strings("license_file", "license_file_md5"),
        Column("activated_at", "datetime"),
        *strings("notes"),
        *STAMPS,
    ),
    indexed=("billing_account_id", "license_file_md5", "zuora_subscription_name"),
)
AUDIT_EVENT = Table(
    "customersdot",
    "admin_tool_audit_event",
    (
        Column("id", "integer"),
        *strings("action"),
        Column("customer_id", "integer"),
        *strings("request_link", "requester"),
        *STAMPS,
    ),
)
ORDER = Table(
    "customersdot",
    "order",
    (
        Column("id", "integer"),
        Column("customer_id", "integer"),
        *strings("subscription_name", "subscription_id"),
        *strings("gitlab_namespace_id", "gitlab_namespace_name"),
        *STAMPS,
    ),
    indexed=("subscription_name", "gitlab_namespace_id", "customer_id"),
)
INVITE = Table(
    "customersdot",
    "billing_account_invite",
    (
        Column("id", "integer"),
        Column("billing_account_id", "integer"),
        Column("inviter_id", "integer"),
        *strings("invitee_email"),
        Column("expires_at", "datetime"),
        Column("accepted_at", "datetime"),
        *STAMPS,
    ),
    indexed=("billing_account_id",),
    folded=("invitee_email",),
)

TABLES = (
    *(ACCOUNT, CONTACT, SUBSCRIPTION, INVOICE),
    *(CUSTOMER, BILLING_ACCOUNT, MEMBERSHIP, CONTACT_COPY),
    *(CLOUD_ACTIVATION, INSTANCE_ACTIVATION, LICENSE, AUDIT_EVENT),
    *(ORDER, INVITE),
    *NEIGHBOURS,
)
BY_NAME = {table.name: table for table in TABLES}
