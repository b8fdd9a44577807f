"""From submitted parameters to a save in the world."""

from __future__ import annotations

from typing import Any

from sandbox import world
from sandbox.columns import Row, Value
from sandbox.customersdot.registry import AdminModel, Field
from sandbox.ledger import Commit

FALSE = ("0", "f", "F", "false", "FALSE", "off", "OFF", 0, False)
CONFIRMED = "skip_email_confirmation"


def permitted(fields: tuple[Field, ...], submitted: Any) -> Row:
    """The values the form's section knows; anything else is dropped without a word."""
    given = submitted if isinstance(submitted, dict) else {}
    return {one.name: _value(one, given[one.name]) for one in fields if one.name in given}


def _value(field: Field, raw: Any) -> Value:
    if field.kind == "boolean":
        return None if raw in ("", None) else raw not in FALSE
    if field.kind == "belongs_to":
        text = str(raw if raw is not None else "").strip()
        return int(text) if text.isdigit() else None
    # rails_admin stores nothing rather than an empty string.
    return str(raw) if raw not in ("", None) else None


def create(commit: Commit, model: AdminModel, values: Row) -> Row:
    """Store a new record that has passed validation."""
    if model.key == "customer":
        confirmed = bool(values.pop(CONFIRMED, False))
        return world.create_customer(commit, values, confirmed)
    if model.key == "billing_account_contact":
        return world.create_copy(commit, values["zuora_contact_id"])
    return world.create_membership(commit, values)


def update(commit: Commit, model: AdminModel, row: Row, values: Row) -> None:
    """Save a record that has passed validation."""
    match model.key:
        case "customer":
            confirmed = bool(values.pop(CONFIRMED, False))
            world.update_customer(commit, row, values, confirmed)
        case "billing_account_contact":
            world.update_copy(commit, row, values)
        case "billing_account_membership":
            world.update_membership(commit, row, values)
        case _:
            world.update_billing_account(commit, row, values)


def delete(commit: Commit, model: AdminModel, row: Row) -> None:
    """Remove a record that does not refuse."""
    match model.key:
        case "customer":
            world.delete_customer(commit, row)
        case "billing_account_contact":
            world.delete_copy(commit, row)
        case _:
            world.delete_membership(commit, row)
