"""`handover start`."""

from collections.abc import Callable
from typing import Any

import click

from handover.cli.options import (
    as_option,
    command,
    json_option,
    markdown_option,
    not_both,
    not_empty,
    wait_option,
)
from handover.cli.session import Session
from handover.exits import Exit, of_run

EXAMPLE = "handover start change-contact --file request.yaml --plan-only"

_FIELDS = (
    ("--ticket", "NUMBER", "The Zendesk ticket."),
    ("--account", "NUMBER", "The Zuora account, such as A00000001."),
    ("--new-first-name", "TEXT", "The new contact, or what the contact on record shall say."),
    ("--new-last-name", "TEXT", ""),
    ("--new-email", "EMAIL", ""),
    ("--new-address1", "TEXT", "What the postal address on record shall say."),
    ("--new-address2", "TEXT", ""),
    ("--new-city", "TEXT", ""),
    ("--new-state", "TEXT", ""),
    ("--new-postal-code", "TEXT", ""),
    ("--new-country", "TEXT", ""),
    ("--current-email", "EMAIL", "By which the contact on record is found on the account."),
    ("--role", "ROLE", "sold-to or bill-to, where two contacts have that email."),
    ("--contact-email", "EMAIL", "Whom to add or remove, or whose login it is."),
    ("--subscription", "NAME", "Whose licence it is: a typo fix, or sending it."),
    ("--mistyped-email", "EMAIL", "A typo fix: the email on record,"),
    ("--corrected-email", "EMAIL", "  the right one,"),
    ("--confirmed-in", "ID", "  and the ticket comment that confirms it."),
    ("--destination-email", "EMAIL", "To whom the licence is sent."),
    ("--requester-email", "EMAIL", "Who asked for the change."),
    ("--reason-without-evidence", "TEXT", "Where policy allows that."),
    ("--access", "WHAT", "For self-service: portal-account or owners-mailbox."),
    ("--self-service-ruled-out", "TEXT", "Why they can't do it themselves."),
    ("--approver-email", "EMAIL", "Evidence V1: the contact who approved"),
    ("--comment", "ID", "  and the ticket comment in which they did."),
    ("--invoice", "NUMBER", "Evidence V3: an invoice of the last 12 months"),
    ("--document", "TEXT", "  and where the document is."),
    ("--seen-by", "HANDLE", "Who has looked at the evidence."),
    ("--reverses", "RUN", "Take back that run's transfer: its new contact is who was before."),
)
_FLAGS = (
    ("--rename-customer", "The new contact has no Customer: they get the Sold To's (C6)."),
    ("--another-link", "Send one who got it before another one-time link."),
)


def _field_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name, text in reversed(_FLAGS):
        function = click.option(name, is_flag=True, default=None, help=text)(function)
    for name, metavar, text in reversed(_FIELDS):
        function = click.option(name, metavar=metavar, help=text)(function)
    return function


def _needs(width: int) -> str:
    from handover.cli.needs import needs_text  # noqa: PLC0415 - loads pydantic

    return needs_text(width)


@command("start", "Start a run, or show its plan.", example=EXAMPLE, details=_needs)
@click.argument("workflow", required=False)
@click.option("--file", metavar="FILE", help="A request in YAML; - reads stdin. Options win.")
@_field_options
@click.option(
    "--evidence", metavar="FILE", help="Evidence of any kind, in YAML; replaces the file's."
)
@click.option("--plan-only", is_flag=True, help="Show the plan and change nothing; exit 2.")
@wait_option
@click.option(
    "--key", metavar="KEY", callback=not_empty, help="The same key is the same run for ever."
)
@as_option
@markdown_option
@json_option
@click.pass_obj
def start(  # noqa: PLR0913 - one for each option
    session: Session,
    /,
    workflow: str | None,
    file: str | None,
    *,
    evidence: str | None,
    plan_only: bool,
    wait: int | None,
    key: str | None,
    by: str | None,
    markdown: bool,
    **fields: str | bool | None,
) -> int:
    """Start a run of WORKFLOW, or show its plan.

    change-contact, self-service, add-contact, remove-contact, update-sold-to, confirm-login,
    fix-typo, send-licence, verify-ownership.

    Prints the run's id. The same request, while its run is unfinished, is the same run.
    """
    from handover.cli.request_input import read_request  # noqa: PLC0415 - loads pydantic

    if plan_only and (wait is not None or key is not None):
        raise click.UsageError("--plan-only starts nothing: leave out --wait and --key.")
    not_both(session, markdown)
    if markdown and not plan_only:
        raise click.UsageError("--markdown is a form of the plan: add --plan-only.")
    request, warnings = read_request(workflow, file, fields, evidence)
    for warning in warnings:
        session.say(f"Warning: {warning}")
    if plan_only:
        return _preview(session, request, markdown=markdown)
    return _start(session, request, key, by, wait)


def _preview(session: Session, request: dict[str, Any], *, markdown: bool) -> int:
    import handover  # noqa: PLC0415
    from handover.cli.installation import require_systems  # noqa: PLC0415
    from handover.cli.plan_text import preview_text  # noqa: PLC0415
    from worker.telling.markdown import preview_markdown  # noqa: PLC0415

    require_systems()
    preview = handover.preview(request)
    session.data(preview, preview_markdown(preview) if markdown else preview_text(preview))
    if preview["question"]:
        return Exit.WAITS
    session.say("Nothing was changed or recorded. Without --plan-only this becomes a run.")
    return Exit.CHANGES if preview["changes"] else Exit.OK


def _start(
    session: Session, request: dict[str, Any], key: str | None, by: str | None, wait: int | None
) -> int:
    import handover  # noqa: PLC0415
    from handover.cli.installation import prepare, require_systems  # noqa: PLC0415
    from worker.telling.words import state_text  # noqa: PLC0415

    require_systems()
    prepare()
    session.on_interrupt = "If the run was recorded, it goes on: `handover runs` lists it."
    started = handover.start(request, key=key, by=by)
    session.goes_on(started.id)
    if started.new:
        session.say(f"Accepted as run {started.id}.")
    else:
        session.say(f"This is run {started.id} already: {state_text(handover.report(started.id))}.")
    if wait is not None:
        return follow_and_report(session, started.id, wait)
    follow = f"handover watch {started.id}"
    session.data(
        {"schema": "handover.started/1", "run": started.id, "new": started.new, "next": follow},
        started.id,
    )
    session.say(f"`{follow}` shows how it goes.")
    return Exit.OK


def follow_and_report(session: Session, run_id: str, seconds: int, after: int = 0) -> int:
    """Shows a run live for a while, then its report; the exit code is the run's.

    Events up to number `after` are left out.
    """
    import handover  # noqa: PLC0415
    from handover.cli.live import show_live  # noqa: PLC0415
    from handover.cli.run_text import run_text  # noqa: PLC0415

    show_live(session, run_id, seconds, err=True, after=after)
    report = handover.report(run_id)
    session.data(report, run_text(report))
    return of_run(report)
