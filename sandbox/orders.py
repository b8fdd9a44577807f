"""Orders and invitations of CustomersDot, planted as part of the past."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from sandbox.columns import Row, Value
from sandbox.links import customer_by_email
from sandbox.people import Person, hex_id
from sandbox.planting import plant, stamp_of
from sandbox.tables import INVITE, ORDER

INVITED = timedelta(days=2)
VALID = timedelta(days=7)


def namespace_id(path: str) -> str:
    """The number of a GitLab namespace: it follows from its path."""
    return str(1_000_000 + int(hex_id("namespace", path)[:6], 16))


def plant_order(
    db: sqlite3.Connection, subscription: Row, customer: Value, namespace: str | None
) -> None:
    """The order behind a subscription; it names the namespace of a SaaS one."""
    values: Row = {
        "customer_id": customer,
        "subscription_name": subscription["number"],
        "subscription_id": subscription["id"],
        "gitlab_namespace_id": namespace_id(namespace) if namespace else None,
        "gitlab_namespace_name": namespace,
    }
    plant(db, ORDER, values)


def plant_invite(db: sqlite3.Connection, billing: Value, inviter: Person, invitee: Person) -> None:
    """An invitation to manage a billing account that nobody has accepted yet."""
    customer = customer_by_email(db, inviter.email)
    values: Row = {
        "billing_account_id": billing,
        "inviter_id": customer["id"] if customer else None,
        "invitee_email": invitee.email,
        "expires_at": stamp_of(INVITED - VALID),
    }
    plant(db, INVITE, values)
