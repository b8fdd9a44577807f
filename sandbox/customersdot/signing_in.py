"""The address of the one-time link that a Customer's Show page has, as secret as a password."""

from __future__ import annotations

import sqlite3

from flask import url_for

from sandbox import one_time_links
from sandbox.columns import Row


def sign_in_url(db: sqlite3.Connection, row: Row) -> str:
    """The whole link."""
    path = one_time_links.shown(db, row["id"])
    return url_for("portal.enter", path=path, _external=True)
