"""`handover up` with its real parts: the other commands find it by the state folder alone."""

import json
import signal
import subprocess
import sys
from urllib.request import urlopen

from handover.embedded.ports import free_port
from tests.integration.cli.calls import NEIGHBOURS, Cli
from tests.integration.cli.shapes import golden, shape
from tests.parts.environment import child_environment
from tests.parts.family import descendants, survivors
from tests.parts.waiting import wait_until

HEEDING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from handover.cli import main; main()"
)


def test_a_rehearsal(cli: Cli) -> None:
    """It says where it is, the doctor is content, and Ctrl-C ends it with exit 0 and no rest."""
    for name in ("REDIS_URL", *NEIGHBOURS):
        del cli.env[name]
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING, "up", "--port-metrics", str(port), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(cli.env),
        cwd=cli.folder,
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["schema"] == "handover.up/1"
        assert told["pids"].pop("metrics")
        assert shape(told) == golden("handover.up-1")
        assert set(told["pids"]) == {"redis", "sandbox", "worker1", "drift", "beat"}
        assert told["folder"] == str(cli.folder / "state")
        assert told["journal"] == str(cli.folder / "state" / "journal.db")
        examined = cli("doctor")
        assert examined.code == 0, examined
        assert "connection(s) wait for messages" in examined.out
        assert "1 worker alive" in examined.out
        assert "1 worker for drift alive" in examined.out
        assert "1 beat alive" in examined.out
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b'handover_processes_alive{process="worker"} 1.0' in answer.read()
        second = cli("up")
        assert second.code == 69
        assert f"process {process.pid}" in second.err
        family = descendants(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "everything has ended" in said
    wait_until(lambda: not survivors(family), message="the end of every part")
