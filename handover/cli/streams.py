"""Standard streams that are closed, full, or can't show every character."""

import os
import sys
from typing import TextIO


def mend() -> bool:
    """Makes stdout and stderr usable; tells whether stdout was closed.

    A closed stream becomes one that leads nowhere: otherwise the next file that is opened, perhaps
    the journal, would take its number and get what is printed.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    closed = sys.stdout is None
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # Text that a terminal can't show is no reason to fail.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    return closed


def discard(stream: TextIO) -> None:
    """Lets what could not be written go: Python must not try to write it again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _nowhere() -> TextIO:
    return open(os.devnull, "w")  # noqa: PTH123 - lives as long as the process
