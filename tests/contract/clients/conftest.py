"""A sandbox of its own for these tests, and clients that talk to it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from clients.customersdot import CustomersDot
from clients.gitlab import GitLab
from clients.http import OnCall, log_call
from clients.mailgun import Mailgun
from clients.rails_admin import RailsAdmin
from clients.rails_sign_in import PasswordSignIn
from clients.shared_secret import Keeper
from clients.transport import Limits, RawAnswer, Transport
from clients.zendesk import Zendesk
from clients.zoql import Window
from clients.zuora import Zuora
from clients.zuora_bulk import ZuoraBulk
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known

ROOT = Path(__file__).parents[3]
CLIENT_ID = "5a4dbc0e-0000-4000-8000-000000000001"
SECRET = "sandbox-zuora-secret"
OPERATOR = ("ops@handover.example", "sandbox-password")
NILS = "nils.nordquist@brightwater.example"
READ_ONLY = ("readonly@handover.example", "sandbox-readonly")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox process; its address."""
    state = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state)]
    with subprocess.Popen(
        [*command, "--seed", "demo", "--lag", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()


@pytest.fixture
def sandbox(running: str) -> Sandbox:
    """The sandbox in its first state, without faults."""
    sandbox = Sandbox(running)
    sandbox.ask("POST", "/reset")
    sandbox.setting(lag=0)
    return sandbox


@pytest.fixture
def zuora(sandbox: Sandbox) -> Zuora:
    """A Zuora client with a short patience."""
    return Zuora(f"{sandbox.url}/zuora", CLIENT_ID, SECRET, limits=Limits(read=1))


@pytest.fixture
def zuora_bulk(zuora: Zuora) -> ZuoraBulk:
    """Zuora by the page."""
    return ZuoraBulk(zuora)


@pytest.fixture
def everything() -> Window:
    """All that there is."""
    return Window(before=datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))


@pytest.fixture
def gitlab(sandbox: Sandbox) -> GitLab:
    """GitLab with an admin's token."""
    return GitLab(f"{sandbox.url}/gitlab", "sandbox-gitlab-admin", limits=Limits(read=1))


@pytest.fixture
def mailgun(sandbox: Sandbox) -> Mailgun:
    """The mail log of CustomersDot's domain."""
    url = f"{sandbox.url}/mailgun"
    return Mailgun(url, "customers.gitlab.com", "sandbox-mailgun-key", limits=Limits(read=1))


@pytest.fixture
def zendesk(sandbox: Sandbox) -> Zendesk:
    """Zendesk as the agent whose notes ours are."""
    url, agent = f"{sandbox.url}/zendesk", ("handover@support.example", "sandbox-zendesk-token")
    return Zendesk(url, *agent, limits=Limits(read=1))


@pytest.fixture
def make_admin(sandbox: Sandbox) -> Callable[..., RailsAdmin]:
    """Makes a client of the admin for an operator."""

    def make(
        who: tuple[str, str] = OPERATOR,
        on_call: OnCall = log_call,
        keeper: Keeper | None = None,
        **limits: float,
    ) -> RailsAdmin:
        patience = Limits(**{"read": 1, **limits})  # type: ignore[arg-type]
        sign_in = PasswordSignIn(*who)
        url = f"{sandbox.url}/customersdot"
        return RailsAdmin(url, sign_in, keeper=keeper, limits=patience, on_call=on_call)

    return make


@pytest.fixture
def admin(make_admin: Callable[..., RailsAdmin]) -> RailsAdmin:
    """The admin as somebody who may write."""
    return make_admin()


@pytest.fixture
def dot(admin: RailsAdmin) -> CustomersDot:
    """CustomersDot as somebody who may write."""
    return CustomersDot(admin)


@pytest.fixture
def window() -> WriteWindow:
    """A window that is open for a while."""
    return WriteWindow("run-7f", time.monotonic() + 20)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once, unless the server asks for a wait."""
    monkeypatch.setattr("clients.http._backoff", lambda _: 0.0)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """All that any client of ours has been answered since, headers included."""
    answers: list[str] = []
    exchange = Transport.exchange

    def listening(self: Transport, request: requests.Request, deadline: float) -> RawAnswer:
        raw = exchange(self, request, deadline)
        answers.append(f"{dict(raw.headers)} {raw.body.decode()}")
        return raw

    monkeypatch.setattr(Transport, "exchange", listening)
    return lambda: "".join(answers)


@pytest.fixture
def nils(dot: CustomersDot) -> str:
    """Nils's id, read while all is well; the client is signed in from then on."""
    return known(dot.customer_by_email(NILS)).id


@pytest.fixture
def rename(admin: RailsAdmin, nils: str, window: WriteWindow) -> Callable[..., None]:
    """A write: rename Nils."""
    return lambda opens=window: admin.update("customer", nils, {"last_name": "Renamed"}, opens)


@pytest.fixture
def renamed(sandbox: Sandbox) -> Callable[[], int]:
    """How often Nils was really renamed, by the sandbox's own log."""
    return lambda: len(sandbox.writes())
