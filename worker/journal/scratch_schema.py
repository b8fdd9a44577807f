"""The tables in which a scan joins both systems: ids and keyed hashes, nothing else.

On PostgreSQL they stand in the journal, so that the workers of several hosts share them; the
journal's own SQLite file leaves them empty, because a scan makes a file of its own there. Rows are
a scan's, so that one that still writes after its scan has ended disturbs no other.

In every key and index the scan's id stands last: no database knows yet how many rows there are when
they are joined, and each would take what all of them share for a way to find a few.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from worker.journal.schema import metadata


def _scan() -> Column[str]:
    return Column("scan_id", Text, nullable=False)


def _key() -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("id", "scan_id")


def _number(name: str = "id") -> Column[int]:
    return Column(name, BigInteger, nullable=False, autoincrement=False)


def _hash(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, comment="keyed hash of 16 bytes; empty: nothing to compare")


def _hashes() -> tuple[Column[bytes], ...]:
    return _hash("mailbox"), _hash("name"), _hash("address")


accounts = Table(
    "drift_account",
    metadata,
    _scan(),
    Column("id", Text, nullable=False),
    Column("sold_to_id", Text),
    Column("active", Boolean, nullable=False),
    _key(),
    sqlite_with_rowid=False,
)

contacts = Table(
    "drift_contact",
    metadata,
    _scan(),
    Column("id", Text, nullable=False),
    *_hashes(),
    _key(),
    sqlite_with_rowid=False,
)

billing_accounts = Table(
    "drift_billing_account",
    metadata,
    _scan(),
    _number(),
    Column("zuora_account_id", Text),
    Index("ix_drift_billing_account", "zuora_account_id", "scan_id"),
    _key(),
    sqlite_with_rowid=False,
)

copies = Table(
    "drift_copy",
    metadata,
    _scan(),
    _number(),
    Column("zuora_contact_id", Text),
    Column("zuora_account_id", Text),
    *_hashes(),
    Index("ix_drift_copy", "zuora_contact_id", "scan_id"),
    _key(),
    sqlite_with_rowid=False,
)

customers = Table(
    "drift_customer",
    metadata,
    _scan(),
    _number(),
    _hash("mailbox"),
    _hash("name"),
    Column("login_on", Boolean, nullable=False),
    Column("unconfirmed", Boolean, nullable=False, comment="waits to confirm another email"),
    Index("ix_drift_customer", "mailbox", "scan_id"),
    _key(),
    sqlite_with_rowid=False,
)

memberships = Table(
    "drift_membership",
    metadata,
    _scan(),
    _number(),
    _number("customer_id"),
    _number("billing_account_id"),
    Index("ix_drift_membership_customer", "customer_id", "scan_id"),
    Index("ix_drift_membership_account", "billing_account_id", "scan_id"),
    _key(),
    sqlite_with_rowid=False,
)

SCRATCH = (accounts, contacts, billing_accounts, copies, customers, memberships)
