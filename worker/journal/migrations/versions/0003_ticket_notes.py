"""Notes that are owed to tickets. What happened before this version is told to no ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table, and an index of what is still open."""
    op.create_table(
        "ticket_notes",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "event", sa.Integer(), nullable=False, comment="number of the run's event that it tells"
        ),
        sa.Column("owed_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "due_at", sa.BigInteger(), nullable=False, comment="when it is tried, or tried again"
        ),
        sa.Column(
            "fed_until", sa.BigInteger(), comment="until then a message for it may be under way"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="tries that were begun"),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("posted_at", sa.BigInteger()),
        sa.Column("given_up", sa.Text(), comment="stable word for why it will never be posted"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_ticket_notes_run_id")),
        sa.PrimaryKeyConstraint("run_id", "event", name=op.f("pk_ticket_notes")),
    )
    still_open = sa.text("posted_at IS NULL AND given_up IS NULL")
    op.create_index(
        "ix_ticket_notes_due_at",
        "ticket_notes",
        ["due_at"],
        unique=False,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
