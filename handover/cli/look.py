"""`handover show`, `watch`, `runs` and `questions`: looking at runs."""

from datetime import datetime
from typing import Any

import click

from handover.cli.options import (
    Choice,
    Whole,
    command,
    json_option,
    markdown_option,
    not_both,
    run_argument,
)
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
@click.option(
    "--evidence", "only_evidence", is_flag=True, help="Only what was given in proof, unsealed."
)
@markdown_option
@json_option
@click.pass_obj
def show(session: Session, run_id: str, *, only_evidence: bool, markdown: bool) -> int:
    """Show a run: its state, steps, plan, open question and writes, always masked.

    With --evidence: the newest evidence, or why there is none, for whoever has to look at it.
    Addresses stay masked.
    """
    import handover  # noqa: PLC0415 - everything heavy
    from handover.cli.evidence_text import evidence_text  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.run_text import run_text  # noqa: PLC0415
    from worker.telling.markdown import run_markdown  # noqa: PLC0415

    not_both(session, markdown)
    if only_evidence:
        with about(session, run_id):
            given = handover.evidence(run_id)
        session.data(given, evidence_text(given))
        return Exit.OK
    with about(session, run_id):
        report = handover.report(run_id)
    session.data(report, run_markdown(report) if markdown else run_text(report))
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
    from handover.cli.live import show_live  # noqa: PLC0415
    from handover.cli.run_text import question_text  # noqa: PLC0415
    from worker.telling.words import state_text  # noqa: PLC0415

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


def _moment(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    from domain.errors import InvalidRequest  # noqa: PLC0415
    from handover.moments import moment_of  # noqa: PLC0415

    try:
        return moment_of(value, datetime.now().astimezone())
    except InvalidRequest as error:
        raise click.BadParameter(error.problems[0].removeprefix("since: ")) from None


@command(
    "runs",
    "List runs, the newest first.",
    example="handover runs --account A00000001 --status waiting --since 7d",
)
@click.option("--account", metavar="NUMBER", help="As the request named it.")
@click.option("--ticket", metavar="NUMBER")
@click.option(
    *("--status", "--state", "state"),
    type=Choice(STATES + RESULTS),
    help="A state, or how runs ended.",
)
@click.option(
    "--since",
    metavar="MOMENT",
    callback=_moment,
    help="Started since then: 2026-11-20, 24h, 7d, ...",
)
@click.option("--limit", type=Whole(1, 10_000), default=50, show_default=True)
@json_option
@click.pass_obj
def runs(session: Session, /, *, limit: int, since: datetime | None, **given: str | None) -> int:
    """List runs, the newest first."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find, without_runs  # noqa: PLC0415

    if no_runs := without_runs():
        _list(session, [], more=False)
        session.say(no_runs)
        return Exit.OK
    find()
    wanted = {name: value for name, value in given.items() if value}
    if wanted.get("state") in RESULTS:
        wanted["result"] = wanted.pop("state")
    found = handover.runs(limit + 1, since=since, **wanted)
    _list(session, found[:limit], more=len(found) > limit)
    if not found:
        session.say("No such run." if wanted or since else "No runs yet.")
    elif len(found) > limit:
        session.say(f"The newest {limit} of more: --limit shows more of them, --since fewer.")
    return Exit.OK


def _list(session: Session, found: list[dict[str, Any]], *, more: bool) -> None:
    from handover.cli.table import runs_table  # noqa: PLC0415

    session.data({"schema": "handover.runs/1", "runs": found, "more": more}, runs_table(found))


@command(
    "questions", "List the questions that wait for people.", example="handover questions --for-me"
)
@click.option("--for-me", "--mine", "for_me", is_flag=True, help="Those that you may answer.")
@json_option
@click.pass_obj
def questions(session: Session, *, for_me: bool) -> int:
    """List the questions that wait for people, in all runs, the oldest first.

    You are HANDOVER_OPERATOR, else your login name. What a second person has to answer is not for
    whoever started the run.
    """
    import handover  # noqa: PLC0415
    from handover.cli.installation import find, without_runs  # noqa: PLC0415
    from handover.cli.questions_text import questions_text  # noqa: PLC0415

    no_runs = without_runs()
    if not no_runs:
        find()
    found = [] if no_runs else handover.questions()
    shown = [question for question in found if question["for_you"] or not for_me]
    session.data({"schema": "handover.questions/1", "questions": shown}, questions_text(shown))
    if no_runs or not shown:
        others = f"; {len(found)} for others" if found else ""
        session.say(no_runs or f"No question waits{others}.")
    return Exit.OK
