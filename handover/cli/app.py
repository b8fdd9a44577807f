"""The command group, and how every command ends: with an exit code and never with a traceback."""

import errno
import sys
from collections.abc import Sequence
from inspect import cleandoc

import click

from handover.cli import (
    audit,
    decide,
    drift,
    explain,
    find,
    keys,
    look,
    machine,
    messages,
    metrics,
    prove,
    signin,
    start,
    streams,
)
from handover.cli.session import Session
from handover.exits import Exit

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
SELDOM = ("demo", "up", "metrics", "forget", "rewrap")
_EXITS = """\
Exit codes: 0 done or accepted, 1 failed, 2 differs or would change, 3 refused,
4 sign-in, 5 stale, 6 locked, 7 waits for a person, 8 still running,
9 cancelled, 64 usage, 69 unavailable, 130 interrupted, 141 pipe closed."""


class OneScreen(click.Group):
    """Lists its commands in the order in which somebody meets them, on one screen of 24 lines."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's form
        """The names of the commands."""
        return list(self.commands)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is, the commands, and what the exit codes mean."""
        ours = [(n, c.get_short_help_str(66)) for n, c in self.commands.items() if n not in SELDOM]
        width = max(len(name) for name, _ in ours)
        formatter.write(f"Usage: {ctx.command_path} COMMAND ...; each --help has an example\n")
        formatter.write(f"{cleandoc(self.help or '')}\n")
        for name, short in ours:
            formatter.write(f"  {name:<{width}}  {short}\n")
        formatter.write(f"Seldom needed: {', '.join(SELDOM)}.\n{_EXITS}")


@click.group(cls=OneScreen, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="handover", message="%(prog)s %(version)s")
def root() -> None:
    """Move a subscription's billing account to another person, and prove it."""


for command in (
    *(start.start, look.watch, look.show, look.runs, look.questions, messages.messages),
    *(explain.explain, find.find),
    *(decide.answer, decide.resume, decide.cancel, signin.signin, prove.prove),
    *(drift.drift, audit.audit),
    *(machine.doctor, machine.demo, machine.up, metrics.metrics, decide.forget, keys.rewrap),
):
    root.add_command(command)


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code."""
    closed = streams.mend()
    session = Session.of(arguments)
    if closed:
        session.say("stdout is closed: what would stand there is not shown.")
    try:
        code = _invoke(arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:
        streams.discard(sys.stdout)
        return Exit.CLOSED_PIPE
    except OSError as error:
        streams.discard(sys.stdout)
        text = f"stdout, or a file, can't be written: {error.strerror}. {session.on_interrupt}"
        session.say(f"handover: {text}".strip())
        return Exit.FAILED
    return code


def _invoke(arguments: Sequence[str], session: Session) -> int:
    try:
        code = root.main(
            list(arguments),
            prog_name="handover",
            standalone_mode=False,
            obj=session,
            color=session.color,
        )
    except SystemExit as end:  # click's own way to end when nobody reads stdout any more
        return Exit.CLOSED_PIPE if end.code == 1 else int(end.code or 0)
    except BrokenPipeError:
        raise
    except (KeyboardInterrupt, Exception) as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise
        from handover.cli import errors  # noqa: PLC0415 - only what fails needs it

        return errors.report(error, session)
    return int(code or Exit.OK)
