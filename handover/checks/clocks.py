"""Clocks: leases and questions go by the journal's, sign-ins and invoices by the neighbours'."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import requests

from config.settings import Settings
from handover.checks.finding import Finding, ok, unknown, warn
from worker.journal import processes
from worker.journal.database import Tx
from worker.runtime import has_journal, journal

_OURS_SECONDS = 2
_THEIRS_SECONDS = 30
"""A Date header has whole seconds, and the answer takes a while."""
_AGAIN = "Have the clocks set by NTP on every host."


def clocks(current: Settings) -> Iterator[Finding]:
    """This host's clock against the journal's, every worker's and both neighbours'."""
    compared: list[Finding | None] = []
    if has_journal(current):
        with journal().read() as tx:
            compared += _journal(tx)
            compared += _processes(tx)
    for name, url in (("Zuora", current.zuora_url), ("CustomersDot", current.customersdot_url)):
        if url:
            compared += _neighbour(name, url)
    yield from filter(None, compared)
    if not compared:
        yield unknown("clocks", "none could be compared: there is no journal, and nobody answers")
    elif not any(compared):
        yield ok("clocks", "those that could be compared agree")


def _journal(tx: Tx) -> Iterator[Finding | None]:
    """None stands for a clock that agrees, here and below."""
    ahead = time.time() - tx.now / 1000
    if abs(ahead) > _OURS_SECONDS:
        text = f"this host's clock is {_spoken(ahead)} the journal's"
        yield warn("clocks", text, f"{_AGAIN} Times that are shown here may look wrong.")
    else:
        yield None


def _processes(tx: Tx) -> Iterator[Finding | None]:
    for row in processes.known(tx):
        if abs(row.ahead) > _OURS_SECONDS * 1000:
            text = (
                f"the clock of {row.kind} {row.name} is {_spoken(row.ahead / 1000)} the journal's"
            )
            yield warn("clocks", text, _AGAIN)
        else:
            yield None


def _neighbour(name: str, url: str) -> Iterator[Finding | None]:
    try:
        answer = requests.head(url, timeout=(3, 3), allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except requests.RequestException:
        return  # the check of that system says why
    except (KeyError, ValueError):
        yield unknown("clocks", f"{name} does not tell the time")
        return
    ahead = time.time() - theirs
    if abs(ahead) > _THEIRS_SECONDS:
        text = f"this host's clock is {_spoken(ahead)} {name}'s"
        yield warn("clocks", text, f"{_AGAIN} Sign-ins and the age of invoices go by it.")
    else:
        yield None


def _spoken(ahead: float) -> str:
    return f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'}"
