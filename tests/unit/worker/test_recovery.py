"""The recovery thread outlives whatever it meets."""

import pytest

from domain.errors import Unavailable
from worker import recovery


@pytest.mark.parametrize("error", [Unavailable("no journal"), ValueError("odd"), KeyError("x")])
def test_what_goes_wrong_beside_the_feeding_does_not_stop_it(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Neither presence nor expiry is needed to send runs on."""
    done: list[str] = []

    def fail() -> None:
        raise error

    def scan() -> int:
        done.append("scan")
        if len(done) == 2:
            recovery.stop()
        return 1

    class Here:
        def __init__(self, kind: str) -> None:
            self.note = fail

        def leave(self) -> None:
            done.append("left")

    monkeypatch.setattr(recovery, "Presence", Here)
    monkeypatch.setattr(recovery, "expire_questions", fail)
    monkeypatch.setattr(recovery, "scan", scan)
    recovery.start()
    recovery.wait()
    assert done == ["scan", "scan", "left"]
