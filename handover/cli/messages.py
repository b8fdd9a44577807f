"""`handover messages`: what a run has written for people outside, ready to be sent."""

from collections.abc import Mapping
from typing import Any

import click

from handover.cli.options import (
    as_option,
    command,
    json_option,
    markdown_option,
    not_both,
    not_empty,
    run_argument,
)
from handover.cli.session import Session
from handover.exits import Exit


@command(
    "messages",
    "Show the messages that a run has written, to be sent.",
    example="handover messages ho-7kq2mw9xpd --markdown",
)
@run_argument
@click.option("--name", metavar="NAME", callback=not_empty, help="Only the messages called so.")
@as_option
@markdown_option
@json_option
@click.pass_obj
def messages(
    session: Session, run_id: str, *, name: str | None, by: str | None, markdown: bool
) -> int:
    """Show the messages that a run has written for people outside, ready to be sent.

    Handover sends none of them: whoever works on the ticket does. That they were read is recorded.
    """
    import handover  # noqa: PLC0415 - everything heavy
    from handover.cli.installation import about  # noqa: PLC0415

    not_both(session, markdown)
    with about(session, run_id):
        found = handover.messages(run_id, name=name, by=by)
    session.data(found, messages_markdown(found) if markdown else messages_text(found))
    if not found["messages"]:
        session.say("No message was written, or the run was forgotten.")
    return Exit.OK


def messages_text(found: Mapping[str, Any]) -> str:
    """Each message below a line that says whose it is."""
    from handover.cli.times import moment  # noqa: PLC0415
    from worker.telling.words import reader_text  # noqa: PLC0415

    return "\n\n".join(
        f"{click.style(one['name'], bold=True)}, for {reader_text(one['recipient'])},"
        f" written {moment(one['written_at'])}\n\n{one['text'].rstrip()}"
        for one in found["messages"]
    )


def messages_markdown(found: Mapping[str, Any]) -> str:
    """Each message below a heading. The texts are Markdown already."""
    from worker.telling.words import moment_utc, reader_text  # noqa: PLC0415

    return "\n\n".join(
        f"## {one['name']}, for {reader_text(one['recipient'])}\n\n"
        f"Written {moment_utc(one['written_at'])} UTC"
        f" by run `{found['run']}`.\n\n{one['text'].rstrip()}"
        for one in found["messages"]
    )
