"""Keeping a demonstration apart from everything real, and ending it without a trace."""

import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Unavailable
from handover.embedded.redis import find_server

_QUICK = {
    "HANDOVER_QUIET_SECONDS": "3",
    "HANDOVER_LAG_SECONDS": "15",
    "HANDOVER_SCAN_SECONDS": "0.5",
}
_FOREIGN = ("HANDOVER_", "ZUORA_", "CUSTOMERSDOT_")
_ALSO_FOREIGN = ("DATABASE_URL", "REDIS_URL", "SENTRY_DSN")


@contextmanager
def temporary_folder(keep: bool) -> Iterator[Path]:
    """A state folder, removed at the end unless it is wanted."""
    if keep:
        yield Path(tempfile.mkdtemp(prefix="handover-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="handover-demo-") as name:
        yield Path(name)


def isolate(folder: Path) -> None:
    """Takes every setting out of the environment: a demo must not touch anything real.

    A Redis that is given is used only where this machine has none, and with a queue of its own.
    """
    given = os.environ.get("REDIS_URL", "")
    for name in [*os.environ]:
        if name.startswith(_FOREIGN) or name in _ALSO_FOREIGN:
            del os.environ[name]
    os.environ.update(_QUICK, HANDOVER_STATE_DIR=str(folder))
    try:
        find_server()
    except Unavailable:
        if not given:
            raise
        os.environ |= {"REDIS_URL": given, "HANDOVER_QUEUE": f"demo-{secrets.token_hex(4)}"}


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end a demo like Ctrl-C does: nothing of it is left running."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
