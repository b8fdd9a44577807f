"""Every command in a process that is started for it: it says what a forked one says.

All other tests of the command line may fork theirs (`tests/parts/forked.py`).
"""

from collections.abc import Iterator

import click
import pytest

from handover.cli.app import root
from tests.integration.cli.calls import Cli

RUN, FINDING, WHY = "ho-x", "F-2345ABCD", ("--reason", "enough")
CALLS: dict[str, tuple[str, ...]] = {
    "start": ("--file", "request.yaml", "--plan-only"),
    "watch": (RUN,),
    "show": (RUN,),
    "runs": ("--json",),
    "questions": (),
    "messages": (RUN,),
    "explain": ("change-contact",),
    "find": ("--ticket", "4711"),
    "answer": (RUN, "stop", *WHY),
    "resume": (RUN,),
    "cancel": (RUN, *WHY),
    "signin": ("--check",),
    "prove": ("A00000001", "--run", RUN),
    "drift scan": (),
    "drift list": (),
    "drift show": (FINDING,),
    "drift acknowledge": (FINDING, *WHY, "--days", "7"),
    "drift fix": (FINDING, "--ticket", "4711"),
    "drift report": (),
    "drift scans": (),
    "drift cancel": ("S-x", *WHY),
    "audit verify": (),
    "audit heads": (),
    "audit export": ("--ticket", "4711"),
    "doctor": (),
    "demo": ("--help",),
    "up": (),
    "metrics": ("--once",),
    "forget": (RUN, "--irreversible"),
    "rewrap": (),
}


def _commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[str]:
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from _commands(one, (*words, name))
        else:
            yield " ".join((*words, name))


def test_no_command_is_left_out() -> None:
    assert set(_commands(root)) == set(CALLS)


@pytest.mark.parametrize("command", CALLS)
def test_a_process_that_is_started_says_the_same(cli: Cli, command: str) -> None:
    """Code, stdout and stderr. Where `up` would start, half a world is refused."""
    cli.request()
    arguments = (*command.split(), *CALLS[command])
    env = {"ZUORA_URL": ""} if command == "up" else {}
    started = cli.afresh(*arguments, env=env)
    assert started == cli(*arguments, env=env)
    assert started.out + started.err
