"""Runs: opening, reading, moving between states and ending."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRequest
from worker.journal import claims, closing, resting, sealing
from worker.journal.database import Tx
from worker.journal.events import append, append_opening
from worker.journal.schema import people, runs, steps

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""Without characters that are mistaken for one another when read out."""

# Built once: to build a statement costs more than to run it.
_GET = select(runs).where(runs.c.id == bindparam("which"))
_LOCK = _GET.with_for_update()


@dataclass(frozen=True, slots=True)
class Opening:
    """What is needed to open a run. `people` are (role, email) pairs; `claims` are taken at once.

    `key` identifies the request; while its run is unfinished the same key is the same run. A
    `key_given` by the caller stays the same run for ever. `orphan_milliseconds` is the time after
    which recovery takes the run's first message for lost. A run that `supersedes` ends those that
    rest on its account.
    """

    workflow: str
    canvas_version: int
    step_names: Sequence[str]
    ticket: str
    account: str
    requested_by: str
    request: dict[str, Any]
    key: str
    request_hash: str
    key_given: bool
    claims: Sequence[claims.Subject]
    people: Iterable[tuple[str, str]]
    orphan_milliseconds: int
    supersedes: bool = False


def open_run(tx: Tx, opening: Opening) -> tuple[str, bool]:
    """Opens a run, or finds the one that this request already is: (run id, whether it is new).

    Raises Locked when another run holds the account or a person, and InvalidRequest when a given
    key is that of another request.
    """
    known = _by_key(tx, opening)
    if known:
        return known, False
    run_id = _new_id()
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(insert(runs).values(_new_row(tx, run_id, opening)))
    except IntegrityError:  # the same request, a moment earlier
        known = _by_key(tx, opening)
        if known is None:
            raise
        return known, False
    if opening.supersedes:
        # Before anything is claimed: who answers such a run holds its row and claims after that.
        _supersede(tx, run_id, opening)
    claims.take(tx, run_id, opening.claims)
    if opening.supersedes:
        resting.check_nobody_came_to_rest(tx, opening.claims)
    tx.conn.execute(
        insert(steps),
        [
            {"run_id": run_id, "position": i, "name": name, "state": "waiting", "claims": 0}
            for i, name in enumerate(opening.step_names)
        ],
    )
    sealing.create_key(tx, run_id)
    commitment = sealing.put(tx, run_id, "request", opening.request)
    found = [
        {"run_id": run_id, "role": role, "lookup": tx.vault.lookup("email", email)}
        for role, email in opening.people
    ]
    if found:
        tx.conn.execute(insert(people), found)
    append_opening(
        tx,
        run_id,
        actor=opening.requested_by,
        data={
            "workflow": opening.workflow,
            "canvas_version": opening.canvas_version,
            "ticket": opening.ticket,
            "account": opening.account,
            "request": commitment,
        },
    )
    return run_id, True


def get(tx: Tx, run_id: str) -> Row[Any]:
    """A run's row. Raises InvalidRequest if there is no such run."""
    row = tx.conn.execute(_GET, {"which": run_id}).one_or_none()
    if row is None:
        raise InvalidRequest([f"there is no run {run_id}; `handover runs` lists them"])
    return row


def lock(tx: Tx, run_id: str) -> Row[Any]:
    """A run's row, held until the transaction ends."""
    row = tx.conn.execute(_LOCK, {"which": run_id}).one_or_none()
    if row is None:
        return get(tx, run_id)
    tx.heads[run_id] = (row.head_n, row.head_hash)
    return row


def search(tx: Tx, *, limit: int = 50, since: int = 0, **wanted: str) -> Sequence[Row[Any]]:
    """The newest runs whose columns have the wanted values, opened at or after `since`."""
    query = select(runs).order_by(runs.c.created_at.desc(), runs.c.id).limit(limit)
    if since:
        query = query.where(runs.c.created_at >= since)
    for column, value in wanted.items():
        if column == "account":  # by whichever letter case the request named it
            query = query.where(func.lower(runs.c.account) == value.lower())
        else:
            query = query.where(runs.c[column] == value)
    return tx.conn.execute(query).all()


def wrote_since(
    tx: Tx, accounts: Iterable[str], moment: int, *, other_than: str = ""
) -> str | None:
    """A run that has written to an account since then; None if none has.

    The account is given by its names, number and id; the moment in the journal's milliseconds.
    """
    query = select(runs.c.id).where(
        runs.c.last_write_at >= moment,
        func.lower(runs.c.account).in_([name.lower() for name in accounts]),
        runs.c.id != other_than,
    )
    return tx.conn.execute(query.limit(1)).scalar_one_or_none()


def writers_since(tx: Tx, moment: int) -> Sequence[str]:
    """The runs that have written since then, on whatever account; the journal's milliseconds."""
    query = select(runs.c.id).where(runs.c.last_write_at >= moment).order_by(runs.c.id)
    return list(tx.conn.execute(query).scalars())


def steps_of(tx: Tx, run_id: str) -> Sequence[Row[Any]]:
    """A run's steps in the documented order."""
    query = select(steps).where(steps.c.run_id == run_id).order_by(steps.c.position)
    return tx.conn.execute(query).all()


def send_on(tx: Tx, run_id: str, *, orphan_milliseconds: int, **values: object) -> None:
    """Lets a resting run go on. The caller publishes it; if that is lost, recovery does."""
    tx.conn.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(
            **{
                "state": "verifying",
                "reason": None,
                "summary": None,
                "due_at": tx.now + orphan_milliseconds,
                "parked": False,
                "attempts": 0,
                "feeds": 0,
                **values,
            }
        )
    )


def end(tx: Tx, run_id: str, result: str, *, actor: str, reason: str, summary: str) -> None:
    """Ends a run and gives up its claims. The caller holds the run's row and the right to do so."""
    changes = {
        "state": "ended",
        "result": result,
        "reason": reason,
        "summary": summary,
        "ended_at": tx.now,
        "lease_owner": None,
        "lease_until": None,
        "due_at": None,
        "parked": False,
    }
    claims.release(tx, run_id)
    resting.forget(tx, run_id)
    data = {"result": result, "reason": reason}
    append(tx, run_id, "run.ended", actor=actor, data=data, changes=changes)


def _supersede(tx: Tx, run_id: str, opening: Opening) -> None:
    """Ends every run that rests on the accounts of a new one."""
    for waiting in resting.on_accounts(tx, opening.claims):
        lock(tx, waiting)
        if not resting.rests(tx, waiting):  # answered or ended a moment earlier
            continue
        by = opening.requested_by
        closing.withdraw(tx, waiting, by=by)
        summary = f"Run {run_id} of the same account took its place; this run wrote nothing."
        end(tx, waiting, "cancelled", actor=by, reason="superseded", summary=summary)


def _by_key(tx: Tx, opening: Opening) -> str | None:
    query = select(runs.c.id, runs.c.request_hash).where(
        runs.c.key == opening.key, (runs.c.ended_at.is_(None)) | (runs.c.key_given.is_(True))
    )
    known = tx.conn.execute(query).one_or_none()
    if known is None:
        return None
    if known.request_hash != opening.request_hash:
        raise InvalidRequest([f"key: is that of run {known.id}, which was another request"])
    return str(known.id)


def _new_row(tx: Tx, run_id: str, opening: Opening) -> dict[str, Any]:
    return {
        "id": run_id,
        "workflow": opening.workflow,
        "canvas_version": opening.canvas_version,
        "key": opening.key,
        "request_hash": opening.request_hash,
        "key_given": opening.key_given,
        "ticket": opening.ticket,
        "account": opening.account,
        "requested_by": opening.requested_by,
        "state": "requested",
        "cursor": 0,
        "round": 1,
        "fence": 0,
        "attempts": 0,
        "due_at": tx.now + opening.orphan_milliseconds,
        "parked": False,
        "feeds": 0,
        "writes": 0,
        "cancel_asked": False,
        "head_n": 0,
        "head_hash": "0" * 64,
        "created_at": tx.now,
    }


def _new_id() -> str:
    return "ho-" + "".join(secrets.choice(ALPHABET) for _ in range(10))
