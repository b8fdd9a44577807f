"""The queue: how many messages wait, and whether anybody takes them."""

from collections.abc import Iterator

import redis

from config.settings import Settings
from domain.errors import HandoverError
from handover.checks.crew import START, crew
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.checks.redis import connection
from handover.exits import Exit
from handover.words import counted
from worker.runtime import has_journal, journal

_LONG_QUEUE = 1000


def queue(current: Settings) -> Iterator[Finding]:
    """Messages that nobody takes are the first sign of a missing or wrongly named worker."""
    try:
        with connection(current) as client:
            length = int(client.llen(current.queue))
            waiting = _waiting(client)
    except (redis.RedisError, OSError, ValueError):
        return  # the check of Redis says why
    text = f"{counted(length, 'message')} in the queue {current.queue}"
    alive = _alive(current)
    if length > _LONG_QUEUE:
        yield warn("queue", text, "Are there enough workers?")
    elif length and alive == 0:
        text = f"{text}, and nobody takes them"
        again = f"{START} One that runs already must have the same HANDOVER_QUEUE and REDIS_URL."
        yield fail("queue", text, again, Exit.UNAVAILABLE)
    else:
        yield ok("queue", text)
    if waiting is None:
        yield unknown("queue", "who waits for messages is not told to this Redis user")
    elif waiting:
        yield ok("queue", f"{waiting} connection(s) wait for messages there, as workers do")
    elif alive:
        again = "Busy workers don't wait either; if runs don't move, compare their REDIS_URL."
        yield unknown("queue", "nobody waits for messages at this moment", again)


def _waiting(client: "redis.Redis") -> int | None:
    try:
        clients: list[dict[str, str]] = client.client_list()
    except redis.ResponseError:
        return None
    return sum(one.get("cmd") == "brpop" for one in clients)


def _alive(current: Settings) -> int | None:
    """The number of workers alive; None where the journal can't tell."""
    if not has_journal(current):
        return None
    try:
        with journal().read() as tx:
            return len(crew(tx, "worker")[0])
    except HandoverError:
        return None
