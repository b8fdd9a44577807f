"""Commands that only look make nothing, and say where they looked."""

import pytest

from tests.integration.cli.calls import Cli


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "ho-x"),
        ("watch", "ho-x"),
        ("messages", "ho-x"),
        ("audit", "verify"),
        ("audit", "heads"),
        ("answer", "ho-x", "stop", "--reason", "enough"),
        ("cancel", "ho-x", "--reason", "enough"),
        ("forget", "ho-x", "--irreversible"),
        ("resume", "ho-x"),
        ("prove", "A00000001", "--run", "ho-x"),
        ("audit", "export", "--ticket", "4711"),
    ],
)
def test_there_is_no_run_yet(cli: Cli, arguments: tuple[str, ...]) -> None:
    """Exit 64, naming the folder and its variable; the folder is not made."""
    called = cli(*arguments)
    assert called.code == 64
    assert f"No runs in {cli.folder / 'state'} (HANDOVER_STATE_DIR)" in called.err
    assert not (cli.folder / "state").exists()


def test_listing_and_examining_nothing(cli: Cli) -> None:
    """An empty list is a result; neither command makes anything."""
    called = cli("runs", "--json")
    assert called.code == 0
    assert called.json["runs"] == []
    assert f"No runs in {cli.folder / 'state'}" in called.err
    asked = cli("questions", "--json")
    assert (asked.code, asked.json["questions"]) == (0, [])
    cli("doctor")
    assert not (cli.folder / "state").exists()


def test_an_empty_variable_is_an_unset_one(cli: Cli) -> None:
    """HANDOVER_STATE_DIR= means the folder beside us, not this folder itself."""
    called = cli("runs", env={"HANDOVER_STATE_DIR": ""})
    assert f"No runs in {cli.folder / '.handover'}" in called.err


def test_a_run_that_could_not_be_sent_is_found_again(cli: Cli) -> None:
    """The message names the journal that holds it."""
    called = cli("start", "--file", cli.request())
    assert called.code == 69
    assert str(cli.folder / "state" / "journal.db") in called.err


def test_the_same_request_says_how_its_run_is(quiet: Cli) -> None:
    """`This is run X already`, and its state."""
    run = quiet.start()
    again = quiet("start", "--file", quiet.request())
    assert f"This is run {run} already: accepted; no worker has taken it up yet." in again.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HANDOVER_LEESE_SECONDS", "3", "Did you mean HANDOVER_LEASE_SECONDS?"),
        ("HANDOVER_APPROVAL", '{"change-contct": "two-people"}', "did you mean change-contact?"),
        ("HANDOVER_SECOND_PERSON", "shared-contract", "did you mean shared-contact?"),
        ("HANDOVER_OPERATOR", "canary.one@example.org", "Put a handle there."),
    ],
)
def test_the_doctor_reads_the_environment(cli: Cli, name: str, value: str, said: str) -> None:
    """A setting that nobody reads is a warning; one that protects nothing is a failure."""
    called = cli("doctor", env={name: value})
    assert name in called.out
    assert said in called.out
    assert ("✗" in called.out.split(name)[0].splitlines()[-1]) == (name != "HANDOVER_LEESE_SECONDS")


def test_an_operator_with_an_address_is_told_which_variable(quiet: Cli) -> None:
    """Not that some `handle` is wrong."""
    env = {"HANDOVER_OPERATOR": "canary.one@example.org"}
    called = quiet("start", "--file", quiet.request(), env=env)
    assert called.code == 64
    assert "HANDOVER_OPERATOR" in called.err


def test_the_doctor_sees_what_a_killed_up_left(cli: Cli) -> None:
    """Nobody holds the folder, and the addresses are still there."""
    (cli.folder / "state").mkdir(mode=0o700)
    (cli.folder / "state" / "up.env").write_text("REDIS_URL=redis://127.0.0.1:1/0\n")
    called = cli("doctor")
    assert "was left by a `handover up` that was killed" in called.out


def test_a_broken_journal_is_told_once(cli: Cli) -> None:
    """Two checks meet it."""
    cli.start()
    (cli.folder / "state" / "journal.db").write_bytes(b"this is no database" * 100)
    called = cli("doctor")
    assert called.code == 69
    assert called.out.count("The journal can't be used") == 1


def test_up_looks_before_it_starts(cli: Cli) -> None:
    """A journal that can't be reached, and nothing was started."""
    env = {
        "DATABASE_URL": "postgresql://ops:hidden-word@127.0.0.1:1/journal",
        "HANDOVER_MASTER_KEYS": "7Ev6vNwwHBLTP3yMyFrzeZOeJaWOAqUvg4pLNIvqLaE=",
        "HANDOVER_LOOKUP_KEY": "a key for tests",
    }
    called = cli("up", env=env)
    assert called.code == 69
    assert "127.0.0.1:1" in called.err
    assert "starts" not in called.err
    assert not (cli.folder / "state" / "log").exists()


def test_looking_makes_no_journal_where_the_keys_are_in_the_environment(cli: Cli) -> None:
    """As in a real installation: the shared sign-in lives in the journal, if there is one."""
    env = {
        "HANDOVER_MASTER_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "HANDOVER_LOOKUP_KEY": "a key for tests",
        "ZUORA_URL": "http://127.0.0.1:9/zuora",
        "CUSTOMERSDOT_URL": "http://127.0.0.1:9/customersdot",
    }
    cli("doctor", env=env)
    cli("start", "--file", cli.request(), "--plan-only", env=env)
    assert not (cli.folder / "state").exists()
