"""Calls that are wrong: exit 64, a hint, nothing done, and nothing personal repeated."""

import click
import pytest

from handover.cli.app import root
from tests.integration.cli.calls import Cli

COMMANDS: dict[str, tuple[str, ...]] = {
    "start": ("change-contact",),
    "watch": ("ho-x",),
    "show": ("ho-x",),
    "runs": (),
    "questions": (),
    "answer": ("ho-x", "stop"),
    "resume": ("ho-x",),
    "prove": ("A00000001",),
    "cancel": ("ho-x",),
    "forget": ("ho-x",),
    "rewrap": (),
    "explain": ("change-contact",),
    "find": (),
    "messages": ("ho-x",),
    "doctor": (),
    "demo": (),
    "up": (),
    "metrics": (),
}


def _options(name: str) -> list[str]:
    """Every long option of a command but the ones that all commands have."""
    params = root.commands[name].params
    long = (o for p in params if isinstance(p, click.Option) for o in p.opts if o[:2] == "--")
    return [option for option in long if option not in ("--as", "--help")]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_misspelt_command_is_guessed(cli: Cli, name: str) -> None:
    """A letter too many: the right command is named."""
    called = cli(f"{name}e")
    assert called.code == 64
    assert f"'{name}'" in called.err


@pytest.mark.parametrize("name", COMMANDS)
def test_each_misspelt_option_is_guessed(cli: Cli, name: str) -> None:
    """A letter too many in every option of every command: the right option is named."""
    for option in _options(name):
        called = cli(name, *COMMANDS[name], f"{option}x")
        assert called.code == 64, called
        assert f"'{option}'" in called.err, called
        assert f"See `handover {name} --help`." in called.err
        assert not called.out
    assert not (cli.folder / "state").exists()


def test_no_command_is_left_out() -> None:
    groups = {name for name, one in root.commands.items() if isinstance(one, click.Group)}
    assert set(COMMANDS) == set(root.commands) - groups - {"signin"}


def test_too_many_arguments_are_counted_and_not_repeated(cli: Cli) -> None:
    """A name that was typed without quotes does not come back on the terminal."""
    called = cli("start", "change-contact", "Canary", "Birdsong")
    assert called.code == 64
    assert "2 argument(s) too many" in called.err


def test_an_address_in_a_bad_argument_is_masked(cli: Cli) -> None:
    """What click quotes is shown with the address masked."""
    called = cli("canary.one@example.org")
    assert called.code == 64
    assert "c***@e***.org" in called.err


def test_usage_errors_are_json_as_well(cli: Cli) -> None:
    """With --json a script finds the error on stdout."""
    called = cli("runs", "--json", "--state", "lost")
    assert called.code == 64
    assert called.json["schema"] == "handover.error/1"
    assert called.json["exit_code"] == 64
    assert called.json["code"] == "usage"


@pytest.mark.parametrize(
    "arguments",
    [
        ("answer", "ho-x", "stop", "--reason", "wrote to canary.one@example.org"),
        ("cancel", "ho-x", "--reason", "  "),
        ("cancel", "ho-x"),
        ("cancel", "ho-x", "--reason", "enough", "--as", "canary.one@example.org"),
        ("forget", "ho-x"),
        ("start", "change-contact", "--plan-only", "--wait", "3"),
        ("start", "change-contact", "--wait", "-1"),
        ("start", "change-contact", "--markdown"),
        ("start", "change-contact", "--plan-only", "--markdown", "--json"),
        ("show", "ho-x", "--markdown", "--json"),
        ("runs", "--limit", "0"),
        ("runs", "--since", "yesterday"),
        ("runs", "--since", "2199-01-01"),
        ("prove", "A00000001", "--email", "canary.one"),
        ("prove", "A00000001", "--email", "canary.one@example.org", "--run", "ho-x"),
        ("metrics", "--address", "9464"),
        ("metrics", "--once", "--address", "127.0.0.1:9464"),
        ("audit", "export"),
        ("audit", "export", "--run", "ho-x", "--ticket", "4711"),
        (),
    ],
)
def test_values_that_cannot_be_are_refused(cli: Cli, arguments: tuple[str, ...]) -> None:
    """Before anything is opened or made."""
    assert cli(*arguments).code == 64
    assert not (cli.folder / "state").exists()


def test_a_misspelt_run_is_guessed(cli: Cli) -> None:
    """Of the runs that there are, the one that was meant is named."""
    run = cli.start()
    for arguments in (
        ("show", f"{run}x"),
        ("watch", f"{run}x"),
        ("answer", f"{run}x", "stop", "--reason", "enough"),
        ("cancel", f"{run}x", "--reason", "enough"),
        ("forget", f"{run}x", "--irreversible"),
        ("resume", f"{run}x"),
        ("prove", "A00000001", "--run", f"{run}x"),
        ("audit", "export", "--run", f"{run}x"),
    ):
        called = cli(*arguments)
        assert called.code == 64
        assert f"did you mean {run}?" in called.err


def test_the_group_of_audit_has_no_default(cli: Cli) -> None:
    """`audit` alone shows what there is, `audit verfy` is guessed."""
    assert cli("audit").code == 64
    called = cli("audit", "verfy")
    assert called.code == 64
    assert "'verify'" in called.err
