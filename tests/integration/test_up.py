"""`handover up` as a real process: it starts, watches and ends its parts, whatever happens to it.

The parts are a real Redis, and stubs for the sandbox, the workers and the beat.
"""

import os
import signal
import urllib.request
from pathlib import Path

import psutil
import pytest
from dotenv import dotenv_values
from redis import Redis

from handover.embedded.state import hold
from tests.parts.family import Known, known, survivors
from tests.parts.redis import redis_server
from tests.parts.up import UpProcess, up_process
from tests.parts.waiting import wait_until

PARTS = ("redis", "sandbox", "worker1", "worker2", "drift", "beat")


def _wait_gone(processes: list[Known]) -> None:
    assert len(processes) >= 2 * len(PARTS), "expected a guard and a program for each part"
    wait_until(lambda: not survivors(processes), message=lambda: f"end of {survivors(processes)}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state folder that doesn't exist yet."""
    return tmp_path / "state"


def test_everything_starts_and_can_be_found(folder: Path) -> None:
    """Once up.env is there, Redis and the sandbox answer at its addresses, with its password."""
    with up_process(folder) as up:
        env = up.wait_ready()
        with Redis.from_url(env["REDIS_URL"]) as client:
            assert client.ping()
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("append*")["appendonly"] == "yes"
        sandbox = env["ZUORA_URL"].removesuffix("/zuora")
        assert urllib.request.urlopen(sandbox).status == 204
        assert env["CUSTOMERSDOT_URL"] == f"{sandbox}/customersdot"
        assert all(value for value in env.values())
        assert set(env) == {
            "REDIS_URL", "ZUORA_URL", "ZUORA_CLIENT_ID", "ZUORA_CLIENT_SECRET",
            "CUSTOMERSDOT_URL", "CUSTOMERSDOT_EMAIL", "CUSTOMERSDOT_PASSWORD",
            "HANDOVER_GITLAB_URL", "HANDOVER_GITLAB_TOKEN",
            "HANDOVER_MAILGUN_URL", "HANDOVER_MAILGUN_KEY",
            "HANDOVER_ZENDESK_URL", "HANDOVER_ZENDESK_EMAIL", "HANDOVER_ZENDESK_TOKEN",
            "HANDOVER_INTERNAL_DOMAINS",
        }  # fmt: skip
        assert set(up.parts()) == {*PARTS}
        assert (folder / "up.env").stat().st_mode & 0o777 == 0o600
        assert dotenv_values(folder / "keys.env")["HANDOVER_MASTER_KEYS"]
        assert (folder / "log" / "worker1.log").read_text() == "[INFO] worker1@here ready.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything_in_reverse_order(folder: Path, number: signal.Signals) -> None:
    """Workers and beat are asked first, then the sandbox; Redis serves until all have ended."""
    with up_process(folder) as up:
        up.wait_ready()
        processes = up.descendants()
        up.signal(number)
        assert up.wait() == 0
        _wait_gone(processes)
        assert not (folder / "up.env").exists()
        assert not (folder / "up.pids").exists()
        ends = [event for event in up.events() if " got " in event]
        assert ends[-1] == "sandbox got SIGTERM, redis up"
        assert sorted(ends[:-1]) == [
            f"{name} got SIGTERM, redis up" for name in ("beat", "drift", "worker1", "worker2")
        ]


def test_ctrl_c_in_a_terminal_reaches_no_part(folder: Path) -> None:
    """SIGINT to the whole foreground group ends all the same, and parts see one SIGTERM only."""
    with up_process(folder) as up:
        up.wait_ready()
        processes = up.descendants()
        up.signal_group(signal.SIGINT)
        assert up.wait() == 0
        _wait_gone(processes)
        assert not [event for event in up.events() if "SIGINT" in event]
        assert len([event for event in up.events() if "SIGTERM" in event]) == len(PARTS) - 1


def test_kill_9_of_up_leaves_nothing(folder: Path) -> None:
    """When `up` is killed, every part dies, and so does what a worker has started."""
    with up_process(folder, {"STUB_STUBBORN": "worker1,sandbox"}) as up:
        up.wait_ready()
        processes = up.descendants()
        up.signal(signal.SIGKILL)
        up.wait()
        _wait_gone(processes)
        with hold(folder, "the next one"):
            pass


def test_a_second_ctrl_c_kills_at_once(folder: Path) -> None:
    """A part that ignores SIGTERM is killed by the second signal, long before its time is up."""
    with up_process(folder, {"STUB_STUBBORN": "worker2"}, end_seconds=1000) as up:
        up.wait_ready()
        processes = up.descendants()
        up.signal(signal.SIGINT)
        wait_until(lambda: any(event.startswith("worker2 got") for event in up.events()))
        up.signal(signal.SIGINT)
        assert up.wait() == 130
        assert up.output().splitlines()[-1].endswith("everything has ended")
        assert "killed" not in up.output().splitlines()[-2]
        _wait_gone(processes)
        assert not (folder / "up.env").exists()


def test_a_stubborn_part_is_killed_after_its_time(folder: Path) -> None:
    """A part that ignores SIGTERM is killed when its time to end is over, and the rest follows."""
    with up_process(folder, {"STUB_STUBBORN": "worker2"}, end_seconds=0.2) as up:
        up.wait_ready()
        processes = up.descendants()
        up.signal(signal.SIGTERM)
        assert up.wait() == 0
        _wait_gone(processes)
        assert "worker2 did not end by itself and is killed" in up.output()
        assert "can't be killed" not in up.output()
        assert up.events()[-1] == "sandbox got SIGTERM, redis up"


def test_ctrl_c_while_starting_ends_everything(folder: Path) -> None:
    """A part that never gets ready doesn't keep `up` from ending at the first signal."""
    with up_process(folder, {"STUB_SILENT": "sandbox"}) as up:
        wait_until(lambda: "sandbox starts" in up.events())
        processes = up.descendants()
        up.signal(signal.SIGINT)
        assert up.wait() == 0
        wait_until(lambda: not survivors(processes), message="the end of redis and sandbox")
        assert len(processes) == 4
        assert "everything is ready" not in up.output()


def test_a_second_up_is_refused(folder: Path) -> None:
    """A second `up` on the same folder names the first one, and leaves its files alone."""
    with up_process(folder) as first:
        before = first.wait_ready()
        with up_process(folder) as second:
            assert second.wait() == 69
            assert f"in use by `handover up` (process {first.pid}," in second.output()
        assert first.wait_ready() == before
        assert set(first.parts()) == {*PARTS}


def test_a_part_that_never_comes_up_ends_everything(folder: Path) -> None:
    """A worker that always ends at once gives an error with its last line, and nothing stays."""
    with up_process(folder, {"STUB_BROKEN": "worker1"}) as up:
        assert up.wait() == 69
        assert "worker1 ended 3 times before it was ready" in up.output()
        assert "worker1 is broken on purpose" in up.output().splitlines()[-1]
        assert not (folder / "up.env").exists()
        assert not (folder / "up.pids").exists()
        assert "sandbox got SIGTERM, redis up" in up.events()


def _orphan_all(up: UpProcess) -> list[Known]:
    """Kill `up` and its guards so that no guard can act, and return the programs left over."""
    guards = [guard for _, guard in up.parts().values()]
    programs = known(program for program, _ in up.parts().values())
    up.signal(signal.SIGSTOP)
    wait_until(lambda: psutil.Process(up.pid).status() == psutil.STATUS_STOPPED)
    for guard in guards:
        os.kill(guard, signal.SIGKILL)
    up.signal(signal.SIGKILL)
    up.wait()
    return programs


def test_what_an_earlier_up_left_is_ended_at_the_start(folder: Path) -> None:
    """Orphans of a killed `up` are named and ended, and up.env then tells of the new parts only."""
    with up_process(folder) as up:
        before = up.wait_ready()
        orphans = _orphan_all(up)
        assert len(survivors(orphans)) == len(PARTS)
        assert (folder / "up.env").exists()
    with up_process(folder, {"STUB_SILENT": "sandbox"}) as up:
        wait_until(lambda: up.events().count("sandbox starts") == 2, message=up.output)
        assert not survivors(orphans)
        assert "left behind: beat, drift, redis, sandbox, worker1, worker2" in up.output()
        assert not (folder / "up.env").exists()
    with up_process(folder) as up:
        assert up.wait_ready()["REDIS_URL"] != before["REDIS_URL"]


def test_a_foreign_process_with_an_old_number_is_left_alone(folder: Path) -> None:
    """A recorded process id that belongs to another process by now is not touched."""
    folder.mkdir(mode=0o700)
    born = psutil.Process().create_time() - 1000
    (folder / "up.pids").write_text(f'{{"redis": [[{os.getpid()}, {born}]]}}')
    with up_process(folder) as up:
        up.wait_ready()
        assert "left behind" not in up.output()


def test_a_given_redis_is_used_and_not_supervised(folder: Path) -> None:
    """With REDIS_URL in the environment no Redis is started, and up.env doesn't repeat it."""
    with redis_server() as server, up_process(folder, {"REDIS_URL": server.url}) as up:
        assert "REDIS_URL" not in up.wait_ready()
        assert "redis" not in up.parts()
        worker, _ = up.parts()["worker1"]
        assert psutil.Process(worker).environ()["REDIS_URL"] == server.url


def test_a_given_world_needs_no_sandbox(folder: Path) -> None:
    """With both addresses in the environment the sandbox is not started."""
    world = {"ZUORA_URL": "http://127.0.0.1:1", "CUSTOMERSDOT_URL": "http://127.0.0.1:1"}
    with up_process(folder, world) as up:
        assert set(up.wait_ready()) == {"REDIS_URL"}
        assert "sandbox" not in up.parts()
