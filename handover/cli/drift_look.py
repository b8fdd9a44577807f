"""`handover drift list`, `show` and `scans`: looking at what scans have found."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from domain.drift.kinds import Kind
from handover.cli.options import Choice, Whole, command, json_option, not_empty
from handover.cli.session import Session
from handover.exits import Exit

if TYPE_CHECKING:
    from handover.drift.reports import Finding

SCANS = ("full", "changed", "proved")
_LIMIT = 100


def _kinds(width: int) -> str:
    """Every kind and what it means, for the help."""
    column = max(map(len, Kind)) + 2
    lines = (textwrap.wrap(kind.meaning, width - column - 2) for kind in Kind)
    told = (f"\n{' ' * (column + 2)}".join(one) for one in lines)
    return "Kinds:\n" + "\n".join(f"  {k:<{column}}{t}" for k, t in zip(Kind, told, strict=True))


@command(
    "list",
    "List what was found and is open.",
    example="handover drift list --kind contact-differs",
    details=_kinds,
)
@click.option(
    "--kind",
    type=Choice([kind.value for kind in Kind]),
    metavar="KIND",
    help="Only this one; see below.",
)
@click.option("--account", metavar="ACCOUNT", callback=not_empty, help="Its number or Zuora id.")
@click.option("--all", "every", is_flag=True, help="Also what is acknowledged or resolved.")
@click.option("--acknowledged", is_flag=True, help="Only what is acknowledged.")
@click.option("--new", is_flag=True, help="Only what the last full scan but one did not know.")
@click.option("--limit", type=Whole(1, 1_000_000), help=f"Default: {_LIMIT}, with --csv all.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@click.pass_obj
def listed(  # noqa: PLR0913 - one for each option
    session: Session,
    /,
    kind: str | None,
    account: str | None,
    *,
    every: bool,
    acknowledged: bool,
    new: bool,
    limit: int | None,
    as_csv: bool,
) -> int:
    """List the findings that are open and that nobody has acknowledged, the newest first.

    Exits 2 if there is one that nobody has acknowledged, else 0.
    """
    from handover import drift  # noqa: PLC0415 - everything heavy
    from handover.cli.drift_csv import csv_text  # noqa: PLC0415
    from handover.cli.drift_text import findings_table  # noqa: PLC0415
    from handover.cli.installation import find, without_runs  # noqa: PLC0415

    _refuse_both(session, every=every, acknowledged=acknowledged, new=new, as_csv=as_csv)
    if limit is None and not as_csv:
        limit = _LIMIT
    nothing = without_runs()
    found: Sequence[Finding] = ()
    if not nothing:
        find()
        found = drift.findings(
            limit and limit + 1,
            kind=kind,
            account=account,
            resolved=every,
            acknowledged=None if every else acknowledged,
            new=new,
        )
    shown = found[:limit]
    code = Exit.CHANGES if any(_is_drift(one) for one in found) else Exit.OK
    if as_csv:
        click.echo(csv_text(shown), nl=False)
    else:
        value = {
            "schema": "handover.drift-findings/1",
            "findings": [asdict(one) for one in shown],
            "more": len(found) > len(shown),
            "exit_code": int(code),
        }
        session.data(value, findings_table(shown))
    _say_how_many(session, nothing, len(shown), more=len(found) > len(shown))
    return code


def _is_drift(finding: "Finding") -> bool:
    return finding.resolved_at is None and finding.acknowledged is None


def _refuse_both(session: Session, *, as_csv: bool, **given: bool) -> None:
    if as_csv and session.json:
        raise click.UsageError("--csv and --json are two forms of the same: choose one.")
    chosen = [name for name, on in given.items() if on]
    if len(chosen) > 1:
        names = " and ".join(f"--{'all' if name == 'every' else name}" for name in chosen)
        raise click.UsageError(f"{names} ask for different lists: choose one.")


def _say_how_many(session: Session, nothing: str, shown: int, *, more: bool) -> None:
    if nothing:
        session.say(nothing)
    elif not shown:
        session.say("No such finding. `handover drift scans` shows when a scan last looked.")
    elif more:
        session.say(f"The first {shown} of more: --limit shows more of them, --csv all.")


@command(
    "show",
    "Show a finding: both sides, since when, what next.",
    example="handover drift show F-7KQ2MW4X",
)
@click.argument("finding_id", metavar="FINDING")
@json_option
@click.pass_obj
def show(session: Session, finding_id: str) -> int:
    """Show a finding: what it means, both sides (masked), its history and what to do next."""
    from handover import drift  # noqa: PLC0415
    from handover.cli.drift_text import detail_text  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415

    find()
    found = drift.finding(finding_id)
    session.data(found.to_json(), detail_text(found))
    return Exit.OK


@command("scans", "List the scans, the newest first.", example="handover drift scans --kind full")
@click.option("--kind", type=Choice(SCANS))
@click.option("--limit", type=Whole(1, 10_000), default=20, show_default=True)
@json_option
@click.pass_obj
def scans(session: Session, kind: str | None, limit: int) -> int:
    """List the scans: those at work first, then the newest that have ended."""
    from handover import drift  # noqa: PLC0415
    from handover.cli.drift_text import scans_table  # noqa: PLC0415
    from handover.cli.installation import find, without_runs  # noqa: PLC0415

    nothing = without_runs()
    if not nothing:
        find()
    found = () if nothing else drift.scans(limit, kind=kind)
    value: dict[str, Any] = {"schema": "handover.drift-scans/1", "scans": [*map(asdict, found)]}
    session.data(value, scans_table(found))
    if not found:
        session.say(nothing or "No such scan yet. `handover drift scan` begins one.")
    return Exit.OK
