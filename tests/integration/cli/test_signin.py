"""`handover signin`: a browser's session for all workers, where no program can sign in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from tests.integration.cli.calls import Called, Cli
from tests.integration.cli.shapes import golden, shape
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from worker import runtime

PASSWORD = "test-password"


@pytest.fixture
def world(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation that has no password, and in which nobody has signed in."""
    with rehearsal(redis_server, env={"CUSTOMERSDOT_PASSWORD": ""}) as made:
        yield made


@pytest.fixture
def workers(world: Rehearsal) -> None:
    """Two of them."""
    for worker in (world.add_worker(), world.add_worker()):
        worker.wait_ready()


@pytest.fixture
def browser(world: Rehearsal) -> str:
    """The cookie of a browser in which somebody has just signed in."""
    with requests.Session() as session:
        url = f"{world.env['CUSTOMERSDOT_URL']}/admins/sign_in"
        page = BeautifulSoup(session.get(url, timeout=10).text, "html.parser")
        token = page.select_one("form input[name=authenticity_token]")
        assert token is not None
        form = {"admin[email]": world.env["CUSTOMERSDOT_EMAIL"], "admin[password]": PASSWORD}
        form["authenticity_token"] = str(token["value"])
        session.post(url, data=form, timeout=10, allow_redirects=False)
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


@pytest.fixture
def ops(world: Rehearsal, tmp_path: Path) -> Cli:
    """The command line."""
    return Cli(tmp_path, world.env)


def waits(world: Rehearsal, run_id: str) -> dict[str, Any]:
    """The report of a run that waits for a sign-in."""
    report = world.wait(run_id)
    assert (report["state"], report["reason"], report["exit_code"]) == ("waiting", "sign-in", 4)
    return report


@pytest.mark.usefixtures("workers")
def test_runs_wait_for_a_person_and_go_on(world: Rehearsal, ops: Cli, browser: str) -> None:
    """Several runs ask the same; one sign-in, by anybody, answers all of them."""
    runs = [world.start(account) for account in world.new_accounts(2)]
    for run in runs:
        assert "`handover signin`" in waits(world, run)["question"]["text"]
    done = ops("signin", "--cookie-from", "-", "--as", "lee", "--json", stdin=f"Cookie: {browser}")
    assert done.code == 0, done
    assert shape(done.json) == golden("handover.signin-1")
    assert sorted(done.json["answered"]) == sorted(runs)
    assert [world.wait(run)["result"] for run in runs] == ["proved", "proved"]
    given = [e for e in world.events(runs[0]) if e["kind"] == "question.answered"]
    assert [event["actor"] for event in given] == ["lee"]
    assert seen(world, browser, done) == []


def seen(world: Rehearsal, browser: str, called: Called) -> list[str]:
    """Where the cookie or a part of it stands in the clear."""
    secret = browser.partition("=")[2][:40]
    places = {worker.log_path.name: worker.output() for worker in world.workers}
    for folder in (world.state, world.redis.folder):
        files = [path for path in folder.rglob("*") if path.is_file()]
        places |= {str(path): path.read_bytes().decode("latin-1") for path in files}
    places["the command"] = called.out + called.err
    return [name for name, content in places.items() if secret in content]


@pytest.mark.usefixtures("workers")
def test_a_session_that_ends_in_mid_run(world: Rehearsal, ops: Cli, browser: str) -> None:
    """The run stops at the question after a write, and is proved after a new sign-in."""
    assert ops("signin", "--cookie-from", "-", stdin=browser).code == 0
    fault = {"kind": "expired_session", "method": "POST", "path": "/delete$"}
    world.control("POST", "faults", {**fault, "system": "customersdot"})
    account = world.account()
    run = world.start(account)
    waits(world, run)
    assert len(world.writes_by_run(account)) == 1
    password = world.state.parent / "password"
    password.write_text(f"{PASSWORD}\n")
    email = ("--email", world.env["CUSTOMERSDOT_EMAIL"], "--password-from", str(password))
    done = ops("signin", *email)
    assert done.code == 0, done
    assert run in done.out
    assert world.wait(run)["result"] == "proved"


def test_checking(ops: Cli, browser: str) -> None:
    """Exit 4 without a session, 0 with one; the JSON says the same."""
    assert ops("signin", "--check").code == 4
    failed = ops("signin", "--check", "--json")
    assert (failed.code, failed.json["works"]) == (4, False)
    assert "handover signin" in failed.json["problem"]
    assert ops("signin", "--cookie-from", "-", stdin=browser).code == 0
    checked = ops("signin", "--check", "--json")
    assert (checked.code, checked.json["works"], checked.json["problem"]) == (0, True, None)


def test_the_configured_password(ops: Cli) -> None:
    """Where there is one, signing in by hand needs no word more."""
    done = ops("signin", "--json", env={"CUSTOMERSDOT_PASSWORD": PASSWORD})
    assert (done.code, done.json["how"], done.json["answered"]) == (0, "password", [])
    assert ops("signin", "--check").code == 0


@pytest.mark.parametrize("cookie", ["_customersdot_session=s3cret", "other=s3cret"])
def test_a_cookie_that_does_not_count(ops: Cli, browser: str, cookie: str) -> None:
    """Exit 4, and the sign-in that works stays."""
    assert ops("signin", "--cookie-from", "-", stdin=browser).code == 0
    called = ops("signin", "--cookie-from", "-", stdin=cookie)
    assert (called.code, "s3cret" in called.out + called.err) == (4, False)
    assert ops("signin", "--check").code == 0


def test_a_wrong_password(ops: Cli) -> None:
    """From stdin; it is not repeated."""
    arguments = ("--email", "ops@handover.example", "--password-from", "-")
    called = ops("signin", *arguments, stdin="s3cret\n")
    assert (called.code, "s3cret" in called.err) == (4, False)


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        ((), ""),
        (("--email", "s3cret@x.example"), ""),
        (("--cookie-from", "_session=s3cret"), ""),
        (("--cookie-from", "-"), "s3cret"),
        (("--cookie-from", "-", "--email", "a@b.example"), "a=s3cret"),
        (("--check", "--password-from", "-"), "s3cret"),
        (("--cookie-from", "-", "--reason", "of s3cret@x.example"), "a=1"),
        (("--cookie-from", "-", "--reason", " "), "a=1"),
    ],
)
def test_usage(ops: Cli, arguments: tuple[str, ...], stdin: str) -> None:
    """What is missing or wrong is named; what was given is not repeated."""
    called = ops("signin", *arguments, stdin=stdin)
    assert (called.code, "s3cret" in called.out + called.err) == (64, False), called


@pytest.mark.usefixtures("workers")
def test_a_second_person_has_to_answer(world: Rehearsal, ops: Cli, browser: str) -> None:
    """Where nobody answers their own run, it is left for somebody else, and named."""
    run = world.start(world.account())
    waits(world, run)
    with runtime.journal().write() as tx:
        tx.conn.exec_driver_sql("UPDATE questions SET second_person = 1 WHERE answered_at IS NULL")
    done = ops("signin", "--cookie-from", "-", "--as", "kim", "--json", stdin=browser)
    assert [one["run"] for one in done.json["left"]] == [run]
    assert "Somebody other than kim" in done.json["left"][0]["why"]
    assert ops("signin", "--cookie-from", "-", "--as", "lee", stdin=browser).code == 0
    assert world.wait(run)["result"] == "proved"


def test_a_plan_needs_no_journal(world: Rehearsal, tmp_path: Path) -> None:
    """Showing a plan works where nothing was ever set up, and leaves nothing behind."""
    state = tmp_path / "none"
    env = {k: v for k, v in world.env.items() if not k.endswith(("_KEYS", "_KEY"))}
    cli = Cli(
        tmp_path, {**env, "HANDOVER_STATE_DIR": str(state), "CUSTOMERSDOT_PASSWORD": PASSWORD}
    )
    account = world.account()
    called = cli("start", "--file", cli.request(**world.request(account)), "--plan-only")
    assert called.code == 2, called
    assert not (state / "journal.db").exists()


def test_the_doctor_looks_with_the_session_that_workers_have(
    world: Rehearsal, ops: Cli, browser: str
) -> None:
    """Before anybody has signed in it says what to do; afterwards that a person will be needed."""
    before = _said_of_customersdot(ops("doctor", "--json"))
    assert [one["status"] for one in before] == ["fail", "note"]
    assert "handover signin" in before[0]["says"]
    assert ops("signin", "--cookie-from", "-", stdin=browser).code == 0
    after = _said_of_customersdot(ops("doctor", "--json"))
    assert [one["status"] for one in after] == ["ok", "note"]
    assert "wait for a person" in after[1]["says"]


def _said_of_customersdot(called: Called) -> list[dict[str, Any]]:
    return [one for one in called.json["findings"] if one["check"] == "customersdot"]
