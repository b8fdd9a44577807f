"""What the faults do to a request that meets one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox import wire
from sandbox.faults import Fault, FaultBook, Held
from sandbox.refusals import PAUSE, too_many_at_once, too_many_over_time
from sandbox.wire import Gone, Reply

if TYPE_CHECKING:
    import socket

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GLANCE = 0.02
LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>"
    '<form action="/login" method="post"><input name="username"><input name="password"'
    ' type="password"></form></body></html>'
)


@dataclass(frozen=True)
class Encounter:
    """One request, the fault it met, and the system that would have answered it."""

    fault: Fault
    book: FaultBook
    app: WSGIApplication
    environ: WSGIEnvironment
    start_response: StartResponse

    @property
    def socket(self) -> socket.socket:
        """The connection."""
        return wire.socket_of(self.environ)

    def proceed(self) -> Reply:
        """Let the system do its work and hand over its answer instead of sending it."""
        return wire.answer_of(self.app, self.environ)

    def send(self, reply: Reply) -> Iterable[bytes]:
        """Answer properly."""
        return reply.send(self.start_response)

    def end(self) -> Gone:
        """Hang up; to be raised, so that nobody tries to answer."""
        wire.hang_up(self.socket)
        return Gone()

    def wait(self, stage: str, *, for_ever: bool = True) -> Held:
        """Keep the request until it is released, and watch whether its sender is still there.

        The fault's `seconds`, if any, end the wait as a release does; unless it is meant
        `for_ever`, so does a sender who gives up.
        """
        held = Held(self.environ["REQUEST_METHOD"], self.environ.get("PATH_INFO", ""), stage)
        self.book.hold(self.fault, held)
        seconds = self.fault.seconds
        deadline = time.monotonic() + seconds if seconds else float("inf")
        while not held.released.wait(GLANCE) and time.monotonic() < deadline:
            held.client_alive = held.client_alive and wire.alive(self.socket)
            if not (held.client_alive or for_ever):
                break
        held.client_alive = held.client_alive and wire.alive(self.socket)
        self.book.let_go(self.fault, held)
        return held


def refuse(met: Encounter) -> Iterable[bytes]:
    """Hang up without reading the request."""
    raise met.end()


def reset(met: Encounter) -> Iterable[bytes]:
    """Read the request and answer with a TCP reset."""
    wire.reset(met.socket)
    raise Gone


def latency(met: Encounter) -> Iterable[bytes]:
    """Work as usual, but late."""
    time.sleep(met.fault.seconds or 0)
    return met.send(met.proceed())


def timeout_before(met: Encounter) -> Iterable[bytes]:
    """Say nothing and do nothing until the client gives up."""
    met.wait("timeout-before", for_ever=False)
    raise met.end()


def timeout_after(met: Encounter) -> Iterable[bytes]:
    """Do the work, then say nothing."""
    met.proceed()
    met.wait("timeout-after", for_ever=False)
    raise met.end()


def hold_before(met: Encounter) -> Iterable[bytes]:
    """Keep the request before anything is committed.

    A request on the wire outlives its sender: when released it is carried out although nobody
    waits for it any more, unless the fault says `drop`.
    """
    held = met.wait("before-commit")
    if held.abandoned or (met.fault.drop and not held.client_alive):
        raise met.end()
    return met.send(met.proceed())


def hold_after(met: Encounter) -> Iterable[bytes]:
    """Commit, then keep the answer back."""
    reply = met.proceed()
    held = met.wait("after-commit")
    if held.abandoned:
        raise met.end()
    return met.send(reply)


def status(met: Encounter) -> Iterable[bytes]:
    """Answer with a status of the test's choice, without doing the work."""
    return met.send(Reply.of(met.fault.code, met.fault.body or "", met.fault.headers))


def status_after(met: Encounter) -> Iterable[bytes]:
    """Do the work, then answer with a status of the test's choice."""
    met.proceed()
    return status(met)


def rate_concurrency(met: Encounter) -> Iterable[bytes]:
    """Zuora's first 429: too many at once, with Retry-After."""
    wait = {"Retry-After": f"{met.fault.seconds or PAUSE:g}"}
    return met.send(too_many_at_once(wait | met.fault.headers))


def rate_limit(met: Encounter) -> Iterable[bytes]:
    """Zuora's second 429, with RateLimit-Reset. For CustomersDot the shape is a guess."""
    wait = f"{met.fault.seconds or 600:g}"
    return met.send(too_many_over_time("minute", wait, met.fault.headers))


def truncated(met: Encounter) -> Iterable[bytes]:
    """Do the work and break off in the middle of the answer."""
    return met.proceed().send_half(met.start_response, met.socket)


def drip(met: Encounter) -> Iterable[bytes]:
    """Do the work and answer byte by byte, `seconds` apart."""
    pause = 0.01 if met.fault.seconds is None else met.fault.seconds
    return met.proceed().send_drops(met.start_response, pause)


def expired_session(met: Encounter) -> Iterable[bytes]:
    """Treat the client's token or cookie as expired from now on."""
    met.environ["sandbox.expire_session"] = True
    return met.send(met.proceed())


def success_false(met: Encounter) -> Iterable[bytes]:
    """Zuora's HTTP 200 that is a failure; the default reason is a lock competition."""
    message = "Operation failed due to a lock competition, please retry later."
    reasons = [{"code": 50000050, "message": message}]
    body = {"success": False, "processId": "SANDBOX", "reasons": reasons, "requestId": "sandbox"}
    return met.send(Reply.of(200, met.fault.body or json.dumps(body), met.fault.headers))


def stale_read(met: Encounter) -> Iterable[bytes]:
    """Answer a read with the state of some seconds ago."""
    met.environ["sandbox.as_of"] = time.time() - (met.fault.seconds or 30)
    return met.send(met.proceed())


def login_page_200(met: Encounter) -> Iterable[bytes]:
    """What an identity-aware proxy shows when the sign-in has run out: HTML with status 200."""
    return met.send(Reply.of(200, met.fault.body or LOGIN_PAGE, {"Content-Type": "text/html"}))


Treatment = Callable[[Encounter], Iterable[bytes]]
# A reset while the body is still arriving looks to some clients like a plain hang-up.
BEFORE_READING: dict[str, Treatment] = {"refuse": refuse}
TREATMENTS: dict[str, Treatment] = {
    "reset": reset,
    "latency": latency,
    "timeout_before": timeout_before,
    "timeout_after": timeout_after,
    "hold_before_commit": hold_before,
    "hold_after_commit": hold_after,
    "status": status,
    "status_after": status_after,
    "rate_concurrency": rate_concurrency,
    "rate_limit": rate_limit,
    "truncated": truncated,
    "drip": drip,
    "expired_session": expired_session,
    "success_false": success_false,
    "stale_read": stale_read,
    "login_page_200": login_page_200,
}
