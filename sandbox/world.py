"""What a save means in each system, side effects included.

Every function writes through a `Commit` and queues what the other system will do because of it.
Validation comes before and is the business of the front doors (`zuora/`, `customersdot/`).
"""

from __future__ import annotations

import secrets

from sandbox import records
from sandbox.columns import Row, Table, Value
from sandbox.ledger import Commit, changed
from sandbox.links import (
    ROLES,
    account_of_customer,
    account_of_membership,
    billing_account,
)
from sandbox.mapping import contact_from_copy, copy_from_contact
from sandbox.tables import (
    ACCOUNT,
    AUDIT_EVENT,
    BILLING_ACCOUNT,
    CONTACT,
    CONTACT_COPY,
    CUSTOMER,
    MEMBERSHIP,
)


def create_customer(commit: Commit, values: Row, confirmed: bool) -> Row:
    """A new Customer; unless confirmation is skipped their address waits to be confirmed."""
    if confirmed:
        state: Row = {"confirmed_at": commit.stamp}
    else:
        state = _confirmation(commit)
    row, seq = commit.create(CUSTOMER, values | state, None)
    commit.later("customer_sync", row["id"], None, seq)
    return row


def update_customer(commit: Commit, row: Row, values: Row, confirmed: bool) -> None:
    """Save a Customer: G1 follows, and an unconfirmed new address is parked, not applied."""
    account = account_of_customer(commit.db, row["id"])
    seq = commit.update(CUSTOMER, row, _parked(commit, row, values, confirmed), account)
    if seq is None:
        seq = commit.unchanged(CUSTOMER, row, account)
        if not commit.settings.unchanged_save_syncs:
            return
    commit.later("customer_sync", row["id"], account, seq)


def _parked(commit: Commit, row: Row, values: Row, confirmed: bool) -> Row:
    """A4: without *Skip email confirmation* a new address goes to `unconfirmed_email`."""
    if confirmed or "email" not in changed(row, row | values):
        return values
    waiting: Row = {"email": row["email"], "unconfirmed_email": values["email"]}
    return values | waiting | _confirmation(commit)


def _confirmation(commit: Commit) -> Row:
    return {
        "confirmation_token": secrets.token_urlsafe(15),
        "confirmation_sent_at": commit.stamp,
    }


def link_gitlab_user(commit: Commit, row: Row, uid: str) -> None:
    """The Customer links a GitLab user. That Zuora is not told is a guess."""
    values: Row = {"provider": "gitlab", "uid": uid}
    account = account_of_customer(commit.db, row["id"])
    save_silently(commit, CUSTOMER, row, values, account)


def unlink_gitlab_user(commit: Commit, row: Row, ticket: str, requester: str) -> None:
    """Forget the Customer's GitLab user. That Zuora is not told is a guess."""
    gone: Row = dict.fromkeys(
        ("provider", "uid", "access_token", "refresh_token", "access_token_expires_at")
    )
    account = account_of_customer(commit.db, row["id"])
    commit.update(CUSTOMER, row, gone, account)
    event: Row = {
        "action": "unlink_gitlab_user",
        "customer_id": row["id"],
        "request_link": ticket,
        "requester": requester,
    }
    commit.create(AUDIT_EVENT, event, account)


def delete_customer(commit: Commit, row: Row) -> None:
    """Remove a Customer; Zuora is not told."""
    commit.delete(CUSTOMER, row, account_of_customer(commit.db, row["id"]))


def create_membership(commit: Commit, values: Row) -> Row:
    """G3: who may manage an account is no business of Zuora's."""
    return commit.create(MEMBERSHIP, values, account_of_membership(commit.db, values))[0]


def update_membership(commit: Commit, row: Row, values: Row) -> None:
    """Point a membership at another Customer or account."""
    account = account_of_membership(commit.db, row | values)
    save_silently(commit, MEMBERSHIP, row, values, account)


def delete_membership(commit: Commit, row: Row) -> None:
    """Take access away; Zuora is not told (G3)."""
    commit.delete(MEMBERSHIP, row, account_of_membership(commit.db, row))


def update_billing_account(commit: Commit, row: Row, values: Row) -> None:
    """Save CustomersDot's record of an account; nothing known follows from it."""
    save_silently(commit, BILLING_ACCOUNT, row, values, row["zuora_account_id"])


def save_silently(commit: Commit, table: Table, row: Row, values: Row, account: Value) -> None:
    """A save without side effects."""
    if commit.update(table, row, values, account) is None:
        commit.unchanged(table, row, account)


def create_copy(commit: Commit, zuora_contact_id: Value) -> Row:
    """Take a Zuora contact over into CustomersDot."""
    contact = records.get(commit.db, CONTACT, zuora_contact_id)
    if contact is None:
        raise LookupError(zuora_contact_id)
    return commit.create(CONTACT_COPY, copy_from_contact(contact), contact["account_id"])[0]


def update_copy(commit: Commit, row: Row, values: Row) -> None:
    """Save a billing account contact: exactly what was changed is written through to Zuora."""
    account = row["zuora_account_id"]
    changes = changed(row, row | values)
    seq = commit.update(CONTACT_COPY, row, values, account)
    if seq is None:
        commit.unchanged(CONTACT_COPY, row, account)
        return
    payload = contact_from_copy(changes)
    commit.later("contact_push", row["zuora_contact_id"], account, seq, changes=payload)


def delete_copy(commit: Commit, row: Row) -> None:
    """Remove a copy and the references billing accounts have to it; Zuora keeps its contact."""
    for role in ("sold_to_contact_id", "bill_to_contact_id"):
        for billing in records.find(commit.db, BILLING_ACCOUNT, **{role: row["id"]}):
            commit.update(BILLING_ACCOUNT, billing, {role: None}, billing["zuora_account_id"])
    commit.delete(CONTACT_COPY, row, row["zuora_account_id"])


def create_contact(commit: Commit, values: Row) -> Row:
    """A new Zuora contact, in no role yet."""
    row, seq = commit.create(CONTACT, values, values["account_id"])
    _call_out(commit, row, seq)
    return row


def update_contact(commit: Commit, row: Row, values: Row) -> None:
    """Change a Zuora contact, whoever asks: CustomersDot hears of it by a call-back."""
    seq = commit.update(CONTACT, row, values, row["account_id"])
    if seq is not None:
        _call_out(commit, row, seq)


def delete_contact(commit: Commit, row: Row) -> None:
    """Remove a Zuora contact. CustomersDot is not told; that is a guess."""
    commit.delete(CONTACT, row, row["account_id"])


def update_account(commit: Commit, row: Row, values: Row) -> None:
    """Change a Zuora account; a role that is pointed elsewhere is a contact change too."""
    seq = commit.update(ACCOUNT, row, values, row["id"])
    if seq is None:
        return
    for column in ROLES.values():
        contact = records.get(commit.db, CONTACT, (row | values)[column])
        if contact and row[column] != contact["id"]:
            _call_out(commit, contact, seq)


def _call_out(commit: Commit, contact: Row, seq: int) -> None:
    commit.later("callout", contact["id"], contact["account_id"], seq)


def follow_roles(commit: Commit, account: Row) -> None:
    """Point the billing account's Sold To and Bill To at the copies of Zuora's."""
    billing = billing_account(commit.db, account["id"])
    if billing is None:
        return
    references: Row = {}
    for role, column in ROLES.items():
        copy = records.first(commit.db, CONTACT_COPY, zuora_contact_id=account[column])
        if copy:
            references[f"{role}_contact_id"] = copy["id"]
    commit.update(BILLING_ACCOUNT, billing, references, account["id"])
