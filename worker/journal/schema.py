"""The journal's tables. All times are whole milliseconds since the epoch, by the database's clock.

`events` is the truth that is never changed; the other tables say what follows from it, so that
the engine can find the next thing to do without reading history.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _run() -> Column[str]:
    return Column("run_id", Text, ForeignKey("runs.id"), nullable=False)


runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workflow", Text, nullable=False),
    Column("canvas_version", Integer, nullable=False),
    Column("key", Text, nullable=False, comment="keyed hash of the request, or of the given key"),
    Column("request_hash", Text, nullable=False, comment="keyed hash of the request"),
    Column("key_given", Boolean, nullable=False, comment="a given key outlives the end of its run"),
    Column("ticket", Text, nullable=False),
    Column("account", Text, nullable=False, comment="the Zuora account as the request names it"),
    Column("requested_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("result", Text, comment="proved, refused, stale, failed or cancelled"),
    Column("reason", Text, comment="stable word for why it ended or waits"),
    Column("summary", Text, comment="one sentence for people, without personal data"),
    Column("cursor", Integer, nullable=False, comment="number of steps that are done"),
    Column(
        "round", Integer, nullable=False, comment="1, and one more each time it is planned anew"
    ),
    Column("fence", Integer, nullable=False, comment="grows with each claim of a step"),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Column("attempts", Integer, nullable=False, comment="failed tries of the step at the cursor"),
    Column("due_at", BigInteger, comment="when recovery sends it again, unless something happens"),
    Column("parked", Boolean, nullable=False, comment="no message of it is under way"),
    Column("feeds", Integer, nullable=False, comment="times sent again since it last moved"),
    Column("writes", Integer, nullable=False, comment="remote writes that were begun"),
    Column("last_write_at", BigInteger),
    Column("cancel_asked", Boolean, nullable=False),
    Column("plan_checksum", Text),
    Column("head_n", Integer, nullable=False),
    Column("head_hash", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index(
        "uq_runs_key_live",
        "key",
        unique=True,
        sqlite_where=text("ended_at IS NULL OR key_given"),
        postgresql_where=text("ended_at IS NULL OR key_given"),
    ),
    Index("ix_runs_due", "due_at", sqlite_where=text("due_at IS NOT NULL")),
    Index("ix_runs_account", "account"),
    Index("ix_runs_ticket", "ticket"),
    Index("ix_runs_result", "result", "workflow"),
)

steps = Table(
    "steps",
    metadata,
    _run(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="waiting, running or done"),
    Column("claims", Integer, nullable=False, comment="times that a worker took the step"),
    Column("fence", Integer, comment="the claim under which it was last taken"),
    Column("started_at", BigInteger),
    Column("done_at", BigInteger),
    UniqueConstraint("run_id", "position"),
    UniqueConstraint("run_id", "name"),
)

claims = Table(
    "claims",
    metadata,
    Column("kind", Text, primary_key=True, comment="account or person"),
    Column("subject", Text, primary_key=True, comment="keyed hash of what is held"),
    _run(),
    Column("taken_at", BigInteger, nullable=False),
    Index("ix_claims_run_id", "run_id"),
)

resting = Table(
    "resting",
    metadata,
    _run(),
    Column("kind", Text, nullable=False, comment="account or person"),
    Column("subject", Text, nullable=False, comment="keyed hash of what the run held before"),
    PrimaryKeyConstraint("run_id", "kind", "subject"),
    Index("ix_resting_subject", "kind", "subject"),
)

writes = Table(
    "writes",
    metadata,
    Column("id", Text, primary_key=True, comment="also the request id that the other system logs"),
    _run(),
    Column("step", Text, nullable=False),
    Column("change_id", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("intended_at", BigInteger, nullable=False),
    Column("deadline_at", BigInteger, nullable=False),
    Column("outcome", Text, comment="empty while open; done, found, not-landed or refused"),
    Column("settled_at", BigInteger),
    UniqueConstraint("run_id", "round", "change_id", "attempt"),
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _run(),
    Column("n", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", Text),
    Column("fence", Integer),
    Column("data", Text, nullable=False, comment="canonical JSON; commitments, no personal data"),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("run_id", "n"),
)

openings = Table(
    "openings",
    metadata,
    Column("id", Integer, primary_key=True, comment="always 1"),
    Column("runs", Integer, nullable=False),
    Column("hash", Text, nullable=False, comment="head of the chain of all runs' first events"),
)

run_keys = Table(
    "run_keys",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id"), primary_key=True),
    Column("wrapped", Text, comment="the run's key and salt under a master key; empty: forgotten"),
    Column("forgotten_at", BigInteger),
)

key_checks = Table(
    "key_checks",
    metadata,
    Column("name", Text, primary_key=True, comment="master or lookup"),
    Column("value", Text, nullable=False, comment="shows whether a process has the right key"),
)

sealed = Table(
    "sealed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _run(),
    Column("name", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("ciphertext", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_sealed_run_id", "run_id", "name"),
)

people = Table(
    "people",
    metadata,
    _run(),
    Column("role", Text, nullable=False),
    Column("lookup", Text, nullable=False, comment="keyed hash of an email"),
    UniqueConstraint("run_id", "role", "lookup"),
    Index("ix_people_lookup", "lookup"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    _run(),
    Column("kind", Text, nullable=False),
    Column("subject", Text, comment="id of what it is about; an answer counts for that alone"),
    Column("rule", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("answers", Text, nullable=False, comment="JSON: the closed set of answers"),
    Column("second_person", Boolean, nullable=False),
    Column("plan_checksum", Text, comment="the plan that was shown when it was asked"),
    Column("asked_at", BigInteger, nullable=False),
    Column("answer", Text),
    Column("answered_by", Text),
    Column("answered_at", BigInteger),
    Column("expires_at", BigInteger, comment="when it expires if nobody answers; empty: never"),
    Column("overdue_at", BigInteger, comment="when it was found expired after a write"),
    Index(
        "uq_questions_open",
        "run_id",
        unique=True,
        sqlite_where=text("answered_at IS NULL"),
        postgresql_where=text("answered_at IS NULL"),
    ),
)

credentials = Table(
    "credentials",
    metadata,
    Column("name", Text, primary_key=True, comment="which sign-in or token all processes share"),
    Column("ciphertext", Text, comment="under a master key; empty while there is none"),
    Column("good_until", BigInteger, comment="when it ends by itself, if that is known"),
    Column("generation", Integer, nullable=False, comment="one more with each renewal"),
    Column("held_by", Text, comment="the process that is renewing it"),
    Column("held_until", BigInteger, comment="when another process may renew it instead"),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("name", Text, primary_key=True, comment="host and process id"),
    Column("kind", Text, nullable=False, comment="worker, drift or beat"),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ahead", BigInteger, nullable=False, comment="its clock minus the journal's"),
    Column("version", Text, nullable=False, comment="of Handover"),
)

_NOTE_OPEN = text("posted_at IS NULL AND given_up IS NULL")

ticket_notes = Table(
    "ticket_notes",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id"), primary_key=True),
    Column("event", Integer, primary_key=True, comment="number of the run's event that it tells"),
    Column("owed_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False, comment="when it is tried, or tried again"),
    Column("fed_until", BigInteger, comment="until then a message for it may be under way"),
    Column("attempts", Integer, nullable=False, comment="tries that were begun"),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Column("posted_at", BigInteger),
    Column("given_up", Text, comment="stable word for why it will never be posted"),
    Index("ix_ticket_notes_due_at", "due_at", sqlite_where=_NOTE_OPEN, postgresql_where=_NOTE_OPEN),
)

slots = Table(
    "slots",
    metadata,
    Column("job", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True, comment="start of the time slot"),
    Column("taken_at", BigInteger, nullable=False),
    Column("taken_by", Text, nullable=False),
)

APPEND_ONLY = ("events",)
"""Tables whose rows the database itself refuses to change or remove."""
