"""What the doctor and `signin` say of credentials that let runs down later."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.calls import Called, Cli
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal

READER = {
    "CUSTOMERSDOT_EMAIL": "readonly@handover.example",
    "CUSTOMERSDOT_PASSWORD": "sandbox-readonly",
}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """One that has its password."""
    with rehearsal(redis_server) as made:
        yield made


@pytest.fixture
def signed_in(installation: Rehearsal, tmp_path: Path) -> Cli:
    """The command line, where token and session are shared and live."""
    cli = Cli(tmp_path, installation.env)
    assert cli("signin").code == 0
    assert _statuses(cli("doctor", "--json"), "zuora") == ["ok"]
    return cli


def _said(called: Called, check: str) -> list[dict[str, Any]]:
    return [one for one in called.json["findings"] if one["check"] == check]


def _statuses(called: Called, check: str) -> list[str]:
    return [one["status"] for one in _said(called, check)]


@pytest.mark.parametrize(
    ("check", "name", "said"),
    [
        ("zuora", "ZUORA_CLIENT_SECRET", "the configured secret is refused; runs stop when"),
        ("customersdot", "CUSTOMERSDOT_PASSWORD", "the configured password is refused; runs stop"),
    ],
)
def test_a_wrong_secret_behind_a_good_shared_sign_in(
    signed_in: Cli, check: str, name: str, said: str
) -> None:
    """It is tried on its own: exit 4; what is shared stays as it is."""
    examined = signed_in("doctor", "--json", env={name: "s3cret-mistyped"})
    findings = _said(examined, check)
    assert [one["status"] for one in findings] == ["ok", "fail"]
    assert findings[1]["says"].startswith(said)
    assert name in findings[1]["next"]
    assert examined.code == 4
    assert "s3cret" not in examined.out + examined.err
    assert _statuses(signed_in("doctor", "--json"), check) == ["ok"]


def test_without_a_password_only_the_session_is_looked_at(signed_in: Cli) -> None:
    """Where a person signs in there is nothing else to try."""
    examined = signed_in("doctor", "--json", env={"CUSTOMERSDOT_PASSWORD": ""})
    assert _statuses(examined, "customersdot") == ["ok", "note"]


def test_an_account_that_may_only_read(signed_in: Cli) -> None:
    """It is shared, and it is said at once that runs will stop; then the sign-in is mended."""
    done = signed_in("signin", "--json", env=READER)
    assert (done.code, done.json["works"], done.json["may_write"]) == (0, True, False)
    assert "may read and not write: runs will stop" in done.err
    checked = signed_in("signin", "--check", "--json")
    assert (checked.code, checked.json["works"], checked.json["may_write"]) == (0, True, False)
    assert "runs will stop" in checked.err
    findings = _said(signed_in("doctor", "--json"), "customersdot")
    assert [one["status"] for one in findings] == ["ok", "warn"]
    assert "runs will stop" in findings[1]["says"]
    mended = signed_in("signin", "--json")
    assert (mended.json["may_write"], mended.err) == (True, "")
    assert _statuses(signed_in("doctor", "--json"), "customersdot") == ["ok"]


def test_an_address_where_something_else_answers(signed_in: Cli) -> None:
    """Not the credentials but the address is named."""
    url = f"{signed_in.env['CUSTOMERSDOT_URL']}/elsewhere"
    examined = signed_in("doctor", "--json", env={"CUSTOMERSDOT_URL": url})
    (finding,) = _said(examined, "customersdot")
    assert "nothing like CustomersDot's sign-in page answers there" in finding["says"]
    assert "check CUSTOMERSDOT_URL" in finding["says"]
    assert "CUSTOMERSDOT_URL" in finding["next"]
    assert examined.code == 64
