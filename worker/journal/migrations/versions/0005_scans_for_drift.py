"""Scans for drift: their pieces, and what they found."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    _add_scans()
    _add_scratch()
    _tell_of_drift_workers()


def _tell_of_drift_workers() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column(
            "processes",
            "kind",
            existing_type=sa.Text(),
            existing_nullable=False,
            comment="worker, drift or beat",
        )


def _add_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="full, changed or proved"),
        sa.Column(
            "lane",
            sa.Text(),
            nullable=False,
            comment="one unfinished scan in each: accounts or runs",
        ),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "phase", sa.Text(), nullable=False, comment="the one that is worked on, or was last"
        ),
        sa.Column(
            "scratch",
            sa.Text(),
            nullable=True,
            comment="says which tables on disk hold the pages of this scan",
        ),
        sa.Column(
            "counts", sa.Text(), nullable=False, comment="JSON: accounts, suspects, calls by system"
        ),
        sa.Column("result", sa.Text(), nullable=True, comment="clean, drift, failed or cancelled"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="stable word for why it failed or was cancelled",
        ),
        sa.Column(
            "summary",
            sa.Text(),
            nullable=True,
            comment="one sentence for people, without personal data",
        ),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
    )
    op.create_index("ix_scans_opened_at", "scans", ["opened_at"], unique=False)
    op.create_index("ix_scans_ended", "scans", ["kind", "result", "ended_at"], unique=False)
    op.create_index(
        "uq_scans_lane_unfinished",
        "scans",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False, comment="the account's id in Zuora"),
        sa.Column(
            "account_number", sa.Text(), nullable=False, comment="its number; empty where unknown"
        ),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="id of the record or run that it is about"
        ),
        sa.Column(
            "fields", sa.Text(), nullable=False, comment="JSON: names of the fields that differ"
        ),
        sa.Column("shown", sa.Text(), nullable=False, comment="JSON: both sides, masked"),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("first_scan", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_scan", sa.Text(), nullable=False),
        sa.Column(
            "told_at",
            sa.BigInteger(),
            nullable=True,
            comment="when it was last told; empty: not yet",
        ),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_until", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_reason", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_scan", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["first_scan"], ["scans.id"], name=op.f("fk_findings_first_scan")),
        sa.ForeignKeyConstraint(["last_scan"], ["scans.id"], name=op.f("fk_findings_last_scan")),
        sa.ForeignKeyConstraint(
            ["resolved_scan"], ["scans.id"], name=op.f("fk_findings_resolved_scan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_kind", "findings", ["kind"], unique=False)
    op.create_index("ix_findings_first_scan", "findings", ["first_scan"], unique=False)
    op.create_index(
        "ix_findings_open",
        "findings",
        ["kind", "acknowledged_until"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "uq_findings_unresolved",
        "findings",
        ["account_id", "kind", "subject"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "looks",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "stage", sa.Text(), nullable=False, comment="how long after its end: 1h, 1d or 7d"
        ),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("in_place", sa.Boolean(), nullable=True, comment="empty: nobody could look"),
        sa.Column(
            "note",
            sa.Text(),
            nullable=True,
            comment="stable word for why nobody could: superseded, forgotten, ...",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_looks_run_id")),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_looks_scan_id")),
        sa.PrimaryKeyConstraint("run_id", "stage", name=op.f("pk_looks")),
    )
    op.create_table(
        "pieces",
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column(
            "spec", sa.Text(), nullable=False, comment="JSON: what it covers, by ids and bounds"
        ),
        sa.Column(
            "cursor",
            sa.Text(),
            nullable=True,
            comment="how far its workers got; empty: at its begin",
        ),
        sa.Column(
            "counts",
            sa.Text(),
            nullable=False,
            comment="JSON: what it adds to the counts of the scan",
        ),
        sa.Column("fence", sa.Integer(), nullable=False, comment="grows with each claim"),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column(
            "attempts", sa.Integer(), nullable=False, comment="failed tries since it last moved"
        ),
        sa.Column(
            "why",
            sa.Text(),
            nullable=True,
            comment="stable word for why its last try failed; empty: it did not",
        ),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=True,
            comment="when it is sent, once its phase has begun; empty: over",
        ),
        sa.Column(
            "feeds", sa.Integer(), nullable=False, comment="times sent again since it last moved"
        ),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_pieces_scan_id")),
        sa.PrimaryKeyConstraint("scan_id", "phase", "n", name=op.f("pk_pieces")),
    )
    op.create_index(
        "ix_pieces_due_at",
        "pieces",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "suspects",
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False, comment="the account's id in Zuora"),
        sa.Column(
            "kinds", sa.Text(), nullable=False, comment="JSON: what the pages showed, by subject"
        ),
        sa.Column("looks", sa.Integer(), nullable=False, comment="confirming reads so far"),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="differs, agrees, left or unreadable; empty: not yet",
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_suspects_scan_id")),
        sa.PrimaryKeyConstraint("scan_id", "account_id", name=op.f("pk_suspects")),
    )
    op.create_table(
        "finding_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="found, told, acknowledged, resolved, ..."
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False, comment="JSON, without personal data"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_events_finding_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_finding_events")),
    )
    op.create_index("ix_finding_events_finding_id", "finding_events", ["finding_id"], unique=False)
    op.create_index("ix_runs_result", "runs", ["result", "workflow"], unique=False)


def _add_scratch() -> None:
    _table("account", sa.Text(), sa.Column("sold_to_id", sa.Text()), _box("active"))
    _table("contact", sa.Text(), *_hashes())
    _table("billing_account", sa.BigInteger(), sa.Column("zuora_account_id", sa.Text()))
    _table(
        "copy",
        sa.BigInteger(),
        sa.Column("zuora_contact_id", sa.Text()),
        sa.Column("zuora_account_id", sa.Text()),
        *_hashes(),
    )
    _table(
        "customer",
        sa.BigInteger(),
        *_hashes()[:2],
        _box("login_on"),
        _box("unconfirmed", comment="waits to confirm another email"),
    )
    _table(
        "membership",
        sa.BigInteger(),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("billing_account_id", sa.BigInteger(), nullable=False),
    )
    for name, column in (
        ("billing_account", "zuora_account_id"),
        ("copy", "zuora_contact_id"),
        ("customer", "mailbox"),
    ):
        op.create_index(f"ix_drift_{name}", f"drift_{name}", [column, "scan_id"])
    for name, column in (("customer", "customer_id"), ("account", "billing_account_id")):
        op.create_index(f"ix_drift_membership_{name}", "drift_membership", [column, "scan_id"])


def _table(name: str, key: Any, *columns: sa.Column[Any]) -> None:
    op.create_table(
        f"drift_{name}",
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("id", key, autoincrement=False, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", "scan_id", name=op.f(f"pk_drift_{name}")),
        sqlite_with_rowid=False,
    )


def _box(name: str, comment: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, comment=comment)


def _hashes() -> list[sa.Column[Any]]:
    comment = "keyed hash of 16 bytes; empty: nothing to compare"
    names = ("mailbox", "name", "address")
    return [sa.Column(name, sa.LargeBinary(), comment=comment) for name in names]
