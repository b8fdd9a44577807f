"""Parts that are missing or wrong: a message with the next step, the right exit code, no trace."""

import fcntl
import stat
from pathlib import Path

import pytest

from tests.integration.cli.calls import NEIGHBOURS, Cli


def test_a_dead_redis_loses_no_run(cli: Cli) -> None:
    """Exit 69; the run is recorded, named, and can be shown and cancelled."""
    called = cli("start", "--file", cli.request(), "--json")
    assert called.code == 69
    run = called.json["run"]
    assert called.json["code"] == "not-sent"
    assert f"Run {run} is recorded" in called.err
    assert cli("show", run, "--json").json["state"] == "requested"
    assert cli("start", "--file", cli.request()).out.strip() == run
    assert cli("cancel", run, "--reason", "a try").code == 0


@pytest.mark.parametrize("url", ["http://example.org", "nonsense", "redis://host:port/0"])
def test_an_address_that_is_no_redis(cli: Cli, url: str) -> None:
    """A wrong setting: the variable is named, and nothing was recorded or started."""
    for arguments in (("doctor",), ("start", "--file", cli.request()), ("up",)):
        called = cli(*arguments, env={"REDIS_URL": url})
        assert called.code == 64, called
        assert "REDIS_URL" in called.out + called.err
    assert not (cli.folder / "state").exists()


def test_a_database_that_only_can_be_read(quiet: Cli) -> None:
    """Looking works; starting and cancelling exit 69 and say why."""
    run = quiet.start()
    journal = quiet.folder / "state" / "journal.db"
    keys = (quiet.folder / "state" / "keys.env").read_text().splitlines()
    env = dict(line.split("=", 1) for line in keys if not line.startswith("#"))
    env["DATABASE_URL"] = f"sqlite:///file:{journal}?mode=ro&uri=true"
    assert quiet("show", run, env=env).code == 0
    assert quiet("runs", env=env).code == 0
    for arguments in (
        ("start", "--file", quiet.request(account="A00000005")),
        ("cancel", run, "--reason", "a try"),
        ("doctor",),
    ):
        called = quiet(*arguments, env=env)
        assert called.code in (64, 69), called
        assert "readonly database" in called.err + called.out
    assert quiet("show", run, "--json").json["state"] == "requested"


def test_a_database_that_is_not_there(cli: Cli) -> None:
    """Exit 69, naming the host but not the password."""
    env = {
        "DATABASE_URL": "postgresql://ops:hidden-word@127.0.0.1:1/journal",
        "HANDOVER_MASTER_KEYS": "7Ev6vNwwHBLTP3yMyFrzeZOeJaWOAqUvg4pLNIvqLaE=",
        "HANDOVER_LOOKUP_KEY": "a key for tests",
    }
    called = cli("runs", env=env)
    assert called.code == 69
    assert "127.0.0.1:1" in called.err
    assert "hidden-word" not in called.err + called.out


def test_a_shared_journal_needs_given_keys(cli: Cli) -> None:
    """With DATABASE_URL nothing is made up: exit 64, and both variables are named."""
    called = cli("runs", env={"DATABASE_URL": "postgresql://127.0.0.1:1/journal"})
    assert called.code == 64
    assert "HANDOVER_MASTER_KEYS" in called.err
    assert "HANDOVER_LOOKUP_KEY" in called.err
    assert not (cli.folder / "state" / "keys.env").exists()


def test_keys_are_made_once_and_privately(cli: Cli) -> None:
    """On first use, for this user alone, and never anew beside an existing journal."""
    cli.start()
    state = cli.folder / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert stat.S_IMODE((state / "keys.env").stat().st_mode) == 0o600
    (state / "keys.env").unlink()
    called = cli("runs")
    assert called.code == 64
    assert "its keys.env is gone" in called.err
    assert not (state / "keys.env").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANDOVER_LEASE_SECONDS", "soon"),
        ("HANDOVER_LEASE_SECONDS", "1"),
        ("HANDOVER_FEED_LIMIT", "0"),
        ("HANDOVER_EVIDENCE_CONFIRMATION", "nobody"),
        ("HANDOVER_LOG_LEVEL", "loud"),
        ("HANDOVER_DATABASE_URL", "nonsense"),
    ],
)
def test_wrong_settings(cli: Cli, name: str, value: str) -> None:
    """Exit 64 for every command that needs them; the doctor has it as a finding."""
    word = name.removeprefix("HANDOVER_").lower()
    for arguments in (("runs",), ("start", "--file", cli.request()), ("doctor",), ("up",)):
        called = cli(*arguments, env={name: value})
        assert called.code == 64
        assert word in (called.out + called.err).lower()
        assert "Value error" not in called.out + called.err


def test_a_master_key_that_is_none(cli: Cli) -> None:
    """It is named, and its value is not."""
    env = {"HANDOVER_MASTER_KEYS": "hush", "HANDOVER_LOOKUP_KEY": "a key for tests"}
    called = cli("start", "--file", cli.request(), env=env)
    assert called.code == 64
    assert "HANDOVER_MASTER_KEYS" in called.err
    assert "hush" not in called.err


def test_a_state_folder_that_cannot_be(cli: Cli) -> None:
    """A file in its place: exit 69 and its name."""
    (cli.folder / "state").write_text("a file")
    for arguments in (("runs",), ("show", "ho-x"), ("start", "--file", cli.request()), ("up",)):
        called = cli(*arguments)
        assert called.code == 69, called
        assert f"{cli.folder / 'state'} is a file" in called.err
    examined = cli("doctor")
    assert examined.code == 69
    assert "is a file" in examined.out


def test_a_folder_of_somebody_else_is_left_alone(cli: Cli) -> None:
    """A folder with other files that is open to others is not taken over."""
    state = cli.folder / "state"
    state.mkdir(mode=0o755)
    state.chmod(0o755)
    (state / "thesis.txt").write_text("mine")
    called = cli("start", "--file", cli.request())
    assert called.code == 69
    assert "chmod" not in called.err + cli("doctor").out
    assert [path.name for path in state.iterdir()] == ["thesis.txt"]


def test_a_plan_needs_the_systems(cli: Cli) -> None:
    """Without their addresses there is neither a plan nor a run, and nothing was made for it."""
    for name in NEIGHBOURS:
        for more in ((), ("--plan-only",)):
            called = cli("start", "--file", cli.request(), *more, env={name: ""})
            assert called.code == 64, called
            assert called.err.startswith(f"handover: {name} is not set; ")
            assert "`handover up`" in called.err
    env = {"ZUORA_CLIENT_ID": "id", "ZUORA_CLIENT_SECRET": "secret"}
    assert cli("start", "--file", cli.request(), "--plan-only", env=env).code == 69
    assert not (cli.folder / "state").exists()


def test_up_respects_a_folder_in_use(quiet: Cli) -> None:
    """`up` in a folder that another process holds: exit 69, naming the holder."""
    state = quiet.folder / "state"
    state.mkdir(mode=0o700)
    with Path(state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write('{"pid": 1, "holder": "a test", "since": "now"}')
        lock.flush()
        called = quiet("up")
    assert called.code == 69
    assert "a test" in called.err


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_up_wants_both_systems_or_none(cli: Cli, name: str) -> None:
    """Half a world is refused at once: nothing was made or started."""
    called = cli("up", env={name: ""})
    assert called.code == 64
    assert f"{name} is not: the sandbox must not be mixed with a real system" in called.err
    assert "starts" not in called.err
    assert not (cli.folder / "state").exists()
