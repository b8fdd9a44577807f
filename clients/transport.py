"""One exchange over the wire: a request, the whole answer, and hard limits on time and size.

A failure is `NotSent` (not a byte left this machine, so nothing can have landed) or `NoAnswer`
(it may have): the two lead to different next steps.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
import urllib3
from requests.cookies import RequestsCookieJar

from clients.wire import ClockedAdapter, Exchange, NotSent, TooLate, serving

# urllib3 writes whole addresses into its log, and ours hold emails in their queries.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

CHUNK = 65_536


class NoAnswer(Exception):
    """Something was sent, and no whole answer came back. The text holds no personal data."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits in seconds, and the largest answer in bytes that is read into memory.

    `connect` holds for each address of a host, `read` between two pieces of an answer, `total` for
    a whole call. Looking up a host name is the one thing that can't be cut short; if it took too
    long, nothing is sent.
    """

    connect: float = 5
    read: float = 15
    total: float = 20
    size: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A whole answer. Its body may hold personal data, so it has no printed form."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Transport:
    """A session per process and client, so that a forked worker never shares a connection."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._kept, self._pid = _new_session(limits), os.getpid()

    @property
    def cookies(self) -> RequestsCookieJar:
        """The cookies of this very process; none after a fork."""
        return self._session.cookies

    def exchange(self, request: requests.Request, deadline: float) -> RawAnswer:
        """Send one request and read its whole answer before `deadline`. Never follows a redirect.

        Raises NotSent, TooLate and NoAnswer; none of them carries the address or a body.
        """
        exchange = Exchange(deadline, self.limits.read)
        try:
            with serving(exchange):
                return self._send(request, exchange)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            reason = _reason(error)
        # Outside the handler, so that the original, which names the address, is not its context.
        raise NoAnswer(reason) if exchange.sent else NotSent(reason)

    def _send(self, request: requests.Request, exchange: Exchange) -> RawAnswer:
        if exchange.remaining() <= 0:
            raise TooLate("the time was over before anything was sent")
        with self._session.send(
            self._session.prepare_request(request),
            stream=True,
            timeout=(self._connect_limit(exchange), self.limits.read),
            allow_redirects=False,
            verify=_certificates(),
        ) as response:
            return RawAnswer(response.status_code, response.headers, self._body(response))

    @property
    def _session(self) -> requests.Session:
        if self._pid != os.getpid():
            self._kept, self._pid = _new_session(self.limits), os.getpid()
        return self._kept

    def _connect_limit(self, exchange: Exchange) -> float:
        return max(0.001, min(self.limits.connect, exchange.remaining()))

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > self.limits.size:
                raise NoAnswer(f"the answer is larger than {self.limits.size} bytes")
        return bytes(body)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        # Even with redirects off, requests would read the body of one, without our size limit.
        return None


def _new_session(limits: Limits) -> requests.Session:
    session = _Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, ClockedAdapter(limits.total))
    return session


def _certificates() -> str | bool:
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _reason(error: Exception) -> str:
    inner = error.args[0] if error.args else None
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection"
    if isinstance(error, requests.Timeout | TimeoutError) or isinstance(
        inner, urllib3.exceptions.TimeoutError
    ):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "the answer is not readable"
    return "the connection failed"
