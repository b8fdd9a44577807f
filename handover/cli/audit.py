"""`handover audit`: proving that the journal's history was not changed, and handing it over."""

import json
from pathlib import Path
from typing import Any

import click

from handover.cli.options import command, json_option, not_empty
from handover.cli.session import Session, marks
from handover.exits import Exit

_VERIFY = "handover audit verify --heads heads.jsonl"
_HEADS = "handover audit heads >> heads.jsonl"
_EXPORT = "handover audit export --ticket 4711 --output audit-4711.json"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]}, epilog=f"\b\nExample:\n  {_VERIFY}"
)
def audit() -> None:
    """Prove that the history was not changed, and hand it over."""


@command("verify", "Walk every chain of events.", example=_VERIFY)
@click.option(
    "--heads",
    "heads_file",
    metavar="FILE",
    help="Heads exported earlier: they show a tail that was cut.",
)
@click.option(
    "--file",
    "exported",
    metavar="FILE",
    help="An exported history in place of the journal; needs no journal.",
)
@json_option
@click.pass_obj
def verify(session: Session, heads_file: str | None, exported: str | None) -> int:
    """Walk every chain of events; exit 0 if all hold, 1 if not."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415

    if exported is None:
        find()
    verdict = handover.verify_audit(
        Path(heads_file) if heads_file else None,
        exported_file=Path(exported) if exported else None,
    )
    session.data(verdict, _verdict_text(verdict, against=bool(heads_file)))
    if not verdict["holds"]:
        session.say(f"{_history(verdict)} read: the history was changed or is incomplete.")
    elif not heads_file:
        session.say("A cut tail shows only against heads kept elsewhere: --heads FILE.")
    return Exit.OK if verdict["holds"] else Exit.FAILED


@command("heads", "Print the newest hash of every run.", example=_HEADS)
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


@command("export", "Hand over the history of a run or a ticket.", example=_EXPORT)
@click.option("--run", "run_id", metavar="RUN", callback=not_empty)
@click.option("--ticket", metavar="NUMBER", callback=not_empty, help="All runs of this ticket.")
@click.option(
    "--output",
    metavar="FILE",
    callback=not_empty,
    help="A new file: JSON if its name ends in .json, else Markdown.",
)
@json_option
@click.pass_obj
def export(session: Session, run_id: str | None, ticket: str | None, output: str | None) -> int:
    """Hand over the history of a run or a ticket as Markdown, or with --json as JSON.

    It is masked and holds no personal data. `audit verify --file` shows whether the JSON is still
    what was exported.
    """
    import handover  # noqa: PLC0415
    from handover.cli.audit_text import audit_markdown  # noqa: PLC0415
    from handover.cli.installation import about, find  # noqa: PLC0415
    from handover.exported import written  # noqa: PLC0415

    if (run_id is None) == (ticket is None):
        raise click.UsageError("Give either --run or --ticket.")
    if run_id:
        with about(session, run_id):
            document = handover.export_audit(run=run_id)
    else:
        find()
        document = handover.export_audit(ticket=ticket)
    verdict = document["verification"]
    if output is None:
        session.data(document, audit_markdown(document).rstrip("\n"))
    else:
        as_json = session.json or output.endswith(".json")
        _write(Path(output), written(document) if as_json else audit_markdown(document))
        value = {"schema": "handover.exported/1", "file": output, **verdict}
        session.data(value, f"{output}: {_history(verdict)}")
    if not verdict["holds"]:
        session.say(f"What was exported does not hold: {'; '.join(verdict['problems'])}.")
    return Exit.OK if verdict["holds"] else Exit.FAILED


def _write(file: Path, text: str) -> None:
    from domain.errors import HandoverError  # noqa: PLC0415

    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise click.UsageError(f"{file} exists already: name a new file.") from None
    except OSError as error:
        problem = f"{file}: the output can't be written: {error.strerror}"
        raise HandoverError(f"{problem}. Name another file in --output.", code="output") from None


def _verdict_text(verdict: dict[str, Any], *, against: bool) -> str:
    from handover.words import counted  # noqa: PLC0415

    if not verdict["holds"]:
        return "\n".join(f"{marks().failed} {problem}" for problem in verdict["problems"])
    also = f" and {counted(verdict['heads'], 'head')}" if against else ""
    return f"{marks().done} {_history(verdict)}{also} hold"


def _history(verdict: dict[str, Any]) -> str:
    from handover.words import counted  # noqa: PLC0415

    return f"{counted(verdict['events'], 'event')} of {counted(verdict['runs'], 'run')}"


for _command in (verify, heads, export):
    audit.add_command(_command)
