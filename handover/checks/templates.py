"""The templates of messages: whether every one can be rendered, whatever a run has to tell."""

from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings
from config.templates import strangers, template
from domain.errors import Unavailable
from domain.messages import KINDS, check_template
from handover.checks.finding import Finding, fail, ok, warn
from handover.exits import Exit
from handover.words import counted

_MEND = "Correct it there; a run that has to write it would stop."


def templates(current: Settings) -> Iterator[Finding]:
    """Every template with all values and without; files in the folder that no message uses."""
    folder = Path(current.messages) if current.messages else None
    if folder and not folder.is_dir():
        text = f"HANDOVER_MESSAGES: {folder} is no folder"
        yield fail("messages", text, "Name the folder with your templates.", Exit.USAGE)
        return
    bad = [problem for name in KINDS for problem in _problem(name, folder)]
    for problem in bad:
        yield fail("messages", problem, _MEND, Exit.UNAVAILABLE)
    if not bad:
        yield ok("messages", f"{counted(len(KINDS), 'template')} can be rendered")
    for file in strangers(folder) if folder else ():
        yield warn("messages", f"{folder}: {file} is no message's template", _KNOWN)


_KNOWN = f"Known are: {', '.join(sorted(KINDS))}, each with .md."


def _problem(name: str, folder: Path | None) -> Iterator[str]:
    try:
        check_template(name, template(name, folder))
    except Unavailable as error:
        yield str(error)
    except (OSError, UnicodeDecodeError) as error:
        yield f"{name}.md can't be read ({type(error).__name__})"
