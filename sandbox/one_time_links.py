"""One-time links: how a Customer gets into the portal without a GitLab account.

A link works once and for a day. It is derived, not drawn, so that a test can search for it
everywhere where it must not be.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3

from sandbox.columns import Row, Value
from sandbox.ledger import Commit, Mail
from sandbox.links import account_of_customer
from sandbox.tables import CUSTOMER

LENGTH = 40
_KEY = b"one-time links of the sandbox"


def path_of(customer_id: Value, serial: int) -> str:
    """The end of a link's address: who it is for, and what makes it a secret."""
    digest = hmac.new(_KEY, f"{customer_id}-{serial}".encode(), hashlib.sha256).hexdigest()
    return f"{customer_id}-{digest[:LENGTH]}"


def shown(db: sqlite3.Connection, customer_id: Value) -> str:
    """What the admin shows: the link that would be mailed next. After its use it is another."""
    return path_of(customer_id, _number(db, customer_id))


def _number(db: sqlite3.Connection, customer_id: Value) -> int:
    sql = "SELECT count(*) FROM one_time_link WHERE customer_id = ?"
    return int(db.execute(sql, (customer_id,)).fetchone()[0])


def send(commit: Commit, customer: Row) -> None:
    """Mail a new link. Links mailed before stay good, which is a guess."""
    commit.db.execute(
        "INSERT INTO one_time_link (customer_id, serial, sent_at) VALUES (?, ?, ?)",
        (customer["id"], _number(commit.db, customer["id"]), commit.at),
    )
    mail = Mail("one-time-link", str(customer["email"]), "Sign in to the Customers Portal")
    commit.send((CUSTOMER, customer), mail, account_of_customer(commit.db, customer["id"]))


def mailed(db: sqlite3.Connection, customer_id: Value) -> list[Row]:
    """The links that a Customer found in their mailbox, the newest first."""
    found = db.execute(
        "SELECT serial, sent_at, used_at FROM one_time_link"
        " WHERE customer_id = ? AND sent_at IS NOT NULL ORDER BY serial DESC",
        (customer_id,),
    )
    return [dict(row) | {"path": path_of(customer_id, row["serial"])} for row in found]


def redeem(db: sqlite3.Connection, path: str, at: float, life: float) -> int | None:
    """The id of the Customer whom a link signs in, and its end; None for one that is no good."""
    customer_id = path.partition("-")[0]
    if not customer_id.isdigit():
        return None
    if hmac.compare_digest(path, shown(db, customer_id)):
        serial = _number(db, customer_id)
        db.execute("INSERT INTO one_time_link VALUES (?, ?, NULL, ?)", (customer_id, serial, at))
        return int(customer_id)
    for link in mailed(db, customer_id):
        if hmac.compare_digest(path, str(link["path"])):
            return _used(db, customer_id, link, at, life)
    return None


def _used(db: sqlite3.Connection, key: str, link: Row, at: float, life: float) -> int | None:
    if link["used_at"] is not None or at - float(str(link["sent_at"])) >= life:
        return None
    sql = "UPDATE one_time_link SET used_at = ? WHERE customer_id = ? AND serial = ?"
    db.execute(sql, (at, key, link["serial"]))
    return int(key)
