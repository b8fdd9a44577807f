"""The fast lane: accounts of which something has changed since the last scan that ended well.

Both systems are asked what changed, and each account behind it gets the same two looks as a suspect
of a full scan. What was deleted, nobody can list: the nightly scan sees that.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from config.settings import settings
from domain.errors import Defect, Refused
from tasks.drift.clients import calls_counted, customersdot, customersdot_bulk, zuora_bulk
from tasks.drift.comparing import look_at
from worker.journal import scans, suspects
from worker.journal.database import Tx
from worker.runtime import journal
from worker.scans.piece import Piece

log = logging.getLogger(__name__)
MOST = 20_000
"""Accounts: after a change to so many, a full scan costs less."""
FIRST = timedelta(days=1)
"""How far it looks back where no scan has ended well yet."""
CLOCKS = timedelta(minutes=2)
"""How far apart the clocks of the systems and ours may be."""


def plan(piece: Piece) -> None:
    """Asks what has changed. Raises Refused `too-many-changed`."""
    with journal().read() as tx:
        since = _since(tx)
    accounts: set[str] = set()
    with calls_counted(piece.call):
        for account in _changed(since):
            accounts.add(account)
            if len(accounts) > MOST:
                text = f"More than {MOST} accounts have changed: run a full scan."
                raise Refused(text, code="too-many-changed")
    piece.counts(accounts=len(accounts))
    with piece.finishing() as finishing:
        suspects.remove_older(finishing.tx)
        suspects.add(finishing.tx, piece.scan_id, dict.fromkeys(accounts, ()))
        look_at(finishing, sorted(accounts))
        finishing.add("close", {})


def _since(tx: Tx) -> datetime:
    """When the last scan that ended well began; and before, what was under way at that time."""
    ended_well = [
        row.opened_at
        for kind in ("full", "changed")
        for result in ("clean", "drift")
        for row in scans.newest(tx, limit=1, kind=kind, result=result)
    ]
    now = datetime.fromtimestamp(tx.now / 1000, UTC)
    begun = datetime.fromtimestamp(max(ended_well) / 1000, UTC) if ended_well else now - FIRST
    return begun - timedelta(seconds=settings().drift_settle) - CLOCKS


def _changed(since: datetime) -> Iterator[str]:
    """The ids of the accounts behind all that has changed; some of them more than once."""
    yield from zuora_bulk().changed_accounts(since)
    yield from zuora_bulk().changed_contacts(since)
    for model in ("billing_account", "billing_account_contact"):
        rows = customersdot_bulk().changed(model, since)
        ids = (row["zuora_account_id"] or "" for row in rows)
        yield from (account for account in ids if account.strip())
    for row in customersdot_bulk().changed("billing_account_membership", since):
        yield from _told(_of_billing_account(str(row["billing_account_id"] or "")))
    for row in customersdot_bulk().changed("customer", since):
        yield from _told(_of_customer(str(row["id"]), row["email"] or ""))


def _told(accounts: Iterator[str]) -> Iterator[str]:
    """The accounts behind one record, as far as it tells them: one that doesn't ends no scan."""
    try:
        yield from accounts
    except Defect as error:  # such as a billing account of no Zuora account; the nightly scan looks
        log.info("the accounts behind a record are left to the nightly scan: %s", error)


def _of_billing_account(billing_account_id: str) -> Iterator[str]:
    found = customersdot().billing_account(billing_account_id) if billing_account_id else None
    if found is not None:
        yield found.zuora_account_id


def _of_customer(customer_id: str, email: str) -> Iterator[str]:
    """The accounts that a Customer manages, and those that have a contact with their email."""
    for membership in customersdot().memberships_of_customer(customer_id):
        yield from _of_billing_account(membership.billing_account_id)
    copies = customersdot().contacts_by_email(email) if email.strip() else []
    yield from (copy.zuora_account_id for copy in copies if copy.zuora_account_id)
