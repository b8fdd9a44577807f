"""`handover drift scan` and `cancel`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from handover.cli.drift_look import SCANS
from handover.cli.options import Choice, Whole, as_option, command, json_option, shown_reason_option
from handover.cli.session import Session
from handover.exits import Exit, of_scan

if TYPE_CHECKING:
    from handover.drift.reports import Scan


@command("scan", "Look at all accounts now.", example="handover drift scan --kind changed")
@click.option("--kind", type=Choice(SCANS), default=SCANS[0], show_default=True)
@click.option("--wait", type=Whole(min=0), metavar="SECONDS", help="Follow it this long.")
@as_option
@json_option
@click.pass_obj
def scan(session: Session, kind: str, wait: int | None, by: str | None) -> int:
    """Look at all accounts now, at those changed since the last scan, or at proved runs.

    Prints the scan's id. A scan that is not finished is not begun twice. With --wait it exits 0 if
    there is no drift, 2 if there is, 1 if it failed, 8 if it still runs. What seems to differ is
    looked at again after a settling time (HANDOVER_DRIFT_SETTLE_SECONDS, a minute unless set), so
    a scan of few accounts takes that long, too.
    """
    from handover import drift  # noqa: PLC0415 - everything heavy
    from handover.cli.installation import prepare, require_systems  # noqa: PLC0415

    require_systems()
    prepare()
    session.on_interrupt = "If the scan was recorded, it goes on: `handover drift scans` lists it."
    opened = drift.scan(kind, by=by)
    session.on_interrupt = (
        f"Scan {opened.id} goes on without us: `handover drift scans` shows how far it is."
    )
    session.say(
        f"Accepted as scan {opened.id}." if opened.new else f"This is scan {opened.id} already."
    )
    if wait is not None:
        _show_progress(session, opened.id, wait)
    found = drift.one_scan(opened.id)
    code = of_scan(found.result) if wait is not None else Exit.OK
    _tell(session, found, new=opened.new, code=code, whole=wait is not None)
    return code


@command(
    "cancel", "Cancel a scan.", example='handover drift cancel S-7kq2mw9x --reason "maintenance"'
)
@click.argument("scan_id", metavar="SCAN")
@shown_reason_option
@as_option
@json_option
@click.pass_obj
def cancel(session: Session, scan_id: str, reason: str, by: str | None) -> int:
    """Cancel a scan. What it has found stays; what it has not looked at is left to the next."""
    from handover import drift  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415

    find()
    session.on_interrupt = "`handover drift scans` tells whether it was cancelled."
    found = drift.cancel(scan_id, reason=reason, by=by)
    _tell(session, found, new=False, code=Exit.OK, whole=True)
    return Exit.OK


def _tell(session: Session, found: "Scan", *, new: bool, code: Exit, whole: bool) -> None:
    from handover.cli.drift_text import scan_text  # noqa: PLC0415

    value: dict[str, Any] = {
        "schema": "handover.drift-scan/1",
        "scan": asdict(found),
        "new": new,
        "exit_code": int(code),
    }
    session.data(value, scan_text(found) if whole else found.id)
    if found.ended_at is None:
        session.say(
            "`handover drift scans` shows how far it is. If nothing moves, `handover doctor` looks"
            " whether a worker takes up scans."
        )
    elif found.open:
        session.say("`handover drift list` lists what is open, --new what is new.")


def _show_progress(session: Session, scan_id: str, seconds: int) -> None:
    """One last line that is kept up to date, on a terminal; anywhere else nothing is written."""
    from handover import drift  # noqa: PLC0415
    from handover.cli.drift_text import progress_text  # noqa: PLC0415
    from handover.cli.live import View  # noqa: PLC0415

    view = View(session, err=True)
    try:
        for found in drift.follow(scan_id, seconds):
            view.doing(progress_text(found))
    finally:
        view.close()
