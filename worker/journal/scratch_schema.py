"""The tables in which a scan joins both systems: ids and keyed hashes, nothing else.

On PostgreSQL they stand in the journal, so that the workers of several hosts share them; the
journal's own SQLite file leaves them empty, because a scan makes a file of its own there. Rows are
a scan's, so that one that still writes after its scan has ended disturbs no other.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text

from worker.journal.schema import metadata


def _scan() -> Column[str]:
    return Column("scan_id", Text, primary_key=True)


def _number(name: str = "id", *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _hash(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, comment="keyed hash of 16 bytes; empty: nothing to compare")


def _hashes() -> tuple[Column[bytes], ...]:
    return _hash("mailbox"), _hash("name"), _hash("address")


accounts = Table(
    "drift_account",
    metadata,
    _scan(),
    Column("id", Text, primary_key=True),
    Column("sold_to_id", Text),
    Column("active", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

contacts = Table(
    "drift_contact",
    metadata,
    _scan(),
    Column("id", Text, primary_key=True),
    *_hashes(),
    sqlite_with_rowid=False,
)

billing_accounts = Table(
    "drift_billing_account",
    metadata,
    _scan(),
    _number(key=True),
    Column("zuora_account_id", Text),
    Index("ix_drift_billing_account", "scan_id", "zuora_account_id"),
    sqlite_with_rowid=False,
)

copies = Table(
    "drift_copy",
    metadata,
    _scan(),
    _number(key=True),
    Column("zuora_contact_id", Text),
    Column("zuora_account_id", Text),
    *_hashes(),
    Index("ix_drift_copy", "scan_id", "zuora_contact_id"),
    sqlite_with_rowid=False,
)

customers = Table(
    "drift_customer",
    metadata,
    _scan(),
    _number(key=True),
    _hash("mailbox"),
    _hash("name"),
    Column("login_on", Boolean, nullable=False),
    Column("unconfirmed", Boolean, nullable=False, comment="waits to confirm another email"),
    Index("ix_drift_customer", "scan_id", "mailbox"),
    sqlite_with_rowid=False,
)

memberships = Table(
    "drift_membership",
    metadata,
    _scan(),
    _number(key=True),
    _number("customer_id"),
    _number("billing_account_id"),
    Index("ix_drift_membership_customer", "scan_id", "customer_id"),
    Index("ix_drift_membership_account", "scan_id", "billing_account_id"),
    sqlite_with_rowid=False,
)

SCRATCH = (accounts, contacts, billing_accounts, copies, customers, memberships)
