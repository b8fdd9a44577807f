"""Licence files and activation codes: how they are written, read back and planted.

The real file is encrypted. This one is signed instead: whoever has the text can prove that it was
issued, and a text with one changed letter decodes to nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.columns import Row, Value
from sandbox.people import Person, hex_id
from sandbox.planting import plant, stamp_of
from sandbox.tables import CLOUD_ACTIVATION, INSTANCE_ACTIVATION, LICENSE

KINDS = ("cloud", "cloud-used", "offline", "legacy")
SIGNATURE = 32
WIDTH = 60
YEAR = 365
ACTIVATED = timedelta(days=30)
_KEY = b"licences of the sandbox"


def encode(fields: dict[str, Any]) -> str:
    """The text of a licence file."""
    data = json.dumps(fields, ensure_ascii=False).encode()
    signed = hmac.digest(_KEY, data, hashlib.sha256) + data
    text = base64.b64encode(signed).decode()
    return "".join(f"{text[at : at + WIDTH]}\n" for at in range(0, len(text), WIDTH))


def decode(text: str) -> dict[str, Any] | None:
    """What a licence says, or None for a text that is none. White space does not matter."""
    try:
        signed = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    signature, data = signed[:SIGNATURE], signed[SIGNATURE:]
    if not hmac.compare_digest(signature, hmac.digest(_KEY, data, hashlib.sha256)):
        return None
    fields: dict[str, Any] = json.loads(data)
    return fields


def fingerprint(text: str) -> str:
    """The `license_file_md5` of a licence, however its lines were broken."""
    plain = "".join(text.split()).encode()
    return hashlib.md5(plain, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Issue:
    """A licence to plant: for which subscription of which billing account, and to whom."""

    billing_account_id: Value
    subscription_id: Value
    subscription: str
    company: str
    holder: Person
    kind: str = "cloud"
    today: date | None = None

    @property
    def licensee(self) -> dict[str, str]:
        """Who a licence names."""
        name = f"{self.holder.first_name} {self.holder.last_name}"
        return {"Name": name, "Email": self.holder.email, "Company": self.company}

    @property
    def activation_code(self) -> str:
        """24 characters that follow from the subscription."""
        return hex_id("activation", self.subscription)[:24]


def licence_row(issue: Issue) -> Row:
    """The record of an offline or a legacy licence, with its file."""
    today = issue.today or datetime.now(UTC).date()
    starts, expires = (str(today + timedelta(days=days)) for days in (-40, YEAR - 40))
    text = encode(
        {"licensee": issue.licensee, "starts_at": starts, "expires_at": expires, "trial": False}
        | {"restrictions": {"plan": "premium", "subscription_name": issue.subscription}}
    )
    return {
        "billing_account_id": issue.billing_account_id,
        "email": issue.holder.email,
        "name": issue.licensee["Name"],
        "company": issue.company,
        "starts_at": starts,
        "expires_at": expires,
        "plan_code": "premium",
        "zuora_subscription_name": issue.subscription,
        "zuora_subscription_id": issue.subscription_id,
        "offline_cloud_licensing_enabled": issue.kind == "offline",
        "license_file": text,
        "license_file_md5": fingerprint(text),
    }


def activation_row(issue: Issue) -> Row:
    """The record of an activation code."""
    return {
        "billing_account_id": issue.billing_account_id,
        "activation_code": issue.activation_code,
        "subscription_name": issue.subscription,
    }


def plant_licence(db: sqlite3.Connection, issue: Issue) -> None:
    """A licence file, or an activation code that is used or not."""
    if not issue.kind.startswith("cloud"):
        plant(db, LICENSE, licence_row(issue))
        return
    code = plant(db, CLOUD_ACTIVATION, activation_row(issue))
    if issue.kind == "cloud-used":
        plant(
            db,
            INSTANCE_ACTIVATION,
            {
                "cloud_activation_id": code["id"],
                "self_managed_instance_id": hex_id("instance", issue.subscription),
                "activated_at": stamp_of(ACTIVATED),
            },
        )
