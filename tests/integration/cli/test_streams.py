"""Streams that are closed or full, and a working folder that is gone: one line and no trace."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.calls import Called, Cli, command
from tests.parts.environment import child_environment


def _shell(cli: Cli, arguments: str, redirect: str) -> Called:
    line = f"{shlex.join(command())} {arguments} {redirect}"
    done = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=child_environment(cli.env),
        cwd=cli.folder,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return Called(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments", ["--help", "--version", "runs", "runs --json", "doctor"])
def test_a_full_disk_behind_stdout(cli: Cli, arguments: str) -> None:
    """Exit 1 and the reason on stderr."""
    called = _shell(cli, arguments, "> /dev/full")
    assert called.code == 1
    assert "stdout, or a file, can't be written: No space left on device" in called.err


def test_a_run_whose_id_could_not_be_printed(quiet: Cli) -> None:
    """It was accepted, and stderr says so."""
    called = _shell(quiet, f"start --file {quiet.request()}", "> /dev/full")
    assert called.code == 1
    run = quiet("runs", "--json").json["runs"][0]["run"]
    assert f"Accepted as run {run}." in called.err
    assert f"Run {run} goes on without us" in called.err


def test_a_closed_stdout(quiet: Cli) -> None:
    """The command does its work; no file of ours gets what would have been printed."""
    called = _shell(quiet, f"start --file {quiet.request()}", ">&-")
    assert called.code == 0
    assert "stdout is closed" in called.err
    assert "Accepted as run" in called.err
    assert quiet("audit", "verify").code == 0


def test_a_closed_stderr(quiet: Cli) -> None:
    """The result is still on stdout."""
    assert _shell(quiet, "runs", "2>&-").code == 0
    assert _shell(quiet, "runs", "2> /dev/full").code == 0


def test_a_closed_stdin(cli: Cli) -> None:
    """A request can't be read from it: exit 64."""
    called = _shell(cli, "start --file -", "<&-")
    assert called.code == 64
    assert called.err.startswith("handover: --file: stdin is closed")


@pytest.mark.parametrize("arguments", [("runs",), ("start", "change-contact"), ("doctor",)])
def test_a_working_folder_that_is_gone(cli: Cli, arguments: tuple[str, ...]) -> None:
    """It is said, with what to do."""
    gone = cli.folder / "gone"
    gone.mkdir()
    del cli.env["HANDOVER_STATE_DIR"]
    words = shlex.join(arguments)
    more = "" if arguments[0] != "start" else f" --file {shlex.quote(cli.request())}"
    line = f"cd {shlex.quote(str(gone))} && rmdir ../gone && {shlex.join(command())} {words}{more}"
    done = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        env=child_environment(cli.env) | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.returncode == 64, done
    assert "the working folder was deleted" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
