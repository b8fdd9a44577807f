"""What one call of the command line knows about itself, and how it says things."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from handover.cli.streams import discard


@dataclass
class Session:
    """Data go to stdout, everything else to stderr. `run` is the run that the command is about."""

    json: bool = False
    color: bool | None = None
    run: str | None = None
    on_interrupt: str = ""
    """What becomes of things if this command is interrupted now."""

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Session":
        """The session for these arguments: whether JSON is wanted counts even if the rest is bad.

        NO_COLOR and a dumb terminal switch colours off; otherwise click uses them on terminals.
        """
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return cls(json="--json" in arguments, color=False if plain else None)

    def data(self, value: Mapping[str, Any], text: str) -> None:
        """The result, as JSON or as text."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2) if self.json else text)

    def goes_on(self, run_id: str) -> None:
        """From now on the command is about a run that does not need it."""
        self.run = run_id
        self.on_interrupt = f"Run {run_id} goes on without us: `handover watch {run_id}`."

    def line(self, value: Mapping[str, Any], text: str) -> None:
        """One of several results: one line each, also as JSON."""
        click.echo(json.dumps(value, ensure_ascii=False) if self.json else text)
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """A message for people. Where nobody can read it, that is no reason to fail."""
        try:
            click.echo(text, err=True)
        except BrokenPipeError:
            raise
        except OSError:
            discard(sys.stderr)


@dataclass(frozen=True)
class Marks:
    """The signs in front of lines; plain letters where the output can't show others."""

    done: str = "✓"
    failed: str = "✗"
    running: str = "▸"
    open: str = "·"
    asks: str = "?"
    warns: str = "!"


def marks(stream: Any = None) -> Marks:
    """The marks for a stream, stdout unless another is given."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    try:
        "✓✗▸·".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return Marks(done="+", failed="x", running=">", open="-")
    return Marks()
