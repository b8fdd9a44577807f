"""The doctor about GitLab, Mailgun and Zendesk: left out, well, refused and gone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from config.settings import Settings
from handover.checks import further
from handover.checks.finding import Finding, Status
from handover.exits import Exit
from tests.parts.sandbox import SandboxProcess, sandbox_process

Check = Callable[[Settings], Iterator[Finding]]
CHECKS = {"gitlab": further.gitlab, "mailgun": further.mailgun, "zendesk": further.zendesk}
SECRETS = {"gitlab": "gitlab_token", "mailgun": "mailgun_key", "zendesk": "zendesk_token"}

pytestmark = pytest.mark.parametrize("system", CHECKS)


@pytest.fixture(scope="module")
def world() -> Iterator[SandboxProcess]:
    with sandbox_process() as sandbox:
        yield sandbox


def found(system: str, world: SandboxProcess | None = None, **values: Any) -> Finding:
    """The one finding of a check, without the limits that all workers share."""
    given = {
        n.removeprefix("HANDOVER_").lower(): v for n, v in (world.env if world else {}).items()
    }
    free = {f"{one}_{limit}": 0 for one in CHECKS for limit in ("at_once", "per_minute")}
    (one,) = CHECKS[system](Settings(**{**given, **free, **values}))
    return one


def test_left_out(system: str) -> None:
    """Said plainly, with what to set; and no failure."""
    one = found(system)
    assert (one.check, one.status) == (system, Status.NOTE)
    assert f"not configured (HANDOVER_{system.upper()}_URL is not set)" in one.says
    assert f"Set HANDOVER_{system.upper()}_URL" in one.next


def test_well(system: str, world: SandboxProcess) -> None:
    assert found(system, world).status is Status.OK


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_credentials_that_do_not_count(system: str, world: SandboxProcess, secret: str) -> None:
    one = found(system, world, **{SECRETS[system]: secret})
    assert (one.status, one.exit_code) == (Status.FAIL, Exit.SIGN_IN)
    assert f"HANDOVER_{system.upper()}" in one.says


def test_gone(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address at which nothing answers is another matter than none."""
    monkeypatch.setattr("clients.http._backoff", lambda _: 0.0)
    one = found(system, None, **{f"{system}_url": "http://127.0.0.1:1"})
    assert (one.status, one.exit_code) == (Status.FAIL, Exit.UNAVAILABLE)


def test_no_address_at_all(system: str) -> None:
    one = found(system, None, **{f"{system}_url": "gitlab"})
    assert one.status is Status.FAIL
    assert "not an http(s) address" in one.says
