"""Proving now: do both systems agree about an account, and is what a run proved still in place?"""

import time
from typing import Any

from sqlalchemy import Row

from config.settings import settings
from domain.agreement import Fact
from domain.errors import InvalidRequest
from domain.records import ZuoraAccount
from handover.exits import Exit
from worker.journal import runs as journal_runs
from worker.runtime import has_journal, journal

_MANY = 1000


def prove(account: str, *, email: str | None = None, run: str | None = None) -> dict[str, Any]:
    """Reads Zuora and CustomersDot and says, fact by fact and masked, what holds.

    Looked at are the Sold To on both sides (D1) and what a run proved (D2): that of `run`, else the
    latest proved run of the account. With `email` it is compared with the Sold To, in place of what
    a run proved. Nothing is changed or recorded.

    Raises InvalidRequest for a run that proved nothing on this account, Refused for an account that
    Zuora does not know, SignInExpired, Transient and Unavailable.
    """
    # Not before it is needed: the clients take a moment.
    from tasks.proving_now import agreement_now, proof_of, still_in_place  # noqa: PLC0415

    if email is not None and "@" not in email:
        raise InvalidRequest(["email: is no address"])
    if email is not None and run is not None:
        raise InvalidRequest(["name either an email or a run"])
    named = _named(run) if run else None
    found, facts = agreement_now(account, email)
    if named is not None and named.account.casefold() not in _keys(found):
        raise InvalidRequest([f"run {run} is about another account"])
    unfinished, latest = _recorded(found)
    proved = named or (latest if email is None else None)
    stored = None
    if proved:
        with journal().read() as tx:
            stored = proof_of(tx, proved)
    earlier: tuple[Fact, ...] = still_in_place(stored) if stored else ()
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


def _named(run_id: str) -> Row[Any]:
    with journal().read() as tx:
        run = journal_runs.get(tx, run_id)
    if run.result != "proved":
        how = run.result or run.state
        raise InvalidRequest([f"run {run_id} is {how}, so it proved nothing"])
    return run


def _recorded(account: ZuoraAccount) -> tuple[str | None, Row[Any] | None]:
    """The unfinished run on an account, and the one that was proved last."""
    if not has_journal(settings()):
        return None, None
    with journal().read() as tx:
        known = [
            row
            for key in _keys(account)
            for row in journal_runs.search(tx, limit=_MANY, account=key)
        ]
    unfinished = next((row.id for row in known if row.state != "ended"), None)
    proved = [row for row in known if row.result == "proved"]
    return unfinished, max(proved, key=lambda row: row.ended_at, default=None)


def _keys(account: ZuoraAccount) -> tuple[str, str]:
    """By what a request may name an account, letter case aside."""
    return account.number.casefold(), account.id.casefold()
