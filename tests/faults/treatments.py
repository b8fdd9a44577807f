"""What the kinds of faults do to a call that they strike."""

import json
from collections.abc import Callable
from email.utils import formatdate
from time import sleep, time
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.parts.exchange import GIVEN_UP_WITHIN, Exchange, Reply, Treatment, pass_on

WRITE_SECONDS = 5.0
READ_SECONDS = 2.0
"""The limits that the workers have; `late` faults are later than them."""
LIST_LENGTH = "100"
"""Rows of a list that nobody asked for: more than any real answer has."""


def says(status: int, body: object = "", headers: dict[str, str] | None = None) -> Treatment:
    """Answers instead of the sandbox; nothing is committed."""
    return lambda exchange: exchange.answer(reply_of(status, body, headers))


def says_after(status: int, body: object = "") -> Treatment:
    """Answers something else than the sandbox, which has done its work."""

    def treat(exchange: Exchange) -> None:
        exchange.ask()
        exchange.answer(reply_of(status, body))

    return treat


def reply_of(status: int, body: object, headers: dict[str, str] | None = None) -> Reply:
    if isinstance(body, str):
        return Reply.of(status, body, {"Content-Type": "text/html", **(headers or {})})
    named = {"Content-Type": "application/json", **(headers or {})}
    return Reply.of(status, json.dumps(body), named)


def rewritten(change: Callable[[bytes], bytes]) -> Treatment:
    """The sandbox's answer with another body."""

    def treat(exchange: Exchange) -> None:
        reply = exchange.ask()
        exchange.answer(Reply(reply.status, reply.headers, change(reply.body)))

    return treat


def says_until(name: str, answer: Treatment) -> Treatment:
    """That answer, until the run has made a call of that name, which may be any number later."""
    return lambda exchange: (pass_on if exchange.heard(name) else answer)(exchange)


def without(key: str) -> Treatment:
    """The answer's JSON without one of its keys."""

    def change(body: bytes) -> bytes:
        return json.dumps({k: v for k, v in json.loads(body).items() if k != key}).encode()

    return rewritten(change)


def says_wait_until_a_date(body: object) -> Treatment:
    """Zuora's 429 with the date of the next try in place of seconds."""

    def treat(exchange: Exchange) -> None:
        headers = {"Retry-After": formatdate(time() + 3, usegmt=True)}
        exchange.answer(reply_of(429, body, headers))

    return treat


def stale(exchange: Exchange) -> None:
    """The first thing that the same request was answered in this run."""
    now = exchange.ask()
    exchange.answer(next((past for past in exchange.past() if past.status == 200), now))


def without_filters(exchange: Exchange) -> None:
    """The server drops what it does not understand and lists anybody."""
    parts = urlsplit(exchange.call.target)
    asked = [(k, v) for k, v in parse_qsl(parts.query) if not k.startswith(("f[", "bulk_ids"))]
    kept = [pair for pair in asked if pair[0] != "all"]
    exchange.answer(exchange.ask(f"{parts.path}?{urlencode([*kept, ('per', LIST_LENGTH)])}"))


def list_instead(exchange: Exchange) -> None:
    """The list of the model in place of the record: what a missing one gets, with status 200."""
    model = exchange.call.target.split("/admin/")[1].split("/")[0].split(".")[0].split("?")[0]
    suffix = ".json" if exchange.call.wants_json else ""
    exchange.answer(exchange.ask(f"/customersdot/admin/{model}{suffix}?per={LIST_LENGTH}"))


def leaked_flash(exchange: Exchange) -> None:
    """An alert that belongs to another request, on a page that is otherwise right."""
    reply = exchange.ask()
    alert = b'<div class="alert-danger alert alert-dismissible">Customer failed to be updated</div>'
    body = reply.body.replace(b"<form", alert + b"<form", 1)
    exchange.answer(Reply(reply.status, reply.headers, body))


def half_body(exchange: Exchange) -> None:
    exchange.answer_half(exchange.ask())


def dripping(exchange: Exchange) -> None:
    exchange.drip(exchange.ask(), READ_SECONDS / 4)


def a_little_late(exchange: Exchange) -> None:
    reply = exchange.ask()
    sleep(READ_SECONDS / 4)
    exchange.answer(reply)


def hang_up_before(exchange: Exchange) -> None:
    exchange.hang_up()


def hang_up_after(exchange: Exchange) -> None:
    exchange.ask()
    exchange.hang_up()


def reset_before(exchange: Exchange) -> None:
    exchange.reset()


def reset_after(exchange: Exchange) -> None:
    exchange.ask()
    exchange.reset()


def silence_before(exchange: Exchange) -> None:
    exchange.client_leaves(GIVEN_UP_WITHIN)
    exchange.hang_up()


def silence_after(exchange: Exchange) -> None:
    exchange.ask()
    exchange.client_leaves(GIVEN_UP_WITHIN)
    exchange.hang_up()


def commit_when_given_up(exchange: Exchange) -> None:
    """The client's patience is over, its deadline is not: then the server does its work."""
    exchange.commit_late((WRITE_SECONDS - READ_SECONDS) / 3)


def commit_after_the_deadline(exchange: Exchange) -> None:
    """The server does its work when the client has judged already that it did not."""
    exchange.commit_late(WRITE_SECONDS - READ_SECONDS + 1)
