"""Following a run on a real terminal: one line is kept up to date, and only there."""

import os
import pty
import re
import select
import subprocess

from tests.integration.cli.calls import Cli, command
from tests.parts.environment import child_environment

WIPED = "\r\x1b[K"


def _on_a_terminal(cli: Cli, *arguments: str, until: str, **env: str) -> str:
    """What a terminal is sent until a text appears in it; then the run is cancelled."""
    run = cli.start()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*arguments, run),
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
        env=child_environment({**cli.env, "TERM": "xterm", **env}),
    )
    os.close(theirs)
    said, cancelled = "", False
    try:
        while select.select([ours], [], [], 60)[0]:
            try:
                said += os.read(ours, 4096).decode()
            except OSError:  # the other side is gone
                break
            if not cancelled and re.search(until, said):
                cancelled = cli("cancel", run, "--reason", "seen enough").code == 0
    finally:
        process.kill()
        process.wait(timeout=30)
        os.close(ours)
    assert cancelled, said
    return said


def test_one_line_is_kept_up_to_date(quiet: Cli) -> None:
    """It tells how long it has been so, is written over each time, and is gone in the end."""
    said = _on_a_terminal(quiet, "watch", until=r"waiting \(1 s\)")
    assert "waiting (0 s)" in said
    assert f"{WIPED}         ▸ waiting (1 s)" in said
    lines = said.replace("\r\n", "\n").split("\n")
    left = [line.rpartition(WIPED)[2] for line in lines]
    assert not [line for line in left if "waiting (" in line], left
    assert "requested change-contact" in left[0]


def test_no_color_means_lines_and_nothing_else(quiet: Cli) -> None:
    """NO_COLOR on a terminal: no control character, no line that moves."""
    said = _on_a_terminal(quiet, "watch", until="requested", NO_COLOR="1")
    assert "\x1b" not in said
    assert "waiting (" not in said


def test_the_line_is_gone_when_the_wait_is_over(quiet: Cli) -> None:
    """The report does not begin behind what was shown meanwhile."""
    ours, theirs = pty.openpty()
    words = ("start", "--file", quiet.request(), "--wait", "1")
    env = child_environment({**quiet.env, "TERM": "xterm"})
    process = subprocess.Popen(command(*words), stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    said = ""
    while select.select([ours], [], [], 60)[0]:
        try:
            said += os.read(ours, 4096).decode()
        except OSError:
            break
    os.close(ours)
    assert process.wait(timeout=30) == 8
    shown = re.sub(r"\x1b\[[0-9;]*m", "", said)
    assert "waiting (" in shown
    assert f"{WIPED}Run ho-" in shown, shown
