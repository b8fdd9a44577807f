"""The journal's tables of scans for drift: what was looked at, by whom, and what was found.

They hold ids, counts, names of fields and masked forms, never personal data. Times are as in
`schema.py`: whole milliseconds since the epoch, by the database's clock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from worker.journal import scratch_schema as _scratch  # noqa: F401 - its tables are the journal's
from worker.journal.schema import metadata

__all__ = [
    "finding_events",
    "findings",
    "looks",
    "metadata",
    "pieces",
    "scans",
    "suspects",
]

_UNFINISHED = text("ended_at IS NULL")
_UNRESOLVED = text("resolved_at IS NULL")
_DUE = text("due_at IS NOT NULL")


def _scan(name: str = "scan_id", *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, ForeignKey("scans.id"), nullable=nullable)


scans = Table(
    "scans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="full, changed or proved"),
    Column("lane", Text, nullable=False, comment="one unfinished scan in each: accounts or runs"),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("phase", Text, nullable=False, comment="the one that is worked on, or was last"),
    Column("scratch", Text, comment="says which tables on disk hold the pages of this scan"),
    Column("counts", Text, nullable=False, comment="JSON: accounts, suspects, calls by system"),
    Column("result", Text, comment="clean, drift, failed or cancelled"),
    Column("reason", Text, comment="stable word for why it failed or was cancelled"),
    Column("summary", Text, comment="one sentence for people, without personal data"),
    Column("ended_at", BigInteger),
    Index(
        "uq_scans_lane_unfinished",
        "lane",
        unique=True,
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    Index("ix_scans_opened_at", "opened_at"),
    Index("ix_scans_ended", "kind", "result", "ended_at"),
)

pieces = Table(
    "pieces",
    metadata,
    _scan(),
    Column("phase", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("spec", Text, nullable=False, comment="JSON: what it covers, by ids and bounds"),
    Column("cursor", Text, comment="how far its workers got; empty: at its begin"),
    Column("counts", Text, nullable=False, comment="JSON: what it adds to the counts of the scan"),
    Column("fence", Integer, nullable=False, comment="grows with each claim"),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Column("attempts", Integer, nullable=False, comment="failed tries since it last moved"),
    Column("why", Text, comment="stable word for why its last try failed; empty: it did not"),
    Column("due_at", BigInteger, comment="when it is sent, once its phase has begun; empty: over"),
    Column("feeds", Integer, nullable=False, comment="times sent again since it last moved"),
    Column("done_at", BigInteger),
    PrimaryKeyConstraint("scan_id", "phase", "n"),
    Index("ix_pieces_due_at", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
)

suspects = Table(
    "suspects",
    metadata,
    _scan(),
    Column("account_id", Text, nullable=False, comment="the account's id in Zuora"),
    Column("kinds", Text, nullable=False, comment="JSON: what the pages showed, by subject"),
    Column("looks", Integer, nullable=False, comment="confirming reads so far"),
    Column("outcome", Text, comment="differs, agrees, left or unreadable; empty: not yet"),
    PrimaryKeyConstraint("scan_id", "account_id"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Text, nullable=False, comment="the account's id in Zuora"),
    Column("account_number", Text, nullable=False, comment="its number; empty where unknown"),
    Column("subject", Text, nullable=False, comment="id of the record or run that it is about"),
    Column("fields", Text, nullable=False, comment="JSON: names of the fields that differ"),
    Column("shown", Text, nullable=False, comment="JSON: both sides, masked"),
    Column("first_seen_at", BigInteger, nullable=False),
    _scan("first_scan"),
    Column("last_seen_at", BigInteger, nullable=False),
    _scan("last_scan"),
    Column("told_at", BigInteger, comment="when it was last told; empty: not yet"),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_until", BigInteger),
    Column("acknowledged_reason", Text),
    Column("resolved_at", BigInteger),
    _scan("resolved_scan", nullable=True),
    Index(
        "uq_findings_unresolved",
        "account_id",
        "kind",
        "subject",
        unique=True,
        sqlite_where=_UNRESOLVED,
        postgresql_where=_UNRESOLVED,
    ),
    Index("ix_findings_kind", "kind"),
    Index(
        "ix_findings_open",
        "kind",
        "acknowledged_until",
        sqlite_where=_UNRESOLVED,
        postgresql_where=_UNRESOLVED,
    ),
    Index("ix_findings_first_scan", "first_scan"),
)

finding_events = Table(
    "finding_events",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("finding_id", Text, ForeignKey("findings.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="found, told, acknowledged, resolved, ..."),
    Column("actor", Text, nullable=False),
    Column("data", Text, nullable=False, comment="JSON, without personal data"),
    Index("ix_finding_events_finding_id", "finding_id"),
)

looks = Table(
    "looks",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id"), nullable=False),
    Column("stage", Text, nullable=False, comment="how long after its end: 1h, 1d or 7d"),
    Column("looked_at", BigInteger, nullable=False),
    _scan(),
    Column("in_place", Boolean, comment="empty: nobody could look"),
    Column("note", Text, comment="stable word for why nobody could: superseded, forgotten, ..."),
    PrimaryKeyConstraint("run_id", "stage"),
)
