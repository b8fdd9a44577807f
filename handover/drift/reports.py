"""What is known about drift at one moment: what the page, the CSV and `report --json` show.

Times are whole milliseconds since 1970. People are masked throughout, reasons hold no address.
"""

from dataclasses import asdict, dataclass
from typing import Any

from domain.drift.kinds import Kind
from domain.drift.remedies import Remedy

Sides = dict[str, dict[str, Any]]
"""What each side says, masked: by system (or `found` and `expected`), then by field."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who knows about a finding and leaves it as it is, why, and until when they are not told."""

    by: str
    at: int
    until: int
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A confirmed difference, over scans.

    `account` is the account's number, its Zuora id where the number is not known; `subject` the id
    of the record or run that it is about. `acknowledged` is None also once it has run out. `new`
    says that nobody has acknowledged it, and that the last full scan but one did not know it yet.
    `next_command` is what comes next; `remedies` is all that can be done.
    """

    id: str
    kind: Kind
    meaning: str
    account: str
    account_id: str
    subject: str
    fields: tuple[str, ...]
    sides: Sides
    first_seen_at: int
    first_scan: str
    last_seen_at: int
    last_scan: str
    resolved_at: int | None
    resolved_scan: str | None
    acknowledged: Acknowledgement | None
    new: bool
    next_command: str
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a finding: found, told, acknowledged, fix-started, resolved."""

    at: int
    kind: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """A finding with its history, oldest first."""

    finding: Finding
    history: tuple[Event, ...]

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that were started to fix it, oldest first."""
        return tuple(one.data["run"] for one in self.history if one.kind == "fix-started")

    def to_json(self) -> dict[str, Any]:
        """All of it for scripts."""
        return {"schema": "handover.drift-finding/1", **asdict(self), "runs": list(self.runs)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase of a scan is: its pieces that are done, of those that are known so far.

    `why` is the stable word for why a piece waits whose last try failed.
    """

    phase: str
    done: int
    known: int
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """One look at all accounts, at what changed, or at what runs have proved (`kind`).

    `result` is clean, drift, failed or cancelled, and None while it is not finished; `reason` is
    the stable word for why it failed, `summary` one sentence. `calls` are counted by system.
    `open` are the findings by kind that were open when it ended (acknowledged ones as well), or are
    now; `new` and `resolved` those that it was the first to see, and no longer saw.
    """

    id: str
    kind: str
    opened_by: str
    opened_at: int
    ended_at: int | None
    result: str | None
    reason: str | None
    summary: str | None
    progress: Progress
    accounts: int
    suspects: int
    skipped: int
    in_flight: int
    calls: dict[str, int]
    open: dict[Kind, int]
    new: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Totals:
    """All open findings: how many, how many of them acknowledged or new, and on how many accounts.

    `by_kind` names each kind that there is, the most frequent first.
    """

    open: int
    acknowledged: int
    new: int
    accounts: int
    by_kind: dict[Kind, int]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known about drift when it is made.

    `findings` are the open ones: those that nobody has acknowledged first, then by when they were
    first seen, the newest first; `left_out` says how many more there are. `scans` are the last full
    ones that have ended, oldest first; `others` the last of each other kind; `running` those that
    have not ended. `last_clean_at` is when a full scan last found no drift, None if none has.
    """

    made_at: int
    totals: Totals
    findings: tuple[Finding, ...]
    left_out: int
    scans: tuple[Scan, ...]
    others: tuple[Scan, ...]
    running: tuple[Scan, ...]
    last_clean_at: int | None

    @property
    def clean_age_seconds(self) -> int | None:
        """For how long no full scan was clean; None if none ever was."""
        return None if self.last_clean_at is None else (self.made_at - self.last_clean_at) // 1000

    @property
    def drift(self) -> bool:
        """Whether there is drift that nobody has acknowledged."""
        return self.totals.open > self.totals.acknowledged

    def to_json(self) -> dict[str, Any]:
        """The whole report for scripts."""
        return {
            "schema": "handover.drift-report/1",
            **asdict(self),
            "clean_age_seconds": self.clean_age_seconds,
            "drift": self.drift,
        }
