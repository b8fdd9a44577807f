"""`handover metrics` as a process: once, served until a signal, and where it can't be."""

import json
import signal
import socket
import subprocess
from urllib.request import urlopen

import pytest

from handover.embedded.ports import free_port
from tests.integration.cli.calls import Cli, command
from tests.integration.cli.shapes import golden, shape
from tests.parts.environment import child_environment


def test_once(quiet: Cli) -> None:
    """The figures are on stdout, as text or as JSON, without a key; asking makes nothing."""
    called = quiet("metrics", "--once")
    assert (called.code, "no journal yet" in called.err) == (69, True)
    assert "handover_up 0.0" in called.out
    assert not (quiet.folder / "state").exists()
    quiet.start()
    (quiet.folder / "state" / "keys.env").unlink()
    called = quiet("metrics", "--once")
    assert (called.code, called.err) == (0, "")
    assert 'handover_runs{state="requested"} 1.0\n' in called.out
    told = quiet("metrics", "--once", "--json").json
    assert told["schema"] == "handover.metrics/1"
    assert shape(told) == golden("handover.metrics-1")


def test_served_until_a_signal(quiet: Cli) -> None:
    """A journal that comes later is seen, a port that is taken is told, the end is exit 0."""
    address = f"127.0.0.1:{free_port()}"
    quiet.env["HANDOVER_METRICS_ADDRESS"] = address
    process = subprocess.Popen(
        command("metrics", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(quiet.env),
        cwd=quiet.folder,
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert shape(told) == golden("handover.metrics-served-1")
        with urlopen(told["url"]) as answer:
            assert b"handover_up 0.0" in answer.read()
        quiet.start()
        with urlopen(told["url"]) as answer:
            assert b"handover_up 1.0" in answer.read()
        second = quiet("metrics")
        assert second.code == 69
        assert f"Nothing can listen at {address}: Address already in use" in second.err
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    (line,) = said.splitlines()
    assert json.loads(line)["level"] == "warning"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))
