"""The stack inside a process: what `handover demo` uses, and how dead parts come back."""

import os
import signal
import socket
import threading
from pathlib import Path

import psutil
import pytest
from redis import Redis

from config.settings import SettingsError
from domain.errors import Unavailable
from handover.embedded.child import Child
from handover.embedded.crew import Crew, Patience
from handover.embedded.part import Pauses
from handover.embedded.ports import free_port
from handover.embedded.recipes import Programs, RedisRecipe
from handover.embedded.state import hold
from handover.embedded.supervisor import Stack, neighbours_given
from tests.parts.environment import child_environment
from tests.parts.family import descendants, known, survivors
from tests.parts.folders import short_folder
from tests.parts.up import STUBS, stub_options
from tests.parts.waiting import wait_until


def _stack(folder: Path, lines: list[str], **changes: object) -> Stack:
    return Stack(folder, stub_options(**changes), environ=child_environment(), say=lines.append)


def _kill(stack: Stack, name: str) -> int:
    """SIGKILL a part and wait for its successor's process id."""
    old = stack.pids[name]
    os.kill(old, signal.SIGKILL)
    return wait_until(lambda: (new := stack.pids.get(name)) != old and new, message=name) or 0


def test_a_stack_tells_what_it_runs(tmp_path: Path) -> None:
    """Addresses, environment and process ids are those of the running parts."""
    lines: list[str] = []
    with _stack(tmp_path, lines, workers=2) as stack:
        assert stack.env["REDIS_URL"] == stack.redis_url
        assert stack.env["ZUORA_URL"] == f"{stack.sandbox_url}/zuora"
        assert len(stack.worker_pids) == 2
        assert list(stack.pids) == ["redis", "sandbox", "worker1", "worker2", "drift", "beat"]
        assert psutil.Process(stack.worker_pids[0]).environ().items() >= stack.env.items()
        pids = list(stack.pids.values())
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert stack.pids == {}


def test_a_killed_redis_comes_back_with_its_data(tmp_path: Path) -> None:
    """After kill -9 Redis answers on the same port and has kept what was written to disk."""
    lines: list[str] = []
    with _stack(tmp_path, lines) as stack, Redis.from_url(stack.redis_url) as client:
        client.set("run", "42")
        _kill(stack, "redis")
        wait_until(lambda: len([x for x in lines if x.startswith("redis is ready")]) == 2)
        with Redis.from_url(stack.redis_url) as again:
            assert again.get("run") == b"42"
    assert any(line.startswith("redis ended (signal 9)") for line in lines)


def test_a_killed_sandbox_comes_back_on_its_port(tmp_path: Path) -> None:
    """After kill -9 the sandbox says that it is ready at the address it had."""
    lines: list[str] = []
    with _stack(tmp_path, lines) as stack:
        ready = f"sandbox is ready ({stack.sandbox_url},"
        _kill(stack, "sandbox")
        wait_until(lambda: len([x for x in lines if x.startswith(ready)]) == 2)


def test_a_killed_worker_comes_back_alone(tmp_path: Path) -> None:
    """After kill -9 of a worker, what it had started is gone too, and the other parts stay."""
    with _stack(tmp_path, [], workers=2) as stack:
        before = stack.pids
        beside = descendants(before["worker1"])
        assert len(beside) == 1
        _kill(stack, "worker1")
        assert not survivors(beside)
        after = stack.pids
        assert after.pop("worker1") != before.pop("worker1")
        assert after == before


def test_a_program_without_its_guard_is_replaced(tmp_path: Path) -> None:
    """When a guard is killed, its program is ended and both are started again."""
    with _stack(tmp_path, []) as stack:
        old = stack.pids["worker1"]
        program = known([old])
        os.kill(psutil.Process(old).ppid(), signal.SIGKILL)
        wait_until(lambda: stack.pids.get("worker1") not in (None, old))
        assert not survivors(program)


def test_an_error_in_the_block_ends_everything(tmp_path: Path) -> None:
    """An exception, a Ctrl-C too, passes through and leaves no process, file or lock."""
    pids: list[int] = []

    def work() -> None:
        with _stack(tmp_path, []) as stack:
            pids.extend(stack.pids.values())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert len(pids) == 5
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not (tmp_path / "up.env").exists()
    with hold(tmp_path, "the next one"):
        pass


def test_a_ctrl_c_while_ending_kills_the_rest(tmp_path: Path) -> None:
    """A Ctrl-C that comes while a stubborn part is given its time ends the wait, and the part."""
    events = tmp_path / "events"
    environ = {**child_environment(), "STUB_STUBBORN": "worker1", "STUB_EVENTS": str(events)}
    options = stub_options(patience=Patience(ready=60, end=1000))
    stack = Stack(tmp_path / "state", options, environ=environ, say=lambda _: None)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def press() -> None:
        wait_until(lambda: "worker1 got SIGTERM" in events.read_text())
        os.kill(os.getpid(), signal.SIGINT)

    impatient = threading.Thread(target=press)
    stack.__enter__()
    family = known(stack.pids.values())
    impatient.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            stack.__exit__(None, None, None)
    finally:
        signal.signal(signal.SIGINT, before)
        impatient.join()
    assert not survivors(family)
    assert not (tmp_path / "state" / "up.pids").exists()


def test_a_folder_that_hides_our_modules_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with a module named like one of ours, nothing is started."""
    (tmp_path / "config.py").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unavailable, match=r"config\.py"):
        _stack(tmp_path / "state", []).__enter__()
    assert not (tmp_path / "state").exists()


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    """A missing program gives Unavailable with its name, and ends what already ran."""
    programs = Programs(sandbox=("no-such-program",), worker=STUBS.worker, beat=STUBS.beat)
    with pytest.raises(Unavailable, match="no-such-program"):
        _stack(tmp_path, [], programs=programs).__enter__()
    assert not (tmp_path / "up.pids").exists()


def test_a_part_that_is_never_ready_is_named(tmp_path: Path) -> None:
    """A part that lives but never gets ready gives Unavailable once the patience is over."""
    environ = {**child_environment(), "STUB_SILENT": "sandbox"}
    options = stub_options(patience=Patience(ready=0.5, end=30))
    with pytest.raises(Unavailable, match=r"sandbox was not ready after 0\.5 s"):
        Stack(tmp_path, options, environ=environ, say=lambda _: None).__enter__()


def test_half_a_world_is_refused(tmp_path: Path) -> None:
    """One real address without the other doesn't get the sandbox as the other half."""
    environ = {**child_environment(), "ZUORA_URL": "https://rest.example"}
    with pytest.raises(SettingsError, match="ZUORA_URL"):
        Stack(tmp_path, stub_options(), environ=environ, say=lambda _: None).__enter__()
    assert not (tmp_path / "up.pids").exists()


@pytest.mark.parametrize("system", ["GITLAB", "MAILGUN", "ZENDESK"])
def test_a_real_neighbour_beside_the_sandbox_is_refused(tmp_path: Path, system: str) -> None:
    """What is rehearsed must not end as a note on somebody's real ticket."""
    environ = {**child_environment(), f"HANDOVER_{system}_URL": "https://real.example"}
    with pytest.raises(SettingsError, match=f"HANDOVER_{system}_URL"):
        Stack(tmp_path, stub_options(), environ=environ, say=lambda _: None).__enter__()
    real = dict.fromkeys(("ZUORA_URL", "CUSTOMERSDOT_URL"), "https://real.example")
    assert neighbours_given(environ | real)


def test_a_given_redis_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    """A REDIS_URL where nothing answers is reported without the address and its password."""
    environ = {**child_environment(), "REDIS_URL": "redis://:hidden@127.0.0.1:1/0"}
    options = stub_options(patience=Patience(given=0.1, end=30))
    lines: list[str] = []
    with pytest.raises(Unavailable, match="REDIS_URL") as caught:
        Stack(tmp_path, options, environ=environ, say=lines.append).__enter__()
    assert lines == ["waiting for the Redis in REDIS_URL (127.0.0.1:1)"]
    assert "hidden" not in str(caught.value)


def test_a_port_taken_at_the_last_moment_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another process takes the chosen port first, the next start uses another one."""
    lines: list[str] = []
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        ports = iter([busy.getsockname()[1], spare := free_port()])
        monkeypatch.setattr("handover.embedded.recipes.free_port", lambda: next(ports))
        recipe = RedisRecipe(tmp_path, None, None)
        crew = Crew(tmp_path, say=lines.append, patience=Patience(), pauses=Pauses(first=0.05))
        try:
            crew.start([recipe], child_environment())
            assert recipe.url.endswith(f":{spare}/0")
            assert lines[0].startswith("redis ended (status 1)")
        finally:
            crew.stop()


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    """A log of more than ten million bytes is renamed before the next start."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "beat.log").write_bytes(b"x" * 10_000_001)
    with _stack(tmp_path, []):
        assert (tmp_path / "log" / "beat.log").read_text() == "beat: Starting...\n"
        assert (tmp_path / "log" / "beat.log.1").stat().st_size == 10_000_001


def test_a_child_tells_how_it_ended() -> None:
    """The exit status is the program's own, or 128 + the signal that ended it."""
    with short_folder("child") as folder:
        log = folder / "child.log"
        child = Child(["sh", "-c", "echo hello; echo woe >&2; exit 7"], log=log)
        assert child.wait() == 7
        assert log.read_text() == "hello\nwoe\n"
        assert log.stat().st_mode & 0o777 == 0o600
        child.close()
        child = Child(["sleep", "1000"], log=log)
        child.terminate()
        assert child.wait() == 128 + signal.SIGTERM
        child.close()
        assert not child.alive


def test_an_ended_program_leaves_no_group_behind() -> None:
    """What a program has started dies with it, even when it ends by itself."""
    with short_folder("child") as folder:
        child = Child(["sh", "-c", "sleep 1000 & echo $!"], log=folder / "log")
        assert child.wait() == 0
        beside = int((folder / "log").read_text())
        wait_until(lambda: not survivors(known([beside])), message="the sleeper's end")
        child.close()
