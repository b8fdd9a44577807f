"""`handover show`, `watch` and `runs`: looking at runs."""

import click

from handover.cli.options import command, json_option, run_argument
from handover.cli.session import Session
from handover.exits import Exit, of_run

STATES = ("requested", "verifying", "applying", "proving", "waiting", "ended")
RESULTS = ("proved", "refused", "stale", "failed", "cancelled")


@command(
    "show",
    "Show a run: state, steps, plan, question, writes.",
    example="handover show ho-7kq2mw9xpd",
)
@run_argument
@json_option
@click.pass_obj
def show(session: Session, run_id: str) -> int:
    """Show a run: its state, steps, plan, open question and writes, always masked."""
    import handover  # noqa: PLC0415 - everything heavy
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.run_text import run_text  # noqa: PLC0415

    with about(session, run_id):
        report = handover.report(run_id)
    session.data(report, run_text(report))
    return Exit.OK


@command(
    "watch",
    "Follow a run until it ends or waits for a person.",
    example="handover watch ho-7kq2mw9xpd",
)
@run_argument
@json_option
@click.pass_obj
def watch(session: Session, run_id: str) -> int:
    """Follow a run until it ends or waits for a person; exits as the run does.

    With --json, every event is one line, and the report is the last.
    """
    import handover  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.progress import show_live  # noqa: PLC0415
    from handover.cli.run_text import question_text, state_text  # noqa: PLC0415

    session.goes_on(run_id)
    with about(session, run_id):
        handover.report(run_id)
    if session.json:
        for event in handover.follow(run_id):
            session.line({"schema": "handover.event/1", **event}, "")
    else:
        show_live(session, run_id, None, err=False)
    report = handover.report(run_id)
    last = question_text(report) if report["question"] else state_text(report)
    session.line(report, f"{run_id}: {last}" if not report["question"] else last)
    return of_run(report)


@command(
    "runs",
    "List runs, the newest first.",
    example="handover runs --account A00000001 --state waiting",
)
@click.option("--account", metavar="NUMBER", help="As the request named it.")
@click.option("--ticket", metavar="NUMBER")
@click.option("--state", type=click.Choice(STATES + RESULTS), help="A state, or how runs ended.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@click.pass_obj
def runs(
    session: Session, account: str | None, ticket: str | None, state: str | None, limit: int
) -> int:
    """List runs, the newest first."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find, without_runs  # noqa: PLC0415
    from handover.cli.table import runs_table  # noqa: PLC0415

    if no_runs := without_runs():
        session.data({"schema": "handover.runs/1", "runs": []}, runs_table([]))
        session.say(no_runs)
        return Exit.OK
    find()
    wanted = {"account": account, "ticket": ticket}
    wanted["result" if state in RESULTS else "state"] = state
    found = handover.runs(limit, **{name: value for name, value in wanted.items() if value})
    session.data({"schema": "handover.runs/1", "runs": found}, runs_table(found))
    if not found:
        session.say("No such run." if any(wanted.values()) else "No runs yet.")
    elif len(found) == limit:
        session.say(f"The newest {limit}; --limit shows more.")
    return Exit.OK
