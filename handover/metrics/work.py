"""The figures of runs, questions, processes and scheduled jobs."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from config.schedule import jobs
from config.settings import settings
from domain.question_kinds import ANSWERS
from domain.requests import WORKFLOWS
from handover.checks.crew import crew
from handover.cli.look import RESULTS, STATES
from handover.metrics import catalogue as of
from worker.journal import figures
from worker.journal.database import Tx

_PROCESSES = ("worker", "drift", "beat")


def work_figures(tx: Tx) -> Iterator[Metric]:
    """The figures as the journal has them now, with a zero for all that there could be."""
    yield from _runs(tx)
    yield from _questions(tx)
    yield from _processes(tx)
    wanted = dict.fromkeys((job.name for job in jobs(settings())), 0)
    slots = wanted | figures.last_slots(tx)
    yield of.SLOT.family(((job,), start / 1000) for job, start in slots.items())


def _runs(tx: Tx) -> Iterator[Metric]:
    states = dict.fromkeys(STATES, 0) | figures.unfinished_runs(tx)
    del states["ended"]
    yield of.RUNS.family(((state,), count) for state, count in states.items())
    ends = {(w, r): 0 for w in WORKFLOWS for r in RESULTS} | figures.ended_runs(tx)
    yield of.ENDED_RUNS.family(ends.items())


def _questions(tx: Tx) -> Iterator[Metric]:
    asked = {row.kind: row for row in figures.open_questions(tx)}
    kinds = {*ANSWERS, *asked}
    yield of.QUESTIONS.family(
        ((kind,), asked[kind].asked if kind in asked else 0) for kind in kinds
    )
    yield of.OVERDUE.family([((), sum(row.overdue for row in asked.values()))])
    oldest = min((row.oldest for row in asked.values()), default=0)
    yield of.OLDEST_QUESTION.family([((), oldest / 1000)])


def _processes(tx: Tx) -> Iterator[Metric]:
    found = {kind: crew(tx, kind) for kind in _PROCESSES}
    yield of.ALIVE.family(((kind,), len(alive)) for kind, (alive, _) in found.items())
    yield of.SILENT.family(((kind,), len(silent)) for kind, (_, silent) in found.items())
