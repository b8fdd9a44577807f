"""Redis: reachable, new enough, durable, and who waits for messages there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import Settings
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit

MINIMUM = (6, 2)
_LOCAL = {"localhost", "127.0.0.1", "::1", None}
_LONG_QUEUE = 1000


def broker(current: Settings) -> Iterator[Finding]:
    """Everything about the broker."""
    try:
        with redis.Redis.from_url(
            current.redis_url,
            socket_timeout=3,
            socket_connect_timeout=3,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            info: dict[str, Any] = client.info()
            yield from _server(info)
            yield from _transport(current)
            yield from _queue(client, current)
    except redis.AuthenticationError:
        text = "it refuses the user or password of REDIS_URL"
        yield fail("redis", text, "Correct REDIS_URL.", Exit.UNAVAILABLE)
    except (redis.RedisError, OSError) as error:
        text = f"{_place(current)} can't be reached ({type(error).__name__})"
        again = "Start it (`handover up` brings its own), or correct REDIS_URL. No run is lost."
        yield fail("redis", text, again, Exit.UNAVAILABLE)
    except ValueError:
        yield fail("redis", "REDIS_URL is no address of a Redis", "Correct it.", Exit.USAGE)


def _server(info: dict[str, Any]) -> Iterator[Finding]:
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < MINIMUM:
        text = f"version {version} is older than 6.2"
        yield fail("redis", text, "Use a newer server.", Exit.FAILED)
    else:
        yield ok("redis", f"answers, version {version}")
    if not info.get("aof_enabled"):
        text = "it does not keep its data durably (appendonly is off)"
        yield warn("redis", text, "After its restart runs wait for recovery; none is lost.")
    policy = info.get("maxmemory_policy")
    if policy is None:
        yield unknown("redis", "its eviction policy is not told")
    elif policy != "noeviction" and info.get("maxmemory"):
        text = f"it may throw messages away when its memory is full ({policy})"
        yield warn("redis", text, "Set maxmemory-policy noeviction.")


def _transport(current: Settings) -> Iterator[Finding]:
    parts = urlsplit(current.redis_url)
    if parts.scheme == "redis" and parts.hostname not in _LOCAL:
        text = "the connection to another host is not encrypted"
        yield warn("redis", text, "Use rediss:// in REDIS_URL, and a password.")


def _queue(client: "redis.Redis", current: Settings) -> Iterator[Finding]:
    length = int(client.llen(current.queue))
    text = f"{length} message(s) wait in the queue {current.queue}"
    if length > _LONG_QUEUE:
        yield warn("queue", text, "Are there enough workers?")
    else:
        yield ok("queue", text)
    try:
        clients: list[dict[str, str]] = client.client_list()
    except redis.RedisError:
        yield unknown("queue", "who waits for messages is not told by this Redis")
        return
    waiting = sum(one.get("cmd") == "brpop" for one in clients)
    if waiting:
        yield ok("queue", f"{waiting} connection(s) wait for messages there, as workers do")
    else:
        again = "Busy workers don't wait either; if runs don't move, start a worker."
        yield unknown("queue", "nobody waits for messages at this moment", again)


def _place(current: Settings) -> str:
    parts = urlsplit(current.redis_url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
