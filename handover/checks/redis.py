"""Redis: reachable, allowed, new enough, durable, and keeping what it was given."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import Settings
from handover.checks import redis_rights
from handover.checks.finding import Finding, fail, note, ok, unknown, warn
from handover.exits import Exit

MINIMUM = (6, 2)
_LOCAL = {"localhost", "127.0.0.1", "::1", None}


def broker(current: Settings) -> Iterator[Finding]:
    """Everything about the broker itself; who works on its queue is another check."""
    try:
        with connection(current) as client:
            client.ping()
            yield from _server(client)
            yield from transport(current)
            yield from redis_rights.rights(client, current)
    except (redis.RedisError, OSError) as error:
        yield _unusable(current, error)
    except ValueError:
        yield fail("redis", "REDIS_URL is no address of a Redis", "Correct it.", Exit.USAGE)


def connection(current: Settings) -> "redis.Redis":
    """A client that tries once and not for long."""
    return redis.Redis.from_url(
        current.redis_url,
        socket_timeout=3,
        socket_connect_timeout=3,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
    )


def _unusable(current: Settings, error: Exception) -> Finding:
    """Why it can't be used, as far as the error tells. Its own text is not repeated."""
    again = "Start it (`handover up` brings its own), or correct REDIS_URL. No run is lost."
    text = f"{place(current)} can't be reached ({type(error).__name__})"
    match _cause(error):
        case redis.AuthenticationError():
            text = "it refuses the user or password of REDIS_URL"
            again = "Put the right ones there: rediss://USER:PASSWORD@HOST:PORT/0."
        case redis.exceptions.NoPermissionError():
            text = "its rules (ACL) refuse even PING to the user of REDIS_URL"
            again = "Give that user the rights that the deployment guide lists."
        case ssl.SSLCertVerificationError() as refused:
            text = f"its certificate is not trusted ({refused.verify_message})"
            again = "Name the authority's file: append ?ssl_ca_certs=FILE to REDIS_URL."
        case ssl.SSLError():
            text = f"{place(current)} does not speak TLS as rediss:// expects"
            again = "Is this its TLS port? Without TLS the address begins with redis://."
        case redis.exceptions.BusyLoadingError():
            text, again = "it still loads its data", "Wait, then look again."
        case _ if _somebody_listens(current):
            text = f"{place(current)} takes the connection and gives no answer"
            again = (
                "Is it a Redis, and this its TLS port? Without TLS the address begins with redis://."
                if urlsplit(current.redis_url).scheme == "rediss"
                else "Is it a Redis, and does it want TLS? Then use rediss://. Else see its log."
            )
    return fail("redis", text, again, Exit.UNAVAILABLE)


def _somebody_listens(current: Settings) -> bool:
    parts = urlsplit(current.redis_url)
    try:
        socket.create_connection((parts.hostname or "localhost", parts.port or 6379), 3).close()
    except OSError:
        return False
    return True


def _cause(error: Exception) -> BaseException:
    """The TLS error behind an error of connecting, if there is one; else the error itself."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, ssl.SSLError):
        found = found.__cause__ or found.__context__
    return found or error


def _server(client: "redis.Redis") -> Iterator[Finding]:
    try:
        info: dict[str, Any] = client.info()
    except redis.exceptions.NoPermissionError:
        text = "it answers; its version and its limits are not told to this user (INFO)"
        yield unknown("redis", text)
        return
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < MINIMUM:
        text = f"version {version} is older than 6.2"
        yield fail("redis", text, "Use a newer server.", Exit.FAILED)
    else:
        yield ok("redis", f"answers, version {version}")
    yield from _memory(info)
    if not info.get("aof_enabled"):
        text = "it does not keep its data durably (appendonly is off)"
        yield note("redis", text, "After its restart runs wait for recovery; none is lost.")


def _memory(info: dict[str, Any]) -> Iterator[Finding]:
    policy, limit = info.get("maxmemory_policy"), info.get("maxmemory")
    if policy is None:
        yield unknown("redis", "its eviction policy is not told")
    elif policy != "noeviction":
        when = "when its memory is full" if limit else "once maxmemory is set"
        text = f"it throws messages away {when} (maxmemory-policy {policy})"
        yield warn("redis", text, "Set maxmemory-policy noeviction.")
    used = int(info.get("used_memory") or 0)
    if limit and used > 0.9 * int(limit):
        text = f"it uses {used * 100 // int(limit)} % of its maxmemory; when full it refuses work"
        yield warn("redis", text, "Raise maxmemory, or find out what fills it.")


def transport(current: Settings) -> Iterator[Finding]:
    """What the address alone says about the way to another host."""
    parts = urlsplit(current.redis_url)
    if parts.scheme == "redis" and parts.hostname not in _LOCAL:
        text = "the connection to another host is not encrypted"
        yield warn("redis", text, "Use rediss:// in REDIS_URL, and a password.")
    if parts.hostname not in _LOCAL and not parts.password:
        text = "no password stands in REDIS_URL: whoever reaches it can send messages"
        yield warn("redis", text, "Have it ask for one (requirepass, or an ACL user).")


def place(current: Settings) -> str:
    """Host and port, without passwords."""
    parts = urlsplit(current.redis_url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
