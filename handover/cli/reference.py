"""The part of docs/cli.md that is made from the help texts.

`python -m handover.cli.reference docs/cli.md` puts every command's own help below the page's
marker, so that the page can't say otherwise.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from handover.cli.app import root

MARKER = "<!-- Below this line: made by `python -m handover.cli.reference docs/cli.md`. -->"


def reference() -> str:
    """Every command's help, in the order of `handover --help`."""
    top = click.Context(root, info_name="handover")
    return "\n".join(_sections(root, top))


def renewed(page: str) -> str:
    """A page whose generated part is up to date. Raises ValueError if it has no marker."""
    head, marker, _ = page.partition(MARKER)
    if not marker:
        raise ValueError("the page has no marker")
    return f"{head}{MARKER}\n\n{reference()}"


def _sections(group: click.Group, parent: click.Context) -> Iterator[str]:
    for name, command in group.commands.items():
        context = command.make_context(
            name, [], parent=parent, resilient_parsing=True, terminal_width=80
        )
        if isinstance(command, click.Group):
            yield from _sections(command, context)
            continue
        yield f"### {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


def main(file: str) -> None:
    """Brings a page up to date."""
    path = Path(file)
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
