"""`handover answer`, `resume`, `cancel` and `forget`: what people decide about runs."""

import time
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import click

from handover.cli.options import (
    as_option,
    command,
    json_option,
    reason_option,
    run_argument,
    wait_option,
)
from handover.cli.session import Session
from handover.exits import Exit, of_run

_ANSWER = 'handover answer ho-7kq2mw9xpd confirmed --reason "saw comment 4411" --wait 60'
_RESUME = "handover resume ho-7kq2mw9xpd --wait 60"
_CANCEL = 'handover cancel ho-7kq2mw9xpd --reason "the customer withdrew"'


@command("answer", "Answer the question that a run waits for.", example=_ANSWER)
@run_argument
@click.argument("given", metavar="ANSWER")
@reason_option
@click.option("--plan", metavar="CHECKSUM", help="To approve: the plan that you saw.")
@click.option("--evidence", metavar="FILE", help="For better-evidence: in YAML; - reads stdin.")
@as_option
@wait_option
@json_option
@click.pass_obj
def answer(  # noqa: PLR0913 - one for each option
    session: Session,
    /,
    run_id: str,
    given: str,
    *,
    reason: str,
    plan: str | None,
    evidence: str | None,
    by: str | None,
    wait: int | None,
) -> int:
    """Answer the question that a run waits for; `handover show RUN` lists the answers."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.request_input import read_evidence  # noqa: PLC0415
    from handover.cli.start import follow_and_report  # noqa: PLC0415
    from worker.telling.words import state_text  # noqa: PLC0415

    with about(session, run_id):
        before = handover.report(run_id)
        seen = before["events"]
        _refuse_misspelt(before, given)
        if evidence and given != "better-evidence":
            raise click.UsageError("--evidence belongs to the answer better-evidence.")
        better = read_evidence(evidence) if evidence else None
        session.on_interrupt = f"`handover show {run_id}` tells whether the answer was recorded."
        try:
            handover.answer(run_id, given, reason=reason, by=by, plan=plan, evidence=better)
        except handover.NotSent as error:  # it can't be given again, so this is no failure
            session.say(f"Not sent yet: {error}")
    session.goes_on(run_id)
    session.say("The answer is recorded.")
    if wait is not None:
        return follow_and_report(session, run_id, wait, after=seen)
    report = _report_after(session, run_id, "Answered")
    if report is not None:
        session.data(report, f"{run_id}: {state_text(report)}")
        if report["state"] != "ended":
            session.say(f"`handover watch {run_id}` shows how it goes.")
    return Exit.OK


def _refuse_misspelt(report: Mapping[str, Any], given: str) -> None:
    """Names the nearest answer. What was typed is not repeated: it may be somebody's name."""
    from domain.errors import InvalidRequest  # noqa: PLC0415

    if report["question"] is None:
        return
    offered = [answer["id"] for answer in report["question"]["answers"]]
    close = get_close_matches(given.lower(), offered, n=1)
    if given not in offered and close:
        known = f"the answers are: {', '.join(offered)}"
        raise InvalidRequest([f"there is no such answer; did you mean {close[0]}? {known}"])


@command("resume", "Send a run on now, without waiting.", example=_RESUME)
@run_argument
@as_option
@wait_option
@json_option
@click.pass_obj
def resume(session: Session, run_id: str, *, by: str | None, wait: int | None) -> int:
    """Send what remains of a run on now. It never doubles work.

    A run that is worked on is left alone; one that waits for an answer exits 7, one that has ended
    as it ended.
    """
    import handover  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.resume_text import resumed_text  # noqa: PLC0415
    from handover.cli.start import follow_and_report  # noqa: PLC0415

    with about(session, run_id):
        session.on_interrupt = f"`handover show {run_id}` tells how it stands."
        before = handover.report(run_id)
        found = handover.resume(run_id, by=by)
        report = handover.report(run_id)
    session.goes_on(run_id)
    told = resumed_text(report, found, now=round(time.time() * 1000))
    if wait is not None and (found.sent or found.worked_on_by):
        session.say(told)
        return follow_and_report(session, run_id, wait, after=before["events"])
    code = Exit.OK if found.sent else of_run(report)
    value = {
        "schema": "handover.resumed/1",
        "run": run_id,
        "sent": found.sent,
        "worked_on_by": found.worked_on_by,
        "until": found.until,
        "state": report["state"],
        "question": report["question"],
        "exit_code": int(code),
    }
    session.data(value, told)
    return code


@command("cancel", "Cancel a run.", example=_CANCEL)
@run_argument
@reason_option
@as_option
@json_option
@click.pass_obj
def cancel(session: Session, run_id: str, reason: str, by: str | None) -> int:
    """Cancel a run. If it has written already, it asks first what shall become of that."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415
    from handover.cli.run_text import question_text  # noqa: PLC0415
    from worker.telling.words import state_text  # noqa: PLC0415

    with about(session, run_id):
        session.on_interrupt = f"`handover show {run_id}` tells whether it was cancelled."
        ended = handover.cancel(run_id, reason=reason, by=by)
    report = _report_after(session, run_id, "Cancelled" if ended else "Asked to cancel")
    if report is None:
        return Exit.OK
    if ended:
        session.data(report, f"{run_id}: {state_text(report)}. {report['summary']}")
        return Exit.OK
    session.say("It has written already, so it asks what shall become of that.")
    watch = f"It asks as soon as the step at work is done: handover watch {run_id}"
    session.data(report, question_text(report) if report["question"] else watch)
    return of_run(report)


def _report_after(session: Session, run_id: str, done: str) -> dict[str, Any] | None:
    """The report after an act. The act stands, so that a report that fails is told and no more."""
    import handover  # noqa: PLC0415
    from handover.cli.errors import in_words  # noqa: PLC0415

    try:
        return handover.report(run_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not hide what was done
        problem = f"{done}; the report can't be shown: {in_words(error)}"
    session.data({"schema": "handover.recorded/1", "run": run_id, "problem": problem}, run_id)
    session.say(problem)
    return None


@command(
    "forget",
    "Destroy an ended run's personal data.",
    example="handover forget ho-7kq2mw9xpd --irreversible",
)
@run_argument
@click.option("--irreversible", is_flag=True, help="Say that you know it can't be undone.")
@as_option
@json_option
@click.pass_obj
def forget(session: Session, run_id: str, *, irreversible: bool, by: str | None) -> int:
    """Destroy the personal data of a run that has ended. Its events stay and still verify."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import about  # noqa: PLC0415

    if not irreversible:
        raise click.UsageError("Forgetting can't be undone: add --irreversible to mean it.")
    with about(session, run_id):
        handover.forget(run_id, by=by)
    session.data(
        {"schema": "handover.forgotten/1", "run": run_id},
        f"{run_id}: its personal data is destroyed.",
    )
    return Exit.OK
