"""`handover drift report`: everything that is known about drift, for people and for machines."""

import os
from pathlib import Path

import click

from handover.cli.options import command, json_option, not_empty
from handover.cli.session import Session
from handover.exits import Exit


@command(
    "report",
    "What is open, since when, and the last scans.",
    example="handover drift report --html drift.html",
)
@click.option(
    "--html", metavar="FILE", callback=not_empty, help="A page of its own, for a browser."
)
@click.option("--csv", "csv_file", metavar="FILE", callback=not_empty, help="All open findings.")
@json_option
@click.pass_obj
def report(session: Session, html: str | None, csv_file: str | None) -> int:
    """Say what is open, since when, and what the last scans found.

    Exits 2 if there is drift that nobody has acknowledged, and 1 if none is known but nobody can
    tell: no full scan has ended well lately, or one could not read every account.

    The page needs no network and holds no personal data. A file that is there already is replaced
    once the new one is complete; only you may read it.
    """
    from handover import drift  # noqa: PLC0415 - everything heavy
    from handover.cli.drift_csv import csv_text  # noqa: PLC0415
    from handover.cli.drift_text import report_text  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415
    from handover.drift.report.headline import doubts  # noqa: PLC0415

    if html and csv_file and Path(html).absolute() == Path(csv_file).absolute():
        raise click.UsageError("--html and --csv name the same file.")
    find()
    found = drift.overview()
    if html:
        from handover.drift.report import render  # noqa: PLC0415

        _replace(Path(html), render(found))
    if csv_file:
        _replace(Path(csv_file), csv_text(drift.findings(None)))
    not_known = list(doubts(found))
    code = Exit.CHANGES if found.drift else Exit.FAILED if not_known else Exit.OK
    session.data({**found.to_json(), "exit_code": int(code)}, report_text(found))
    # Whoever reads "0 findings" has to know whether anybody looked.
    for doubt in not_known:
        session.say(f"{doubt} `handover drift scan` looks now.")
    for file in filter(None, (html, csv_file)):
        session.say(f"{file} is written.")
    return code


def _replace(file: Path, text: str) -> None:
    """Whoever reads the file meanwhile sees the old one or the new one.

    A link goes on pointing where it did. What is no ordinary file stays: putting a new file in the
    place of a device or a pipe would take it away from everybody on this machine.
    """
    from domain.errors import HandoverError  # noqa: PLC0415
    from handover.embedded.files import write_private  # noqa: PLC0415

    try:
        write_private(_ordinary(Path(os.path.realpath(file))), text)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        problem = f"{file}: can't be written: {why}. Name another file."
        raise HandoverError(problem, code="output") from None


def _ordinary(file: Path) -> Path:
    """The file, unless it is there and neither a file nor a folder. Raises ValueError."""
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise ValueError("it is a device or a pipe")
    return file
