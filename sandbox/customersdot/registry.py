"""How the admin is configured for each model: labels, forms, what can be done.

The real configuration is not public. Field names, labels and the buttons of the four forms follow
the workflow's own words; label methods, and which actions exist, are guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.columns import Row, Table
from sandbox.tables import (
    AUDIT_EVENT,
    BILLING_ACCOUNT,
    CLOUD_ACTIVATION,
    CONTACT_COPY,
    CUSTOMER,
    INVITE,
    LICENSE,
    MEMBERSHIP,
    ORDER,
)

FieldKind = Literal["string", "email", "boolean", "belongs_to"]
ALL_ACTIONS = frozenset(
    (
        *("index", "new", "export", "bulk_delete", "history_index"),
        *("show", "edit", "delete", "history_show"),
    )
)
READ_ACTIONS = frozenset(("index", "export", "show", "history_show", "history_index"))
RESEND = "resend_to_customer"
FORWARD_CODE = "forward_cloud_activation_email"
FORWARD_LICENSE = "forward_license_email"
CODE_TOOLS = ("self_managed_instance_activations", RESEND, FORWARD_CODE)
LICENSE_TOOLS = ("validate_license", RESEND, FORWARD_LICENSE)
CUSTOMER_TOOLS = ("impersonate", "zuora_subscriptions", "unlink_gitlab_user", "cloud_activations")


@dataclass(frozen=True)
class Field:
    """One entry of a form. A virtual one is no column: it only steers the save."""

    name: str
    label: str
    kind: FieldKind = "string"
    required: bool = False
    target: str | None = None
    virtual: bool = False


@dataclass(frozen=True)
class BelongsTo:
    """A link to another model; `label_column` is set where its label is a searchable column."""

    name: str
    column: str
    target: str
    label_column: str | None = None


@dataclass(frozen=True)
class AdminModel:
    """One model of the admin. `secrets` are columns that never go into JSON lists and objects."""

    table: Table
    class_name: str
    label: str
    edit_fields: tuple[Field, ...]
    new_fields: tuple[Field, ...]
    belongs_to: tuple[BelongsTo, ...] = ()
    secrets: frozenset[str] = frozenset()
    actions: frozenset[str] = ALL_ACTIONS

    @property
    def key(self) -> str:
        """The name in paths and parameters: singular, with underscores."""
        return self.table.name

    @property
    def plural(self) -> str:
        """The label of many."""
        return f"{self.label}s"

    def link(self, name: str) -> BelongsTo | None:
        """The belongs_to of that name."""
        return next((one for one in self.belongs_to if one.name == name), None)

    def label_of(self, row: Row) -> str:
        """What names the record in selects and in write answers."""
        if self.key == "customer":
            return str(row["email"])
        if self.key == "billing_account":
            return f"{row['zuora_account_name']} ({row['zuora_account_id']})"
        return f"{self.class_name} #{row['id']}"


CUSTOMER_FIELDS = (
    Field("first_name", "First name", required=True),
    Field("last_name", "Last name", required=True),
    Field("email", "Email", "email", required=True),
    Field("login_activated", "Login activated", "boolean"),
    Field("skip_email_confirmation", "Skip email confirmation", "boolean", virtual=True),
)
CONTACT_FIELDS = (
    Field("first_name", "First name", required=True),
    Field("last_name", "Last name", required=True),
    Field("work_email", "Work email", "email", required=True),
    Field("address_1", "Address 1"),
    Field("address_2", "Address 2"),
    Field("country", "Country"),
    Field("state", "State"),
    Field("city", "City"),
    Field("postal_code", "Postal code"),
)
MEMBERSHIP_FIELDS = (
    Field("customer_id", "Customer", "belongs_to", required=True, target="customer"),
    Field(
        "billing_account_id", "Billing account", "belongs_to", required=True,
        target="billing_account",
    ),
)  # fmt: skip
BILLING_ACCOUNT_FIELDS = (
    Field("zuora_account_name", "Zuora account name", required=True),
    Field("salesforce_account_id", "Salesforce account"),
)
# What Devise keeps out of every serialisation, of the columns this table has.
DEVISE_SECRETS = frozenset(
    (
        *("confirmation_token", "confirmed_at", "confirmation_sent_at", "unconfirmed_email"),
        *("sign_in_count", "authentication_token"),
    )
)
OF_BILLING_ACCOUNT = BelongsTo("billing_account", "billing_account_id", "billing_account")

MODELS = {
    model.key: model
    for model in (
        AdminModel(
            CUSTOMER, "Customer", "Customer", CUSTOMER_FIELDS, CUSTOMER_FIELDS,
            secrets=DEVISE_SECRETS, actions=ALL_ACTIONS.union(CUSTOMER_TOOLS),
        ),
        AdminModel(
            BILLING_ACCOUNT, "BillingAccount", "Billing account", BILLING_ACCOUNT_FIELDS, (),
            # Billing accounts come from Zuora; here nobody makes or removes one by hand.
            actions=ALL_ACTIONS - {"new", "delete", "bulk_delete"},
        ),
        AdminModel(
            MEMBERSHIP, "BillingAccountMembership", "Billing account membership",
            MEMBERSHIP_FIELDS, MEMBERSHIP_FIELDS,
            belongs_to=(
                BelongsTo("customer", "customer_id", "customer", label_column="email"),
                OF_BILLING_ACCOUNT,
            ),
        ),
        AdminModel(
            CONTACT_COPY, "BillingAccountContact", "Billing account contact", CONTACT_FIELDS,
            (Field("zuora_contact_id", "Zuora contact ID", required=True),),
        ),
        AdminModel(
            CLOUD_ACTIVATION, "CloudActivation", "Cloud activation", (), (),
            belongs_to=(OF_BILLING_ACCOUNT,),
            actions=READ_ACTIONS.union(CODE_TOOLS),
        ),
        AdminModel(
            LICENSE, "License", "License", (), (), belongs_to=(OF_BILLING_ACCOUNT,),
            actions=READ_ACTIONS.union(LICENSE_TOOLS),
        ),
        AdminModel(
            AUDIT_EVENT, "AdminToolAuditEvent", "Support audit event", (), (),
            belongs_to=(BelongsTo("customer", "customer_id", "customer", label_column="email"),),
            actions=READ_ACTIONS,
        ),
        AdminModel(
            ORDER, "Order", "Order", (), (),
            belongs_to=(BelongsTo("customer", "customer_id", "customer", label_column="email"),),
            actions=READ_ACTIONS,
        ),
        AdminModel(
            INVITE, "BillingAccountInvite", "Billing account invite", (), (),
            belongs_to=(OF_BILLING_ACCOUNT, BelongsTo("inviter", "inviter_id", "customer")),
            actions=READ_ACTIONS,
        ),
    )
}  # fmt: skip
