"""Mails with a licence or an activation code: whom they go to.

A code that is resent goes to the Sold To as Zuora knows them at that moment, a licence to the
address inside the licence, whatever Zuora says; what is forwarded goes to the typed address.
"""

from __future__ import annotations

from sandbox import licences, records
from sandbox.columns import Row, Value
from sandbox.ledger import Commit, Mail
from sandbox.tables import ACCOUNT, BILLING_ACCOUNT, CLOUD_ACTIVATION, CONTACT, LICENSE


def send_code(commit: Commit, code: Row, recipient: str) -> None:
    """Mail an activation code."""
    mail = Mail("cloud-activation", recipient, "Your GitLab activation code")
    commit.send((CLOUD_ACTIVATION, code), mail, _account(commit, code))


def send_licence(commit: Commit, licence: Row, recipient: str) -> None:
    """Mail a licence file."""
    mail = Mail("license", recipient, "Your GitLab license")
    commit.send((LICENSE, licence), mail, _account(commit, licence))


def sold_to_email(commit: Commit, code: Row) -> str:
    """The Sold To's address in Zuora; empty where there is none."""
    account = records.get(commit.db, ACCOUNT, _account(commit, code))
    contact = records.get(commit.db, CONTACT, account["sold_to_id"]) if account else None
    return str(contact["work_email"] or "") if contact else ""


def licensee_email(licence: Row) -> str:
    """The address inside a licence."""
    fields = licences.decode(str(licence["license_file"] or "")) or {}
    return str(fields.get("licensee", {}).get("Email", ""))


def _account(commit: Commit, row: Row) -> Value:
    billing = records.get(commit.db, BILLING_ACCOUNT, row["billing_account_id"])
    return billing["zuora_account_id"] if billing else None
