"""The helpers in tests/parts themselves: what other tests rely on."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
from celery import Celery

from tests.parts.environment import child_environment
from tests.parts.family import descendants, known, survivors
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.sandbox import sandbox_process
from tests.parts.up import STUBS
from tests.parts.waiting import wait_until
from tests.parts.worker import beat_process, worker_process

_APP = "tests.parts.stub_app"


@pytest.fixture
def broker(redis_server: RedisServer) -> str:
    """The address of an empty broker."""
    redis_server.flushall()
    return redis_server.url


def _nap(broker: str, word: str, seconds: float = 0) -> None:
    with Celery(broker=broker) as app:
        app.send_task("stub.nap", [seconds, word])


def test_redis_keeps_its_data_over_a_kill(redis_server: RedisServer) -> None:
    """What was answered before a kill -9 is there after the restart, at the same address."""
    before = redis_server.url
    with redis_server.client() as client:
        client.set("word", "kept")
    redis_server.kill9()
    with pytest.raises(AssertionError, match="not running"):
        _ = redis_server.pid
    redis_server.restart()
    with redis_server.client() as client:
        assert client.get("word") == "kept"
    assert redis_server.url == before


def test_flushall_empties_redis(redis_server: RedisServer) -> None:
    """A flush leaves no key."""
    with redis_server.client() as client:
        client.set("word", "lost")
        redis_server.flushall()
        assert client.dbsize() == 0


def test_postgres_gives_empty_databases(postgres_server: PostgresServer) -> None:
    """Every call gives a database of its own, and a name that is used again starts empty."""
    first = postgres_server.create_database("again")
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE note (text text)")
    assert postgres_server.create_database("again") == first
    with psycopg.connect(first) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)
    assert postgres_server.create_database() != postgres_server.create_database()


def test_postgres_keeps_what_was_committed_over_a_kill(postgres_server: PostgresServer) -> None:
    """After kill -9 no session is left, and after a restart the committed row is there."""
    url = postgres_server.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES ('kept')")
    sessions = descendants(postgres_server.pid)
    assert sessions
    postgres_server.kill9()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    wait_until(lambda: not survivors(sessions), message="the end of all sessions")
    postgres_server.restart()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)


def test_postgres_listens_on_no_port(postgres_server: PostgresServer) -> None:
    """A server that needs no password is reachable through its private folder only."""
    assert postgres_server.folder.stat().st_mode & 0o777 == 0o700
    server = psutil.Process(postgres_server.pid)
    assert not [c for c in server.net_connections("inet") if c.status == psutil.CONN_LISTEN]


def test_a_worker_works_and_its_output_can_be_searched(broker: str) -> None:
    """A real worker runs a task; what it printed is found whatever the letter case."""
    with worker_process({"REDIS_URL": broker}, app=_APP) as worker:
        worker.wait_ready()
        _nap(broker, "Marmalade")
        wait_until(lambda: "said Marmalade" in worker.output(), message=worker.output)
        assert worker.found("MARMALADE", "never said") == ["MARMALADE"]
        assert len(worker.children()) == 2


def test_killing_one_child_leaves_the_worker(broker: str) -> None:
    """A killed process of the pool is replaced by the main process, which lives on."""
    with worker_process({"REDIS_URL": broker}, app=_APP) as worker:
        worker.wait_ready()
        victim = worker.kill9_child()
        wait_until(lambda: len(worker.children()) == 2 and victim not in worker.children())
        assert worker.alive


def test_killing_the_whole_worker_leaves_nothing(broker: str) -> None:
    """After kill9 neither the main process nor the pool runs, even in the middle of a task."""
    with worker_process({"REDIS_URL": broker}, app=_APP) as worker:
        worker.wait_ready()
        _nap(broker, "never", seconds=1000)
        wait_until(lambda: "received" in worker.output(), message=worker.output)
        everyone = known([worker.pid, *worker.children()])
        worker.kill9()
        assert not worker.alive
        assert len(everyone) == 3
        assert not survivors(everyone)


def test_a_frozen_worker_does_nothing_until_it_goes_on(broker: str) -> None:
    """While stopped, a worker takes no task; afterwards it runs the one that waited."""
    with worker_process({"REDIS_URL": broker}, app=_APP) as worker:
        worker.wait_ready()
        worker.sigstop()
        stopped = [psutil.Process(pid) for pid in [worker.pid, *worker.children()]]
        wait_until(lambda: all(p.status() == psutil.STATUS_STOPPED for p in stopped))
        _nap(broker, "later")
        assert "said later" not in worker.output()
        worker.sigcont()
        wait_until(lambda: "said later" in worker.output(), message=worker.output)


def test_a_terminated_worker_ends_by_itself(broker: str) -> None:
    """SIGTERM gives Celery's warm shutdown and its exit status."""
    with worker_process({"REDIS_URL": broker}, app=_APP, pool="solo") as worker:
        worker.wait_ready()
        worker.terminate()
        assert worker.wait() == 0


def test_a_worker_that_cannot_start_shows_why(broker: str) -> None:
    """Waiting for a worker that ends instead fails with its output."""
    missing = worker_process({"REDIS_URL": broker}, app="no_such_app")
    with missing as worker, pytest.raises(AssertionError, match="no_such_app"):
        worker.wait_ready()


def test_a_beat_runs(broker: str) -> None:
    """A beat of an app starts and keeps running."""
    with beat_process({"REDIS_URL": broker}, app=_APP) as beat:
        wait_until(lambda: "beat: Starting" in beat.output(), message=beat.output)
        assert beat.alive


def test_a_sandbox_comes_back_on_its_port() -> None:
    """The program is started with a port and a folder that stay the same over a kill."""
    with sandbox_process(program=STUBS.sandbox) as sandbox:
        before = sandbox.url
        assert urllib.request.urlopen(before).status == 204
        sandbox.kill9()
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(before)
        sandbox.restart()
        assert sandbox.url == before
        assert urllib.request.urlopen(before).status == 204


_SESSION = """
import sys, time
from tests.parts import postgres_server, redis_server, worker_process
with redis_server() as r, postgres_server() as p:
    with worker_process({"REDIS_URL": r.url}, app="tests.parts.stub_app") as w:
        w.wait_ready()
        print("up", flush=True)
        time.sleep(1000)
"""


def test_a_killed_test_session_leaves_no_process(tmp_path: Path) -> None:
    """After kill -9 of the session, the servers and workers that it started die as well."""
    session = subprocess.Popen(
        [sys.executable, "-c", _SESSION],
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment({"TMPDIR": str(tmp_path)}),
    )
    assert session.stdout is not None
    assert session.stdout.readline() == "up\n"
    family = descendants(session.pid)
    assert len(family) > 8
    session.kill()
    session.communicate()
    wait_until(lambda: not survivors(family), message=lambda: f"end of {survivors(family)}")


def test_waiting_in_vain_says_for_what() -> None:
    """The message of a failed wait is built at the end, and a result is handed through."""
    seen: list[str] = []
    with pytest.raises(AssertionError, match="waited 0 s in vain for: last word"):
        wait_until(lambda: seen.append("word"), timeout=0, message=lambda: f"last {seen[-1]}")
    assert wait_until(lambda: "result") == "result"


def test_no_setting_of_a_developer_reaches_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of Handover in our environment are kept from the processes of tests."""
    monkeypatch.setenv("ZUORA_URL", "https://rest.example")
    monkeypatch.setenv("HANDOVER_OPERATOR", "me")
    monkeypatch.setenv("DATABASE_URL", "postgresql://real")
    environment = child_environment({"REDIS_URL": "redis://x"})
    assert not {"ZUORA_URL", "HANDOVER_OPERATOR", "DATABASE_URL"} & set(environment)
    assert environment["REDIS_URL"] == "redis://x"
