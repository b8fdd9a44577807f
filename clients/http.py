"""Time limits, tries, waits and the names of failures, for every system that is talked to.

A read is tried a few times. A write is sent once, in its window; what may have landed is
OutcomeUnknown and is the caller's to read back.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypedDict, TypeVar

import requests
from requests.cookies import RequestsCookieJar
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from clients.answers import Answer, Call
from clients.gate import Gate, OpenGate, gate_from
from clients.ledger import Allowance
from clients.transport import Limits, NoAnswer, Transport
from clients.wire import NotSent, TooLate
from config.settings import Settings
from domain.errors import Defect, OutcomeUnknown, Transient, Unavailable
from domain.windows import WriteWindow

logger = logging.getLogger(__name__)
T = TypeVar("T")

TRIES = 4
LONGEST_SLEEP = 5.0
"""Seconds. A longer wait goes back to the journal, which holds no worker while it waits."""

_backoff = wait_exponential_jitter(multiplier=0.2, max=LONGEST_SLEEP, jitter=0.2)
_run: ContextVar[str] = ContextVar("run", default="handover")


@dataclass(frozen=True, slots=True)
class CallMade:
    """One request that was sent or tried. `status` is None without an answer; `path` has no ids."""

    system: str
    method: str
    path: str
    status: int | None
    seconds: float


OnCall = Callable[[CallMade], None]


def log_call(made: CallMade) -> None:
    """The default hook: one structured line per request, at debug level."""
    extra = {"call": {field: getattr(made, field) for field in CallMade.__slots__}}
    line = "%s %s %s: %s in %.3f s"
    logger.debug(line, made.system, made.method, made.path, made.status, made.seconds, extra=extra)


@contextmanager
def calls_named(run: str) -> Iterator[None]:
    """Name a run in the headers of the reads made inside; a write carries its window's name."""
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)


def limits_from(settings: Settings) -> Limits:
    """The limits that the settings ask for. A read, tries included, may last as long as a write."""
    return Limits(
        connect=settings.connect_seconds,
        read=settings.read_seconds,
        total=settings.write_seconds,
    )


class Options(TypedDict, total=False):
    """What every client can be given: its time limits, its gate, and what hears of each call."""

    limits: Limits | None
    gate: Gate | None
    on_call: OnCall


def options_from(
    settings: Settings,
    system: str,
    allowance: Allowance,
    on_call: OnCall = log_call,
    gate: Gate | None = None,
) -> Options:
    """The options that the settings ask for; `system` names the gate that all workers share.

    That is the gate, unless another one is given.
    """
    gate = gate or gate_from(settings, system, allowance)
    return Options(limits=limits_from(settings), gate=gate, on_call=on_call)


class Http:
    """The calls of one client. `name_header` is the header that carries the name of the run."""

    def __init__(
        self,
        system: str,
        base_url: str,
        *,
        name_header: str,
        limits: Limits | None = None,
        gate: Gate | None = None,
        on_call: OnCall = log_call,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not re.match(r"https?://[^/?#@]+(/[^?#]*)?$", base_url):
            raise Unavailable(f"{system}: its address is missing or not an http(s) address")
        self.system = system
        self.base_url = base_url.rstrip("/")
        self._name_header = name_header
        self._limits = limits or Limits()
        self._transport = Transport(self._limits)
        self._gate = gate or OpenGate()
        self._on_call = on_call
        self._sleep = sleep

    @property
    def cookies(self) -> RequestsCookieJar:
        """The cookies that this process has been given; a forked process begins with none."""
        return self._transport.cookies

    def read(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """What `understand` makes of the answer; up to 4 tries within the total time.

        `understand` raises Transient for what may pass; a wait of up to 5 s is slept, a longer one
        is raised to the caller. Everything else that it raises ends the call. Raises Transient.
        """
        deadline = time.monotonic() + self._limits.total
        tries = Retrying(
            retry=retry_if_exception(_worth_another_try),
            stop=stop_after_attempt(TRIES) | stop_before_delay(self._limits.total),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return tries(lambda: understand(self._read_once(call, deadline)))

    def write(self, call: Call, window: WriteWindow) -> Answer:
        """Send a write once, inside its window, and return the answer that the other side gave.

        Raises Transient where it surely did not land (never sent, or 429), with code `held-off`
        where no call is allowed now and `window-closed` after the window; OutcomeUnknown where it
        may have (no whole answer, 5xx).
        """
        title = f"{self.system}: {call}"
        try:
            answer = self._send(call, window.closes_at, window.request_id)
        except TooLate:
            raise Transient(f"{title}: the write window closed", code="window-closed") from None
        except NotSent as failure:
            raise Transient(f"{title}: {failure}; nothing was sent", code="not-sent") from None
        except NoAnswer as failure:
            raise OutcomeUnknown(f"{title}: {failure}; it may have landed, read back") from None
        if answer.status == 429:
            raise too_many(answer)
        if answer.status >= 500:
            raise OutcomeUnknown(f"{title}: status {answer.status}; it may have landed, read back")
        return answer

    def _read_once(self, call: Call, deadline: float) -> Answer:
        try:
            return self._send(call, deadline, _run.get())
        except (NotSent, NoAnswer) as failure:
            raise Transient(f"{self.system}: {call}: {failure}", code="unreachable") from None

    def _send(self, call: Call, deadline: float, run: str) -> Answer:
        with self._gate.permit(deadline):
            answer = self._exchange(call, deadline, run)
        if answer.status == 429 and answer.delay:
            self._gate.hold_off(answer.delay)
        return answer

    def _exchange(self, call: Call, deadline: float, run: str) -> Answer:
        started, status = time.monotonic(), None
        try:
            raw = self._transport.exchange(self._request(call, run), deadline)
            status = raw.status
        finally:
            seconds = time.monotonic() - started
            self._on_call(CallMade(self.system, call.method, call.name, status, seconds))
        return Answer(f"{self.system}: {call}", raw.status, raw.headers, raw.body)

    def _request(self, call: Call, run: str) -> requests.Request:
        return requests.Request(
            call.method,
            self.base_url + call.path,
            params=list(call.params),
            data=call.content if call.form is None else list(call.form),
            json=call.json,
            headers={**call.headers, self._name_header: header_name(run)},
        )


def header_name(run: str) -> str:
    """A run's name as both systems take it: at most 64 ASCII letters, digits, `-` and `_`."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", run)[:64]


def too_many(answer: Answer) -> Transient:
    """The error of a 429, with the wait that was asked for."""
    text = f"{answer.title}: too many requests"
    return Transient(text, delay=answer.delay, code="rate-limited")


def raise_if_down(answer: Answer) -> None:
    """Raises Transient for a read's 429, 408 and 5xx."""
    if answer.status == 429:
        raise too_many(answer)
    if answer.status >= 500 or answer.status == 408:
        text = f"{answer.title}: status {answer.status}"
        raise Transient(text, delay=answer.delay, code="server-error")


def undocumented(answer: Answer, what: str = "") -> Defect:
    """The error for an answer that nothing documents."""
    return Defect(f"{answer.title}: undocumented answer, status {answer.status} {what}".rstrip())


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, Transient) and (error.delay or 0) <= LONGEST_SLEEP


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.delay if isinstance(error, Transient) else None
    return _backoff(state) if asked is None else asked
