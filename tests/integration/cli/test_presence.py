"""Workers and beats say that they are alive; who is killed can't say that it ends."""

import pytest

from tests.parts.redis import RedisServer
from tests.parts.rehearsal import rehearsal
from tests.parts.waiting import wait_until
from tests.parts.worker import beat_process
from worker import presence
from worker.journal import processes
from worker.runtime import journal


def _known() -> dict[str, str]:
    with journal().read() as tx:
        return {row.name.rpartition(":")[2]: row.kind for row in processes.known(tx)}


@pytest.fixture(autouse=True)
def _nothing_is_forgotten_yet() -> None:
    assert presence.FORGOTTEN_SECONDS > 3600


def test_workers_and_beat(redis_server: RedisServer) -> None:
    """Each has one row under its own process id; a clean end takes it away, a kill does not."""
    with rehearsal(redis_server) as made, beat_process(made.env) as beat:
        first, second = made.add_worker(), made.add_worker()
        wanted = {str(first.pid): "worker", str(second.pid): "worker", str(beat.pid): "beat"}
        wait_until(lambda: _known() == wanted, 60, lambda: f"{wanted}, found {_known()}")
        first.terminate()
        first.wait()
        assert str(first.pid) not in _known()
        beat.terminate()
        beat.wait()
        assert str(beat.pid) not in _known()
        second.kill9()
        assert _known() == {str(second.pid): "worker"}
