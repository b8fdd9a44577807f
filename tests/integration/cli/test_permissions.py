"""A state folder of somebody else. The suite may run as root, so root's right to pass is taken."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.calls import Called, Cli, command
from tests.parts.environment import child_environment

NOBODY = 65534
_DROP = "-dac_override,-dac_read_search,-fowner"
_BOUND = ("setpriv", f"--bounding-set={_DROP}", f"--inh-caps={_DROP}")


def _call(cli: Cli, *arguments: str) -> Called:
    """Runs a command as somebody whom file rights bind."""
    prefix = _BOUND if os.getuid() == 0 else ()
    done = subprocess.run(
        [*prefix, *command(*arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=child_environment(cli.env),
        cwd=cli.folder,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Called(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def closed(cli: Cli) -> Path:
    """A folder that this user may neither read nor write."""
    state = cli.folder / "state"
    state.mkdir()
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("as root this needs setpriv")
        os.chown(state, NOBODY, NOBODY)
    state.chmod(0o700 if os.getuid() == 0 else 0o000)
    return state


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs",),
        ("questions",),
        ("show", "ho-x"),
        ("audit", "verify"),
        ("rewrap",),
        ("doctor",),
        ("up",),
    ],
)
def test_a_closed_state_folder(cli: Cli, closed: Path, arguments: tuple[str, ...]) -> None:
    """Exit 69, naming the folder and what to do; no trace."""
    called = _call(cli, *arguments)
    assert called.code == 69, called
    said = called.err + called.out
    assert str(closed) in said
    assert "Permission denied" in said
    assert "Give this user the f" in said


def test_starting_in_a_closed_folder(cli: Cli, closed: Path) -> None:
    """Neither a run nor a key is made."""
    called = _call(cli, "start", "--file", cli.request())
    assert called.code == 69, called
    assert "Permission denied" in called.err


def test_a_folder_that_can_only_be_read(quiet: Cli) -> None:
    """What is there is found to be of no use, and that is said in one line."""
    quiet.start()
    state = quiet.folder / "state"
    if os.getuid() == 0:
        for path in (state, *state.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    state.chmod(0o555)
    for path in state.iterdir():
        path.chmod(0o444 if path.is_file() else 0o555)
    for arguments in (("runs",), ("doctor",)):
        called = _call(quiet, *arguments)
        assert called.code == 69, called
        assert str(state) in called.err + called.out
