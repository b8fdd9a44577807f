"""Member tabs that only list something: subscriptions, activation codes, activations."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from flask import Blueprint, render_template

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.customersdot.answers import halt, take_flash
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.registry import AdminModel
from sandbox.customersdot.shared import format_among, sandbox
from sandbox.customersdot.tabs import tabs
from sandbox.links import account_of_customer
from sandbox.tables import (
    ACCOUNT,
    CLOUD_ACTIVATION,
    INSTANCE_ACTIVATION,
    MEMBERSHIP,
    SUBSCRIPTION,
)

blueprint = Blueprint("related", __name__)
ACTIVATION_COLUMNS = ("id", "activation_code", "subscription_name", "trial")
INSTANCE_COLUMNS = ("id", "self_managed_instance_id", "activated_at")
SUBSCRIPTION_COLUMNS = ("subscription", "status", "term_end_date", "account", "invoice_owner")


@blueprint.get("/admin/<name>/<key>/zuora_subscriptions")
def subscriptions(name: str, key: str) -> str:
    """What the Customer's account owns, and who pays for it: how a reseller is recognised."""
    model = _page_of(name, "zuora_subscriptions")
    with sandbox().reading() as db:
        row = record_for(db, model, key)
        account = account_of_customer(db, row["id"])
        found = records.find(db, SUBSCRIPTION, account_id=account) if account else []
        lines = [_subscription(db, one) for one in found]
        return _table(db, model, row, SUBSCRIPTION_COLUMNS, lines)


def _subscription(db: sqlite3.Connection, row: Row) -> Row:
    account, owner = (
        records.get(db, ACCOUNT, row[column]) for column in ("account_id", "invoice_owner_id")
    )
    return {
        "subscription": row["number"],
        "status": row["status"],
        "term_end_date": row["term_end_date"],
        "account": account["name"] if account else None,
        "invoice_owner": owner["name"] if owner else None,
    }


@blueprint.get("/admin/<name>/<key>/cloud_activations")
def activations(name: str, key: str) -> str:
    """The activation codes of the billing account that the Customer manages."""
    model = _page_of(name, "cloud_activations")
    with sandbox().reading() as db:
        row = record_for(db, model, key)
        member = records.first(db, MEMBERSHIP, customer_id=row["id"])
        billing: Value = member["billing_account_id"] if member else None
        found = records.find(db, CLOUD_ACTIVATION, billing_account_id=billing)
        return _table(db, model, row, ACTIVATION_COLUMNS, found)


@blueprint.get("/admin/<name>/<key>/self_managed_instance_activations")
def instances(name: str, key: str) -> str:
    """The instances that used an activation code."""
    model = _page_of(name, "self_managed_instance_activations")
    with sandbox().reading() as db:
        row = record_for(db, model, key)
        found = records.find(db, INSTANCE_ACTIVATION, cloud_activation_id=row["id"])
        return _table(db, model, row, INSTANCE_COLUMNS, found)


def _page_of(name: str, action: str) -> AdminModel:
    """The model; these pages exist in HTML only."""
    model = model_for(name, action)
    if format_among("html") is None:
        raise halt(406)
    return model


def _table(
    db: sqlite3.Connection,
    model: AdminModel,
    row: Row,
    names: tuple[str, ...],
    lines: Sequence[Row],
) -> str:
    return render_template(
        "related.html",
        model=model,
        row=row,
        names=names,
        lines=lines,
        flash=take_flash(),
        tabs=tabs(db, model, row),
    )
