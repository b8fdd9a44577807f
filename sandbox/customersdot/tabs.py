"""The tabs above a record. A tab that is not possible is not rendered: its absence says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from sandbox import records
from sandbox.columns import Row
from sandbox.customersdot.registry import FORWARD_CODE, FORWARD_LICENSE, RESEND, AdminModel
from sandbox.customersdot.rights import may
from sandbox.tables import INSTANCE_ACTIVATION


def _always(_db: sqlite3.Connection, _row: Row) -> bool:
    return True


def _linked(_db: sqlite3.Connection, row: Row) -> bool:
    """There is a GitLab user to unlink."""
    return bool(row["uid"])


def _activated(db: sqlite3.Connection, row: Row) -> bool:
    """The code was used by an instance."""
    return records.first(db, INSTANCE_ACTIVATION, cloud_activation_id=row["id"]) is not None


@dataclass(frozen=True)
class Tab:
    """One action on a record: its key, text and page, and when it is offered."""

    action: str
    text: str
    endpoint: str
    offered: Callable[[sqlite3.Connection, Row], bool] = _always


TABS = (
    Tab("show", "Show", "reading.show"),
    Tab("edit", "Edit", "writing.edit"),
    Tab("delete", "Delete", "writing.delete"),
    Tab("history_show", "History", "history.of_record"),
    Tab("impersonate", "Impersonate", "tools.impersonate"),
    Tab("zuora_subscriptions", "Zuora Subscriptions", "related.subscriptions"),
    Tab("unlink_gitlab_user", "Unlink GitLab User", "tools.unlink", _linked),
    Tab("cloud_activations", "Cloud Activations", "related.activations"),
    Tab(
        "self_managed_instance_activations",
        "Self Managed Instance Activations",
        "related.instances",
        _activated,
    ),
    Tab(RESEND, "Resend to customer via email", "sending.resend"),
    Tab(FORWARD_CODE, "Forward Cloud activation email", "sending.forward_code"),
    Tab(FORWARD_LICENSE, "Forward license email", "sending.forward_license"),
)


def tabs(db: sqlite3.Connection, model: AdminModel, row: Row) -> list[tuple[str, str, str]]:
    """The tabs of a record: action, text and address."""
    return [
        (tab.action, tab.text, url_for(tab.endpoint, name=model.key, key=row["id"]))
        for tab in TABS
        if tab.action in model.actions and may(tab.action) and tab.offered(db, row)
    ]
