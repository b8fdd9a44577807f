"""The one-time link with which a Customer signs in to the portal."""

from __future__ import annotations

import hashlib

from flask import request

from sandbox.columns import Row


def sign_in_url(row: Row) -> str:
    """As secret as a password; derived, so that tests can search for it where it must not be."""
    digest = hashlib.sha256(f"one-time-{row['id']}-{row['updated_at']}".encode()).hexdigest()
    return f"{request.host_url}customers/sign_in/one_time/{digest[:40]}"
