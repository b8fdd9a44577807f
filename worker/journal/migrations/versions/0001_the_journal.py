"""The journal, first version."""

import sqlalchemy as sa
from alembic import op

from worker.journal.append_only import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates every table, the triggers, and the row that heads the chain of openings."""
    op.create_table(
        "key_checks",
        sa.Column("name", sa.Text(), nullable=False, comment="master or lookup"),
        sa.Column(
            "value",
            sa.Text(),
            nullable=False,
            comment="shows whether a process has the right key",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_checks")),
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1"),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column(
            "hash", sa.Text(), nullable=False, comment="head of the chain of all runs' first events"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("canvas_version", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="keyed hash of the request, or of the given key",
        ),
        sa.Column("request_hash", sa.Text(), nullable=False, comment="keyed hash of the request"),
        sa.Column(
            "key_given",
            sa.Boolean(),
            nullable=False,
            comment="a given key outlives the end of its run",
        ),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column(
            "account",
            sa.Text(),
            nullable=False,
            comment="the Zuora account as the request names it",
        ),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "result",
            sa.Text(),
            nullable=True,
            comment="proved, refused, stale, failed or cancelled",
        ),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="stable word for why it ended or waits"
        ),
        sa.Column(
            "summary",
            sa.Text(),
            nullable=True,
            comment="one sentence for people, without personal data",
        ),
        sa.Column("cursor", sa.Integer(), nullable=False, comment="number of steps that are done"),
        sa.Column(
            "round",
            sa.Integer(),
            nullable=False,
            comment="1, and one more each time it is planned anew",
        ),
        sa.Column("fence", sa.Integer(), nullable=False, comment="grows with each claim of a step"),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="failed tries of the step at the cursor",
        ),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=True,
            comment="when recovery sends it again, unless something happens",
        ),
        sa.Column("parked", sa.Boolean(), nullable=False, comment="no message of it is under way"),
        sa.Column(
            "feeds", sa.Integer(), nullable=False, comment="times sent again since it last moved"
        ),
        sa.Column("writes", sa.Integer(), nullable=False, comment="remote writes that were begun"),
        sa.Column("last_write_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("plan_checksum", sa.Text(), nullable=True),
        sa.Column("head_n", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_account", "runs", ["account"], unique=False)
    op.create_index(
        "ix_runs_due", "runs", ["due_at"], unique=False, sqlite_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index("ix_runs_ticket", "runs", ["ticket"], unique=False)
    op.create_index(
        "uq_runs_key_live",
        "runs",
        ["key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL OR key_given"),
        postgresql_where=sa.text("ended_at IS NULL OR key_given"),
    )
    op.create_table(
        "slots",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False, comment="start of the time slot"),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_slots")),
    )
    op.create_table(
        "claims",
        sa.Column("kind", sa.Text(), nullable=False, comment="account or person"),
        sa.Column("subject", sa.Text(), nullable=False, comment="keyed hash of what is held"),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_claims_run_id")),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_run_id", "claims", ["run_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column(
            "data",
            sa.Text(),
            nullable=False,
            comment="canonical JSON; commitments, no personal data",
        ),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_events_run_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("run_id", "n", name=op.f("uq_events_run_id_n")),
    )
    op.create_table(
        "people",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False, comment="keyed hash of an email"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_people_run_id")),
        sa.UniqueConstraint("run_id", "role", "lookup", name=op.f("uq_people_run_id_role_lookup")),
    )
    op.create_index("ix_people_lookup", "people", ["lookup"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False, comment="JSON: the closed set of answers"),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column(
            "plan_checksum",
            sa.Text(),
            nullable=True,
            comment="the plan that was shown when it was asked",
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_questions_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(
        "uq_questions_open",
        "questions",
        ["run_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "run_keys",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "wrapped",
            sa.Text(),
            nullable=True,
            comment="the run's key and salt under a master key; empty: forgotten",
        ),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_keys_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_keys")),
    )
    op.create_table(
        "sealed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_sealed_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed")),
    )
    op.create_index("ix_sealed_run_id", "sealed", ["run_id", "name"], unique=False)
    op.create_table(
        "steps",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, running or done"),
        sa.Column(
            "claims", sa.Integer(), nullable=False, comment="times that a worker took the step"
        ),
        sa.Column(
            "fence", sa.Integer(), nullable=True, comment="the claim under which it was last taken"
        ),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_steps_run_id")),
        sa.UniqueConstraint("run_id", "name", name=op.f("uq_steps_run_id_name")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_steps_run_id_position")),
    )
    op.create_table(
        "writes",
        sa.Column(
            "id",
            sa.Text(),
            nullable=False,
            comment="also the request id that the other system logs",
        ),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("intended_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=True,
            comment="empty while open; done, found, not-landed or refused",
        ),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_writes_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writes")),
        sa.UniqueConstraint(
            "run_id",
            "round",
            "change_id",
            "attempt",
            name=op.f("uq_writes_run_id_round_change_id_attempt"),
        ),
    )

    for statement in statements(op.get_bind().dialect.name, "events"):
        op.execute(statement)
    head = sa.table("openings", sa.column("id"), sa.column("runs"), sa.column("hash"))
    op.execute(head.insert().values(id=1, runs=0, hash="0" * 64))
