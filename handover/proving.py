"""Proving now: do both systems agree about an account, and is what a run proved still in place?"""

import time
from typing import Any

from sqlalchemy import Row

from config.settings import settings
from domain.agreement import Fact
from domain.errors import InvalidRequest
from domain.plan import Plan
from domain.records import ZuoraAccount
from domain.requests import parse_request
from domain.snapshot import Pinned
from handover.exits import Exit
from handover.place import has_journal
from worker.journal import runs as journal_runs
from worker.journal import sealing
from worker.journal.database import Tx
from worker.runtime import journal

_MANY = 1000


def prove(account: str, *, email: str | None = None, run: str | None = None) -> dict[str, Any]:
    """Reads Zuora and CustomersDot and says, fact by fact and masked, what holds.

    Looked at are the Sold To on both sides (D1) and what a run proved (D2): that of `run`, else the
    latest proved run of the account. With `email` it is compared with the Sold To, in place of what
    a run proved. Nothing is changed or recorded.

    Raises InvalidRequest for a run that proved nothing of this account, Refused for an account that
    Zuora does not know, SignInExpired, Transient and Unavailable.
    """
    from tasks.proving_now import agreement_now, still_in_place  # noqa: PLC0415 - the clients

    if email is not None and (run is not None or "@" not in email):
        both = run is not None
        raise InvalidRequest(["name either an email or a run" if both else "email: is no address"])
    found, facts = agreement_now(account, email)
    unfinished, proved, stored = _recorded(found, run, look=email is None)
    earlier: tuple[Fact, ...] = still_in_place(*stored) if stored else ()
    holds = all(fact.holds for fact in (*facts, *earlier))
    return {
        "schema": "handover.prove/1",
        "account": found.number,
        "read_at": time.time_ns() // 1_000_000,
        "holds": holds,
        "facts": [fact.outline() for fact in facts],
        "run": proved
        and {
            "run": proved.id,
            "proved_at": proved.ended_at,
            "forgotten": stored is None,
            "facts": [fact.outline() for fact in earlier],
        },
        "unfinished": unfinished,
        "exit_code": int(Exit.OK if holds else Exit.CHANGES),
    }


_Stored = tuple[Any, Any, Any]


def _recorded(
    account: ZuoraAccount, wanted: str | None, *, look: bool
) -> tuple[str | None, Row[Any] | None, _Stored | None]:
    """The unfinished run on the account; the run whose proof is looked at, and its plan."""
    if wanted is None and not has_journal(settings()):
        return None, None, None
    with journal().read() as tx:
        known = [
            row
            for key in (account.number, account.id)
            for row in journal_runs.search(tx, limit=_MANY, account=key)
        ]
        unfinished = next((row.id for row in known if row.state != "ended"), None)
        if not look:
            return unfinished, None, None
        proved = [row for row in known if row.result == "proved"]
        if wanted is not None:
            proved = [_named(tx, wanted, proved)]
        if not proved:
            return unfinished, None, None
        latest = max(proved, key=lambda row: row.ended_at)
        return unfinished, latest, _stored(tx, latest)


def _named(tx: Tx, wanted: str, proved: list[Row[Any]]) -> Row[Any]:
    run = journal_runs.get(tx, wanted)
    found = next((row for row in proved if row.id == wanted), None)
    if found is None:
        how = run.result or run.state
        why = "is about another account" if how == "proved" else f"is {how}, so it proved nothing"
        raise InvalidRequest([f"run {wanted} {why}"])
    return found


def _stored(tx: Tx, run: Row[Any]) -> _Stored | None:
    """What is kept of a run's proof; None once the run was forgotten."""
    plan = sealing.get(tx, run.id, "plan", run.round)
    request, pinned = sealing.get(tx, run.id, "request"), sealing.get(tx, run.id, "pinned")
    if not (plan and request and pinned):
        return None
    return Plan.model_validate(plan), parse_request(request), Pinned.model_validate(pinned)
