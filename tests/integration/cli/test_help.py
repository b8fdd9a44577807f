"""The help: short and quick. That its examples can be used is a test of its own."""

import re
import subprocess
import sys

from tests.integration.cli.calls import Cli
from tests.parts.environment import child_environment

COMMANDS = (
    *(
        "start",
        "watch",
        "show",
        "runs",
        "questions",
        "answer",
        "resume",
        "signin",
        "cancel",
        "prove",
    ),
    *("messages", "audit", "doctor", "demo", "up", "forget", "rewrap"),
)
HEAVY = ("celery", "sqlalchemy", "pydantic", "requests", "yaml", "redis", "cryptography", "flask")


def test_the_help_fits_a_screen_and_names_every_command(cli: Cli) -> None:
    """24 lines of 80 characters are enough, the exit codes included; every line is whole."""
    called = cli("--help", env={"COLUMNS": "80"})
    assert called.code == 0
    lines = called.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    assert not [line for line in lines[1:] if line.endswith("...")]
    listed = re.findall(r"^  (\w+)  ", called.out, re.M)
    assert set(listed) >= set(COMMANDS)
    for code in (*range(10), 64, 69, 130, 141):
        assert re.search(rf"\b{code} [a-z]", called.out), code


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


def test_the_version_is_told(cli: Cli) -> None:
    """`--version` prints the installed version."""
    called = cli("--version")
    assert called.code == 0
    assert re.fullmatch(r"handover \d+\.\d+\.\d+\n", called.out)
