"""The journal's history: proving that it holds, and handing it over."""

import json
from pathlib import Path
from typing import Any

from config.settings import settings
from config.version import version
from domain.errors import InvalidRequest
from handover import exported
from handover.reports import describe
from worker.journal import audit, events
from worker.journal import questions as journal_questions
from worker.journal import runs as journal_runs
from worker.journal.audit import Verdict
from worker.journal.database import Tx
from worker.runtime import journal

_MANY = 10_000


def verify_audit(
    heads_file: Path | None = None, *, exported_file: Path | None = None
) -> dict[str, Any]:
    """Whether every event chain holds: the journal's, or those in a file of `export_audit`.

    `heads_file` holds heads that were exported earlier. The result names every problem; only files
    that can't be read raise InvalidRequest, and a journal that can't be used Unavailable.
    """
    known = _heads_in(heads_file) if heads_file else []
    if exported_file is not None:
        verdict = exported.verify(_bytes(exported_file), known)
    else:
        with journal().read() as tx:
            verdict = audit.verify(tx, known)
    return {"schema": "handover.audit/1", **_told(verdict), "heads": len(known)}


def heads() -> dict[str, Any]:
    """The heads of all event chains: keep them elsewhere and verify against them later."""
    with journal().read() as tx:
        return {"schema": "handover.heads/1", "at": tx.now, "heads": audit.heads_of(tx)}


def export_audit(*, run: str | None = None, ticket: str | None = None) -> dict[str, Any]:
    """Everything the journal knows about one run, or about all runs of a ticket; always masked.

    The result can be written to a file and verified there: see `exported.written`. Raises
    InvalidRequest unless exactly one of both is named and known, and Unavailable.
    """
    if (run is None) == (ticket is None):
        raise InvalidRequest(["name either a run or a ticket"])
    with journal().read() as tx:
        wanted = [run] if run else _runs_of_ticket(tx, str(ticket))
        document = {
            "schema": exported.SCHEMA,
            "exported_at": tx.now,
            "exported_by": settings().who,
            "version": version(),
            "asked": {"run": run, "ticket": ticket},
            "runs": [_history_of(tx, run_id) for run_id in wanted],
            "verification": _told(audit.verify_runs(tx, wanted)),
        }
    return exported.sealed(document)


def _runs_of_ticket(tx: Tx, ticket: str) -> list[str]:
    found = journal_runs.search(tx, limit=_MANY, ticket=ticket)
    if not found:
        raise InvalidRequest(["there is no run of that ticket; `handover runs` lists them"])
    return [row.id for row in reversed(found)]


def _history_of(tx: Tx, run_id: str) -> dict[str, Any]:
    report = describe(tx, run_id)
    chain = list(events.of_run(tx, run_id))
    return {
        "run": run_id,
        "head": {"n": chain[-1]["n"], "hash": chain[-1]["hash"]},
        "report": report,
        "questions": [_asked(row._mapping) for row in journal_questions.of_run(tx, run_id)],
        "events": [{name: event[name] for name in exported.EVENT} for event in chain],
    }


def _asked(row: Any) -> dict[str, Any]:
    kept = (
        *("kind", "rule", "round", "text", "second_person", "plan_checksum", "asked_at"),
        *("expires_at", "answer", "answered_by", "answered_at"),
    )
    return {**{name: row[name] for name in kept}, "answers": json.loads(row["answers"])}


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": not verdict.problems,
        "runs": verdict.runs,
        "events": verdict.events,
        "problems": verdict.problems,
    }


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidRequest([f"the exported file can't be read: {error.strerror}"]) from None


def _heads_in(heads_file: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in heads_file.read_text().splitlines() if line.strip()]
        found = [
            {name: head[name] for name in ("run", "n", "hash")}
            for line in lines
            for head in line["heads"]
        ]
    except OSError as error:
        raise InvalidRequest([f"the file of heads can't be read: {error.strerror}"]) from None
    except (ValueError, KeyError, TypeError):
        problem = "this is no file of heads: `handover audit heads` makes one"
        raise InvalidRequest([problem]) from None
    if not lines:
        raise InvalidRequest(["the file of heads is empty: `handover audit heads` fills one"])
    return found
