"""Questions expire and name their subject; sign-ins are shared; processes say they are alive."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds three columns and two tables. Questions that are open already never expire."""
    op.add_column(
        "questions",
        sa.Column(
            "subject",
            sa.Text(),
            comment="id of what it is about; an answer counts for that alone",
        ),
    )
    op.add_column(
        "questions",
        sa.Column(
            "expires_at",
            sa.BigInteger(),
            comment="when it expires if nobody answers; empty: never",
        ),
    )
    op.add_column(
        "questions",
        sa.Column("overdue_at", sa.BigInteger(), comment="when it was found expired after a write"),
    )
    op.create_table(
        "credentials",
        sa.Column(
            "name",
            sa.Text(),
            nullable=False,
            comment="which sign-in or token all processes share",
        ),
        sa.Column("ciphertext", sa.Text(), comment="under a master key; empty while there is none"),
        sa.Column(
            "good_until", sa.BigInteger(), comment="when it ends by itself, if that is known"
        ),
        sa.Column("generation", sa.Integer(), nullable=False, comment="one more with each renewal"),
        sa.Column("held_by", sa.Text(), comment="the process that is renewing it"),
        sa.Column(
            "held_until", sa.BigInteger(), comment="when another process may renew it instead"
        ),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_credentials")),
    )
    op.create_table(
        "processes",
        sa.Column("name", sa.Text(), nullable=False, comment="host and process id"),
        sa.Column("kind", sa.Text(), nullable=False, comment="worker or beat"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "ahead", sa.BigInteger(), nullable=False, comment="its clock minus the journal's"
        ),
        sa.Column("version", sa.Text(), nullable=False, comment="of Handover"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_processes")),
    )
