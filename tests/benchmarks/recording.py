"""The HTTP calls of a real run, recorded in this process and made again by a bare script."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from celery.exceptions import Ignore

from clients.transport import RawAnswer, Transport
from tasks.canvases import CHANGE_CONTACT
from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until
from worker.step import deliver

TOKEN = re.compile(r'name="authenticity_token"[^>]*value="([^"]+)"')
SIGN_IN = "/customersdot/admins/sign_in"


@dataclass(frozen=True)
class Recorded:
    """One call and the step that made it."""

    step: str
    request: requests.Request

    @property
    def path(self) -> str:
        """The path with the system in front, as the sandbox mounts it."""
        return urlsplit(self.request.url).path

    @property
    def label(self) -> str:
        """Method, path without ids, and what a list was filtered by."""
        path = re.sub(r"/(\d+|A\d+)(?=/|\.|$)", "/{id}", self.path.removeprefix("/customersdot"))
        names = [name for name, _ in self.request.params]
        filters = [found.group(1) for n in names if (found := re.match(r"f\[(\w+)\].*\[v\]", n))]
        if "bulk_ids[]" in names:
            filters.append("id")
        by = f" by {', '.join(filters)}" if filters else ""
        return f"{self.request.method} {path}{by}"


def record(made: Rehearsal, account: Mapping[str, Any]) -> list[Recorded]:
    """Carries out one run in this very process and returns the calls that it made."""
    calls: list[Recorded] = []
    run_id = made.start(account)
    for step in CHANGE_CONTACT.steps:
        with _recording(step.name, calls):
            wait_until(lambda step=step: _done(made, step, run_id))  # type: ignore[misc]
    assert made.wait(run_id, 0)["result"] == "proved"
    return calls


def _done(made: Rehearsal, step: Any, run_id: str) -> bool:
    try:
        deliver(step, run_id)
    except Ignore:
        return False
    return True


@contextmanager
def _recording(step: str, calls: list[Recorded]) -> Iterator[None]:
    exchange = Transport.exchange

    def recorded(self: Transport, request: requests.Request, deadline: float) -> RawAnswer:
        calls.append(Recorded(step, request))
        return exchange(self, request, deadline)

    setattr(Transport, "exchange", recorded)  # noqa: B010 - the type checker forbids it otherwise
    try:
        yield
    finally:
        setattr(Transport, "exchange", exchange)  # noqa: B010


class BareScript:
    """The recorded calls with `requests` alone: no journal, no checks, no parsing of answers."""

    def __init__(self, url: str, env: Mapping[str, str]) -> None:
        self._url = url
        self._env = env
        self._session = requests.Session()
        self._csrf = ""
        self._bearer = ""

    def sign_in(self) -> None:
        """A token of Zuora and a session of CustomersDot, as every run finds them."""
        self._session.cookies.clear()
        form = {
            "client_id": self._env["ZUORA_CLIENT_ID"],
            "client_secret": self._env["ZUORA_CLIENT_SECRET"],
            "grant_type": "client_credentials",
        }
        answer = self._session.post(f"{self._url}/zuora/oauth/token", data=form, timeout=30)
        self._bearer = f"Bearer {answer.json()['access_token']}"
        self._keep_token(self._session.get(self._url + SIGN_IN, timeout=30).text)
        person = {
            "authenticity_token": self._csrf,
            "admin[email]": self._env["CUSTOMERSDOT_EMAIL"],
            "admin[password]": self._env["CUSTOMERSDOT_PASSWORD"],
        }
        self._session.post(self._url + SIGN_IN, data=person, timeout=30, allow_redirects=False)

    def replay(self, calls: list[Recorded]) -> float:
        """Makes all calls in order and returns the seconds that took."""
        begun = time.perf_counter()
        for call in calls:
            self._make(call)
        return time.perf_counter() - begun

    def _make(self, call: Recorded) -> None:
        asked = call.request
        headers = dict(asked.headers)
        if "Authorization" in headers:
            headers["Authorization"] = self._bearer
        form = [
            (name, self._csrf if name == "authenticity_token" else value)
            for name, value in asked.data or []
        ]
        answer = self._session.request(
            asked.method,
            self._url + call.path,
            params=asked.params,
            data=form or None,
            json=asked.json,
            headers=headers,
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code < 400, f"{call.label}: {answer.status_code}"
        if asked.method == "GET" and "html" in answer.headers.get("Content-Type", ""):
            self._keep_token(answer.text)

    def _keep_token(self, page: str) -> None:
        self._csrf = TOKEN.findall(page)[-1]
