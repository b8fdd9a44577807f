"""`handover drift acknowledge` and `fix`: what people decide about findings."""

import shlex
from typing import TYPE_CHECKING

import click

from handover.cli.options import (
    SHOWN_REASON,
    Choice,
    Whole,
    as_option,
    command,
    json_option,
    not_empty,
)
from handover.cli.session import Session
from handover.exits import Exit

if TYPE_CHECKING:
    from handover.drift import Fix

_ACKNOWLEDGE = 'handover drift acknowledge F-7KQ2MW4X --reason "merger, see 4711" --days 30'
_FIX = "handover drift fix F-7KQ2MW4X --ticket 4711"


@command("acknowledge", "Know of a finding, and leave it for a while.", example=_ACKNOWLEDGE)
@click.argument("finding_id", metavar="FINDING")
@click.option("--reason", default="", metavar="TEXT", help=f"{SHOWN_REASON}  [required]")
@click.option("--until", metavar="DATE", callback=not_empty, help="Its last day: 2026-12-24.")
@click.option("--days", type=Whole(1, 366), metavar="N", help="Or so many from now.")
@as_option
@json_option
@click.pass_obj
def acknowledge(
    session: Session,
    finding_id: str,
    *,
    reason: str,
    until: str | None,
    days: int | None,
    by: str | None,
) -> int:
    """Know of a finding and leave it as it is until a day, at most a year from now.

    Until then it is not told and does not count as drift; after that it is told once more.
    """
    from handover import drift  # noqa: PLC0415 - everything heavy
    from handover.cli.drift_text import detail_text  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415

    find()
    session.on_interrupt = "`handover drift show FINDING` tells whether it was recorded."
    found = drift.acknowledge(finding_id, reason=reason, until=until, days=days, by=by)
    session.data(found.to_json(), detail_text(found))
    return Exit.OK


@command("fix", "See the plan that fixes a finding; start it.", example=_FIX)
@click.argument("finding_id", metavar="FINDING")
@click.option("--ticket", required=True, metavar="NUMBER", help="The Zendesk ticket.")
@click.option(
    "--keep",
    type=Choice(("zuora", "customersdot")),
    help="The side that's right. Default: zuora, or the only one possible.",
)
@click.option("--reason", metavar="TEXT", callback=not_empty, help="Why without evidence. Sealed.")
@click.option("--evidence", metavar="FILE", help="Evidence in YAML, as for `handover start`.")
@click.option("--requester-email", metavar="EMAIL", help="Who asks. Default: the Sold To.")
@click.option("--start", metavar="CHECKSUM", callback=not_empty, help="Start the plan you saw.")
@as_option
@json_option
@click.pass_obj
def fix(session: Session, /, finding_id: str, **options: str | None) -> int:
    """Show the plan of an update-sold-to that fixes a finding; exit 2 if it would change something.

    Nothing is changed without --start, which names the plan that you saw: then it becomes a run,
    unless the plan is another one by now (exit 5). The request is made of what both systems say now
    and is kept nowhere else. Where such a run is no remedy, it says what is (exit 3).
    """
    from handover import drift  # noqa: PLC0415
    from handover.cli.drift_text import fix_text  # noqa: PLC0415
    from handover.cli.installation import find, require_systems  # noqa: PLC0415
    from handover.cli.request_input import read_evidence  # noqa: PLC0415

    evidence = options.pop("evidence")
    ticket = options.pop("ticket") or ""
    require_systems()
    find()
    given = read_evidence(evidence) if evidence else None
    session.on_interrupt = "If a run was recorded, it goes on: `handover runs` lists it."
    found = drift.fix(finding_id, ticket=ticket, evidence=given, **options)
    if found.run:
        session.goes_on(found.run)
    again = _again(found, {**options, "ticket": ticket, "evidence": evidence})
    session.data({**found.to_json(), "next": again}, fix_text(found))
    _say_what_next(session, found, again)
    return found.exit_code


def _again(found: "Fix", options: dict[str, str | None]) -> str | None:
    """The command that comes next. Addresses are not repeated."""
    if found.run:
        return f"handover watch {found.run}"
    if found.checksum is None:
        return None
    options = {**options, "keep": found.keep, "start": found.checksum}
    if options["requester_email"]:
        options["requester_email"] = "EMAIL"
    words = ["handover", "drift", "fix", found.finding]
    for name, value in options.items():
        if value:
            words += [f"--{'as' if name == 'by' else name.replace('_', '-')}", value]
    return shlex.join(words)


def _say_what_next(session: Session, found: "Fix", again: str | None) -> None:
    if found.run:
        known = "Accepted as" if found.new else "This is"
        session.say(f"{known} run {found.run}. `{again}` shows how it goes.")
    elif again is None:
        session.say("Both sides agree by now: the next scan resolves it.")
    else:
        session.say(f"Nothing was changed or recorded. To start it: {again}")
