"""Whether the Redis user may do what workers do with their queue."""

from collections.abc import Iterator
from typing import Any

import redis

from config.settings import Settings
from handover.checks.finding import Finding, fail, ok, unknown
from handover.exits import Exit

_PRIORITIES = ("", "\x06\x163", "\x06\x166", "\x06\x169")
"""What Celery's Redis transport appends to a queue's name, by priority."""


def rights(client: "redis.Redis", current: Settings) -> Iterator[Finding]:
    """Tries each command in a transaction that is given up: rights are looked at, nothing is done.

    Redis decides about rights when a command is queued, and DISCARD forgets the queue.
    """
    pooled: Any = client.connection_pool.get_connection()
    try:
        lacking = [words[0] for words in _needed(current.queue) if not _allowed(pooled, words)]
    except (redis.RedisError, OSError):
        yield unknown("redis", "what its user may do could not be found out")
        return
    finally:
        client.connection_pool.release(pooled)
    if lacking:
        text = f"its user may not {', '.join(dict.fromkeys(lacking))} on the keys that workers use"
        keys = f"~{current.queue}* ~{{{current.queue}.* ~_kombu* ~unacked*"
        yield fail("redis", text, f"Allow the user those commands on {keys}.", Exit.UNAVAILABLE)
    else:
        yield ok("redis", "its user may do what workers do there")


def _allowed(pooled: Any, words: tuple[str, ...]) -> bool:
    try:
        for command in (("MULTI",), words, ("DISCARD",)):
            pooled.send_command(*command)
            pooled.read_response()
    except redis.exceptions.NoPermissionError:
        _give_up(pooled)
        return False
    return True


def _give_up(pooled: Any) -> None:
    pooled.send_command("DISCARD")
    try:
        pooled.read_response()
    except redis.ResponseError:
        return  # MULTI itself was refused, so there is nothing to give up


def _needed(queue: str) -> Iterator[tuple[str, ...]]:
    for priority in _PRIORITIES:
        yield "BRPOP", queue + priority, "1"
        yield "LLEN", queue + priority
    yield "LPUSH", queue, ""
    binding = f"_kombu.binding.{queue}"
    yield "SADD", binding, ""
    yield "SMEMBERS", binding
    yield "HSET", "unacked", "x", ""
    yield "HGET", "unacked", "x"
    yield "HDEL", "unacked", "x"
    yield "ZADD", "unacked_index", "0", "x"
    yield "ZREVRANGEBYSCORE", "unacked_index", "0", "0"
    yield "ZREM", "unacked_index", "x"
    yield "SET", "unacked_mutex", "", "NX", "PX", "1"
    yield "EVALSHA", "0" * 40, "1", "unacked_mutex"
    yield from _for_limits(queue)


def _for_limits(queue: str) -> Iterator[tuple[str, ...]]:
    """What the limits on calls do (decision 11)."""
    for system in ("Zuora", "CustomersDot"):
        key = f"{{{queue}.{system}}}.slots"
        yield "EVALSHA", "0" * 40, "1", key
        yield "ZADD", key, "0", "x"
        yield "ZREM", key, "x"
    yield ("TIME",)
