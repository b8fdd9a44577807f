"""The help: short, quick, and with examples that can be used."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.integration.cli.calls import Cli
from tests.parts.environment import child_environment

NAMES = (
    "start",
    "watch",
    "show",
    "runs",
    "answer",
    "signin",
    "cancel",
    "forget",
    "rewrap",
    "doctor",
    "demo",
    "up",
)
PATHS = [(name,) for name in NAMES] + [("audit", "verify"), ("audit", "heads")]
HEAVY = ("celery", "sqlalchemy", "pydantic", "requests", "yaml", "redis", "cryptography", "flask")


def test_the_help_fits_a_screen_and_names_every_command(cli: Cli) -> None:
    """24 lines of 80 characters are enough, the exit codes aside; every line is whole."""
    called = cli("--help", env={"COLUMNS": "80"})
    assert called.code == 0
    lines = called.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 29
    assert not [line for line in lines[1:] if line.endswith("...")]
    listed = re.findall(r"^  (\w+)  ", called.out, re.M)
    assert set(listed) == {*NAMES, "audit"}


def test_the_help_loads_nothing_heavy() -> None:
    """Neither the engine nor a client is imported for a page of text."""
    code = (
        "import sys; from handover.cli.app import run; run(['--help']);"
        f"print(*[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=child_environment(),
    )
    assert "Usage: handover" in done.stdout
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("path", PATHS)
def test_each_command_has_an_example_that_is_understood(cli: Cli, path: tuple[str, ...]) -> None:
    """The example's words are accepted: with --help added, it is that command's help."""
    text = cli(*path, "--help").out
    example = text.partition("Example:")[2].strip()
    words = shlex.split(re.sub(r">>.*", "", example))
    assert words[0] == "handover"
    called = cli(*words[1:], "--help")
    assert called.code == 0
    assert called.out == text


def test_the_version_is_told(cli: Cli) -> None:
    """`--version` prints the installed version."""
    called = cli("--version")
    assert called.code == 0
    assert re.fullmatch(r"handover \d+\.\d+\.\d+\n", called.out)
