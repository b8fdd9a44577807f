"""Scans that people begin, follow and cancel. The scheduled ones are opened by beat."""

import time
from collections.abc import Iterator

from domain.errors import InvalidRequest, Unavailable
from domain.requests import check_words
from handover.drift.lists import KINDS, one_scan
from handover.drift.reports import Scan
from handover.lists import acting
from handover.words import spoken_address
from worker.app import app
from worker.runtime import journal
from worker.scans import opening
from worker.scans.opening import Opened

# Messages are sent with this app, in every thread of the caller: Celery's own choice is per thread.
app.set_default()

POLL_SECONDS = 0.5


class ScanNotSent(Unavailable):
    """The scan is recorded, but Redis can't be reached. It begins by itself; `scan` is its id."""

    code = "not-sent"

    def __init__(self, message: str, *, scan: str) -> None:
        super().__init__(message)
        self.scan = scan


def scan(kind: str = "full", *, by: str | None = None) -> Opened:
    """Begins a scan, or finds the unfinished one of its kind (`new` is then false).

    Raises InvalidRequest for an unknown kind, Locked while a scan of another kind looks at the same
    (`holder` is its id), Unavailable, and ScanNotSent where it is recorded and only Redis is
    missing.
    """
    if kind not in KINDS:
        raise InvalidRequest([f"kind: is none of {', '.join(KINDS)}"])
    opened = opening.open_scan(kind, acting(by))
    if opened.sent:
        return opened
    raise ScanNotSent(
        f"Redis can't be reached. Scan {opened.id} is recorded and goes on by itself when Redis and"
        " a worker for drift are back; `handover doctor` looks at both. The journal is"
        f" {spoken_address(journal().engine.url)}.",
        scan=opened.id,
    )


def follow(scan_id: str, seconds: float | None = None) -> Iterator[Scan]:
    """A scan as it stands, again and again, until it has ended or the time is over.

    Raises InvalidRequest for an unknown scan, and Unavailable.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        found = one_scan(scan_id)
        yield found
        if found.ended_at is not None or (deadline and time.monotonic() >= deadline):
            return
        time.sleep(POLL_SECONDS)


def cancel(scan_id: str, *, reason: str, by: str | None = None) -> Scan:
    """Ends a scan at once: what it has not looked at is left to the next one.

    Raises InvalidRequest for a reason that is empty or holds an address, for an unknown scan (with
    the nearest one) and for one that has ended, and Unavailable.
    """
    if not reason.strip():
        raise InvalidRequest(["reason: is empty"])
    check_words(reason=reason)
    who = acting(by)
    found = one_scan(scan_id)
    opening.cancel(found.id, reason.strip(), who)
    return one_scan(found.id)
