"""What is said when something fails: what happened, what to do next, and the exit code."""

import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import SettingsError, state_dir
from domain.errors import HandoverError, InvalidRequest, Locked, Unavailable
from domain.masking import mask_email
from handover.cli.options import EMAIL
from handover.cli.session import Session
from handover.exits import Exit, of_error

_GIVE = "Give this user the file or folder, or name another folder in HANDOVER_STATE_DIR."


@dataclass(frozen=True)
class Failure:
    """An error in words. `problems` is not empty where several things are wrong at once."""

    exit_code: Exit
    code: str
    message: str
    problems: tuple[str, ...] = ()


def report(error: BaseException, session: Session) -> int:
    """Tells about an error on stderr, with --json also on stdout, and returns the exit code."""
    failure = _understand(error, session)
    run = getattr(error, "run", None) or session.run
    if session.json:
        value = {
            "schema": "handover.error/1",
            "code": failure.code,
            "message": failure.message,
            "problems": list(failure.problems),
            "exit_code": int(failure.exit_code),
            "run": run,
            "holder": error.holder if isinstance(error, Locked) else None,
        }
        session.data(value, "")
    sys.stdout.flush()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        session.say(failure.message)
    else:
        session.say("handover: " + _with_problems(failure))
    return int(failure.exit_code)


def in_words(error: Exception) -> str:
    """One line about an error that was caught."""
    return _with_problems(_understand(error, Session()))


def _understand(error: BaseException, session: Session) -> Failure:
    if isinstance(error, OSError) and error.filename is not None:
        error = Unavailable(f"{error.filename}: {error.strerror}. {_GIVE}")
    match error:
        case click.ClickException():
            return Failure(Exit.USAGE, "usage", _usage(error))
        case click.Abort() | KeyboardInterrupt():
            text = f"Interrupted. {session.on_interrupt}".strip()
            return Failure(Exit.INTERRUPTED, "interrupted", text)
        case InvalidRequest():
            return Failure(Exit.USAGE, error.code, "The request is invalid.", error.problems)
        case SettingsError():
            problems = tuple(error.problems)
            return Failure(Exit.USAGE, "settings", "The settings are invalid.", problems)
        case HandoverError():
            return Failure(of_error(error), error.code, str(error))
        case _:
            return Failure(Exit.FAILED, "defect", _defect(error))


def _with_problems(failure: Failure) -> str:
    match failure.problems:
        case ():
            return failure.message
        case (only,):
            return only
        case many:
            heading = failure.message.rstrip(".")
            return f"{heading}, {len(many)} problems:\n" + "\n".join(f"  - {p}" for p in many)


def _usage(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    message = EMAIL.sub(lambda found: mask_email(found[0]), error.format_message())
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    return f"{message}\nSee `{context.command_path} --help`."


def _defect(error: BaseException) -> str:
    places = list(_places(error))
    where = f" at {places[-1]}" if places else ""
    kept = _keep(error, places)
    details = f" Its trace, without any data, is in {kept}." if kept else ""
    return (
        f"An unexpected {type(error).__name__}{where}. This is a defect of Handover: please report"
        f" it.{details} Runs that were accepted are not lost: see `handover runs`."
    )


def _places(error: BaseException) -> Iterator[str]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"{frame.f_globals.get('__name__', '?')}:{line}"


def _keep(error: BaseException, places: list[str]) -> Path | None:
    """Notes where it failed. The error's own text may quote personal data and is left out."""
    lines = [f"{datetime.now(UTC).isoformat(timespec='seconds')} {type(error).__name__}", *places]
    try:
        path = state_dir() / "log" / "defects.log"
        for folder in (path.parents[1], path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        with path.open("a") as file:
            file.write("\n  ".join(lines) + "\n")
    except (OSError, SettingsError):
        return None
    return path
