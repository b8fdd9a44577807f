"""Following a run: one line per change, and on a terminal a last line that is kept up to date."""

import shutil
import sys
import time

import click

from handover.cli.progress import Line, Narrator
from handover.cli.run_text import neglect_text
from handover.cli.session import Session, marks
from handover.cli.times import clock

_LOOK_SECONDS = 3.0
"""Between two looks at whether anybody works on the run."""
_WIPE = "\r\x1b[K"


def show_live(
    session: Session, run_id: str, seconds: float | None, *, err: bool, after: int = 0
) -> None:
    """Follows a run and writes its lines as they happen, to stderr or to stdout.

    Events up to number `after` were shown before.
    """
    from handover.api import glances, report  # noqa: PLC0415 - a demo sets its environment before

    narrator, view = Narrator(run_id), View(session, err=err)
    told, look_at = False, 0.0
    try:
        for event in glances(run_id, seconds, after=after):
            if event is None:
                view.refresh()
                if time.monotonic() >= look_at:
                    neglected = report(run_id)["unattended_seconds"]
                    if neglected and not told:
                        view.say(neglect_text(neglected))
                    told, look_at = bool(neglected), time.monotonic() + _LOOK_SECONDS
                continue
            for line in narrator.lines(event):
                view.show(line, event["at"])
    finally:
        view.close()


class View:
    """What is on the screen. Anything but a terminal gets whole lines and nothing else."""

    def __init__(self, session: Session, *, err: bool) -> None:
        self._err = err
        self._stream = sys.stderr if err else sys.stdout
        self._live = self._stream.isatty() and session.color is not False
        self._wipe = ""
        self._doing = "waiting"
        self._since = time.monotonic()
        self._shown = ""

    def show(self, line: Line, at: int) -> None:
        """A line that stays, or what is being done from now on."""
        if line.passing:
            self._doing, self._since = line.text, time.monotonic()
            self.refresh()
            return
        self._echo(f"{clock(at)} {line.mark} {line.text}", stays=True)
        self._doing, self._since = "waiting", time.monotonic()

    def say(self, text: str) -> None:
        """A line of our own that stays; what is being done goes on."""
        self._echo(
            f"{clock(time.time_ns() // 1_000_000)} {marks(self._stream).warns} {text}", stays=True
        )

    def doing(self, text: str) -> None:
        """What is being done now, and has been since the beginning."""
        self._doing = text
        self.refresh()

    def refresh(self) -> None:
        """Brings the last line up to date, on a terminal and where it would read differently."""
        passed = time.monotonic() - self._since
        text = f"         {marks(self._stream).running} {self._doing} ({passed:.0f} s)"
        if self._live and text != self._shown:
            # A line that wraps could not be wiped.
            self._echo(text[: shutil.get_terminal_size().columns - 1], stays=False)
            self._shown = text

    def close(self) -> None:
        """Takes the last line away."""
        if self._wipe:
            self._echo("", stays=False)

    def _echo(self, text: str, *, stays: bool) -> None:
        click.echo(self._wipe + text, err=self._err, nl=stays)
        self._stream.flush()
        self._wipe = "" if stays or not text else _WIPE
        self._shown = ""
