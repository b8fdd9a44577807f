"""Runs that wait for somebody outside hold nothing, and remember what they held."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table of what resting runs held."""
    op.create_table(
        "resting",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="account or person"),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="keyed hash of what the run held before"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_resting_run_id")),
        sa.PrimaryKeyConstraint("run_id", "kind", "subject", name=op.f("pk_resting")),
    )
    op.create_index("ix_resting_subject", "resting", ["kind", "subject"])
