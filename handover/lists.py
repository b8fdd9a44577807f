"""Lists over all runs: the runs themselves, and the questions that wait for people."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from config.settings import SettingsError, settings
from domain.records import same_handle
from domain.requests import checked_handle
from handover.moments import moment_of
from worker.attention import unattended
from worker.journal import inbox
from worker.journal import runs as journal_runs
from worker.journal.database import Tx
from worker.runtime import journal
from worker.telling.asked import overdue, question_parts
from worker.telling.fates import landed
from worker.telling.writes import plan_of, writes_of


def runs(
    limit: int = 50, *, since: datetime | str | None = None, **wanted: str
) -> list[dict[str, Any]]:
    """The newest runs, one short mapping each.

    `wanted` filters: account, ticket, state, result. `since` leaves out what was started before a
    moment: a datetime, or text such as 2026-11-20, 24h or 7d. Raises InvalidRequest for a text that
    is no moment, and Unavailable.
    """
    begin = _milliseconds(since) if since else 0
    with journal().read() as tx:
        asked = inbox.open_questions(tx)
        for_another = {q.run_id for q in asked if q.second_person}
        late = {q.run_id for q in asked if overdue(tx, q)}
        found = journal_runs.search(tx, limit=limit, since=begin, **wanted)
        left = unattended(tx, found)
    return [
        {
            "run": row.id,
            "workflow": row.workflow,
            "ticket": row.ticket,
            "account": row.account,
            "state": row.state,
            "result": row.result,
            "reason": row.reason,
            "requested_by": row.requested_by,
            "second_person": row.id in for_another,
            "overdue": row.id in late,
            "unattended_seconds": left.get(row.id, 0),
            "created_at": row.created_at,
            "ended_at": row.ended_at,
        }
        for row in found
    ]


def questions(*, answerable_by: str | None = None) -> list[dict[str, Any]]:
    """Every question that waits for a person, in all runs, the oldest first.

    `for_you` says whether whoever acts (HANDOVER_OPERATOR, else the login name) may answer it;
    `answerable_by` names somebody else, and leaves out what they may not answer. Raises
    InvalidRequest for somebody who is no handle, and Unavailable.
    """
    me = acting(answerable_by)
    with journal().read() as tx:
        found = [_question(tx, row, me) for row in inbox.open_questions(tx)]
    return [q for q in found if q["for_you"] or answerable_by is None]


def acting(by: str | None) -> str:
    """Who acts: the given handle, else HANDOVER_OPERATOR's, else the login name.

    Raises SettingsError and InvalidRequest if that is no handle.
    """
    if not by and "@" in settings().operator:
        raise SettingsError(["HANDOVER_OPERATOR: holds an email address; it must be a handle"])
    return checked_handle(by or settings().who)


def _question(tx: Tx, row: Row[Any], me: str) -> dict[str, Any]:
    parts = question_parts(tx, row)
    own = any(same_handle(handle, me) for handle in parts["no_second_person"])
    written, unknown = landed(_writes(tx, row))
    return {
        "run": row.run_id,
        "workflow": row.workflow,
        "ticket": row.ticket,
        "account": row.account,
        "requested_by": row.requested_by,
        **parts,
        "plan_checksum": row.plan_checksum,
        "written": written,
        "written_perhaps": unknown,
        "for_you": not (own and row.second_person),
    }


def _writes(tx: Tx, row: Row[Any]) -> list[dict[str, Any]]:
    """What a run has begun to write; plans are opened only where there is something."""
    if not row.writes:
        return []
    plans = {number: plan_of(tx, row.run_id, number) for number in range(1, row.round + 1)}
    return writes_of(tx, row.run_id, plans)


def _milliseconds(since: datetime | str) -> int:
    now = datetime.now().astimezone()
    found = moment_of(since, now) if isinstance(since, str) else since
    return round(found.timestamp() * 1000)
