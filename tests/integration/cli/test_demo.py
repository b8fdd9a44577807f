"""`handover demo` as a newcomer runs it: everything starts, works, is proved and ends again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.integration.cli.calls import command
from tests.integration.cli.shapes import golden, shape
from tests.parts.environment import child_environment
from tests.parts.family import descendants, survivors
from tests.parts.waiting import wait_until

NAMES = ("nora", "newbold", "petra", "oldham", "copperleaf")


def _environment(folder: Path) -> dict[str, str]:
    """Settings of something real, which a demo must not touch."""
    return child_environment(
        {
            "TMPDIR": str(folder),
            "DATABASE_URL": "postgresql://127.0.0.1:1/real",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "ZUORA_URL": "http://127.0.0.1:1",
            "HANDOVER_STATE_DIR": str(folder / "real"),
            "HANDOVER_LEASE_SECONDS": "nonsense",
        }
    )


def test_the_demo_as_json(tmp_path: Path) -> None:
    """Exit 0 and one JSON value; the story is on stderr; nothing is left and nobody is named."""
    done = subprocess.run(
        command("demo", "--json"),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env=_environment(tmp_path),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    value = json.loads(done.stdout)
    assert value["schema"] == "handover.demo/1"
    assert shape(value) == golden("handover.demo-1")
    assert value["run"]["result"] == "proved"
    assert value["proof"]["holds"]
    assert value["proof"]["before"]["first_name"] == "P***"
    assert value["proof"]["after"]["first_name"] == "N***"
    assert value["audit"]["holds"]
    assert {w["change"] for w in value["run"]["writes"]} >= {"activate-login", "update-sold-to"}
    said = (done.stdout + done.stderr).lower()
    assert not [name for name in NAMES if name in said]
    assert list(tmp_path.iterdir()) == []


def test_a_kept_demo_can_be_looked_at(tmp_path: Path) -> None:
    """The story on stdout fits about two screens, and the kept journal shows the run."""
    done = subprocess.run(
        command("demo", "--keep"),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env=_environment(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) <= 80
    assert "\x1b" not in done.stdout
    (folder,) = tmp_path.glob("handover-demo-*")
    env = child_environment({"HANDOVER_STATE_DIR": str(folder)})
    listed = subprocess.run(
        command("runs", "--json"), capture_output=True, text=True, check=True, env=env
    )
    (run,) = json.loads(listed.stdout)["runs"]
    assert run["result"] == "proved"
    assert f"HANDOVER_STATE_DIR={folder} handover show {run['run']}" in done.stderr


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    """In the middle of the run: exit 130, no process and no file is left."""
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from handover.cli import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(tmp_path),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "1/12" in line:
            break
    family = descendants(process.pid)
    assert len(family) >= 6, "expected programs and guards of three parts"
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Everything that the demo had started has ended." in said
    wait_until(lambda: not survivors(family), message="the end of every part")
    assert list(tmp_path.iterdir()) == []
