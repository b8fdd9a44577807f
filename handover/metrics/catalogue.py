"""Every metric: its name, type, labels and meaning. docs/metrics.md has the same as a table.

Labels hold words from closed sets only: no person, account, ticket, run or scan is ever one, so
that the number of time series is bounded and nothing personal leaves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from prometheus_client.metrics_core import Metric

Value = tuple[Sequence[str], float]
"""The values of the labels, in their order, and the number."""


@dataclass(frozen=True)
class Figure:
    """One metric. `name` is the one that is shown, a counter's with its `_total`."""

    name: str
    type: Literal["gauge", "counter"]
    labels: tuple[str, ...]
    says: str

    def family(self, values: Iterable[Value] = ()) -> Metric:
        """The metric with its samples, in the order of their labels."""
        made = Metric(self.name.removesuffix("_total"), self.says, self.type)
        for labels, value in sorted(values):
            made.add_sample(self.name, dict(zip(self.labels, labels, strict=True)), value)
        return made


BUILD = Figure(
    "handover_build_info", "gauge", ("version",), "Always 1; the version of this process."
)
UP = Figure("handover_up", "gauge", (), "Whether the journal could be read: 1 or 0.")

ACCOUNTS = Figure(
    "handover_drift_scan_accounts", "gauge", ("scan",), "Accounts that the last scan looked at."
)
SKIPPED = Figure(
    "handover_drift_scan_skipped_accounts",
    "gauge",
    ("scan",),
    "Accounts that the last scan left out because they are not active.",
)
IN_FLIGHT = Figure(
    "handover_drift_scan_in_flight_accounts",
    "gauge",
    ("scan",),
    "Accounts that the last scan left to the next one because a run was changing them.",
)
SUSPECTS = Figure(
    "handover_drift_scan_suspects",
    "gauge",
    ("scan",),
    "Accounts that the last scan had to look at again, one by one.",
)
NEW_FINDINGS = Figure(
    "handover_drift_scan_new_findings",
    "gauge",
    ("scan",),
    "Findings that the last scan saw first.",
)
DURATION = Figure(
    "handover_drift_scan_duration_seconds", "gauge", ("scan",), "How long the last scan took."
)
RESULT = Figure(
    "handover_drift_scan_result",
    "gauge",
    ("scan", "result"),
    "1 for the result of the last scan, 0 for the others.",
)
ENDED = Figure(
    "handover_drift_scan_last_end_timestamp_seconds",
    "gauge",
    ("scan", "result"),
    "When a scan last ended with this result; 0: never.",
)
STARTED = Figure(
    "handover_drift_scan_start_timestamp_seconds",
    "gauge",
    ("scan",),
    "Since when an unfinished scan runs; 0: there is none.",
)
PIECES = Figure(
    "handover_drift_scan_pieces",
    "gauge",
    ("scan", "state"),
    "Pieces of the unfinished scan that are done, and those left.",
)
SCANNED = Figure(
    "handover_drift_accounts_scanned_total",
    "counter",
    ("scan",),
    "Accounts that all scans looked at.",
)
CALLS = Figure(
    "handover_drift_calls_total",
    "counter",
    ("scan", "system"),
    "Calls to a system by all scans.",
)
FINDINGS = Figure(
    "handover_drift_findings",
    "gauge",
    ("kind", "state"),
    "Findings that are not resolved: open, or acknowledged by somebody for now.",
)

RUNS = Figure("handover_runs", "gauge", ("state",), "Runs that have not ended.")
ENDED_RUNS = Figure(
    "handover_runs_ended_total", "counter", ("workflow", "result"), "Runs that have ended."
)
QUESTIONS = Figure(
    "handover_questions", "gauge", ("kind",), "Questions that wait for a person's answer."
)
OVERDUE = Figure(
    "handover_questions_overdue", "gauge", (), "Those of them whose time to be answered has passed."
)
OLDEST_QUESTION = Figure(
    "handover_questions_oldest_timestamp_seconds",
    "gauge",
    (),
    "When the oldest of them was asked; 0: there is none.",
)
ALIVE = Figure(
    "handover_processes_alive",
    "gauge",
    ("process",),
    "Processes that have said lately that they are alive.",
)
SILENT = Figure(
    "handover_processes_silent",
    "gauge",
    ("process",),
    "Processes of the last day that fell silent without saying that they end.",
)
SLOT = Figure(
    "handover_job_last_slot_timestamp_seconds",
    "gauge",
    ("job",),
    "The newest time slot that a scheduled job has taken; 0: none.",
)

FIGURES: tuple[Figure, ...] = tuple(one for one in globals().values() if isinstance(one, Figure))
"""All of them, in the order above."""
