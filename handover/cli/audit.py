"""`handover audit`: proving that the journal's history was not changed."""

import json
from pathlib import Path

import click

from handover.cli.options import command, json_option
from handover.cli.session import Session, marks
from handover.exits import Exit


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def audit() -> None:
    """Prove that the journal's history was not changed."""


@command(
    "verify", "Walk every chain of events.", example="handover audit verify --heads heads.jsonl"
)
@click.option(
    "--heads",
    "heads_file",
    metavar="FILE",
    help="Heads exported earlier: they show a tail that was cut.",
)
@json_option
@click.pass_obj
def verify(session: Session, heads_file: str | None) -> int:
    """Walk every chain of events; exit 0 if all hold, 1 if not."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415
    from handover.words import counted  # noqa: PLC0415

    find()
    verdict = handover.verify_audit(Path(heads_file) if heads_file else None)
    history = f"{counted(verdict['events'], 'event')} of {counted(verdict['runs'], 'run')}"
    lines = [f"{marks().failed} {problem}" for problem in verdict["problems"]]
    if verdict["holds"]:
        against = f" and {counted(verdict['heads'], 'head')}" if heads_file else ""
        lines = [f"{marks().done} {history}{against} hold"]
    session.data(verdict, "\n".join(lines))
    if not verdict["holds"]:
        session.say(f"{history} read: the history was changed or is incomplete.")
    elif not heads_file:
        session.say("A cut tail shows only against heads kept elsewhere: --heads FILE.")
    return Exit.OK if verdict["holds"] else Exit.FAILED


@command(
    "heads", "Print the newest hash of every run.", example="handover audit heads >> heads.jsonl"
)
@json_option
@click.pass_obj
def heads(session: Session) -> int:
    """Print the newest hash of every run as one line of JSON, to be kept on another machine."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415

    find()
    found = handover.heads()
    session.line(found, json.dumps(found))
    return Exit.OK


audit.add_command(verify)
audit.add_command(heads)
