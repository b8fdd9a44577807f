"""What `handover up` runs: how each part is started, and how one sees that it is ready."""

import json
import secrets
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.errors import Unavailable
from handover.embedded.ports import free_port
from handover.embedded.redis import answers, find_server, server_command, server_url

_CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "worker.app")


@dataclass(frozen=True)
class Programs:
    """The commands that are supervised, without the arguments that each recipe adds.

    `redis` is found on the machine when it is None. Tests put others in their place.
    """

    redis: Path | None = None
    sandbox: Sequence[str] = (sys.executable, "-m", "sandbox", "--seed", "demo")
    worker: Sequence[str] = (*_CELERY, "worker")
    beat: Sequence[str] = (*_CELERY, "beat")
    metrics: Sequence[str] = (sys.executable, "-m", "handover.cli", "metrics")


class Recipe(Protocol):
    """How to run one part."""

    @property
    def name(self) -> str:
        """The part's name in status lines and of its log file."""

    def command(self) -> Sequence[str]:
        """The command of the next start. Called once before each start."""

    def environment(self) -> Mapping[str, str]:
        """What the part needs in its environment besides what all parts get."""

    def ready(self, output: bytes, seconds: float) -> bool:
        """Whether the part serves, by what it has printed in the `seconds` since its start."""

    def where(self) -> str:
        """The part's address for people, or nothing."""


class _Port:
    """A port that is chosen anew until the part has been ready on it once, and then stays."""

    def __init__(self, given: int | None) -> None:
        self.number = given or 0
        self._settled = given is not None

    def next(self) -> int:
        """The port for the next start: another process may have taken the last one meanwhile."""
        if not self._settled:
            self.number = free_port()
        return self.number

    def settle(self) -> None:
        """Keep the port from now on: others have been told."""
        self._settled = True


class RedisRecipe:
    """A Redis-compatible server on 127.0.0.1 whose data lie in the state folder.

    It asks for a password that only the state folder tells: other users of the machine reach the
    port too.
    """

    name = "redis"

    def __init__(self, folder: Path, program: Path | None, port: int | None) -> None:
        self._folder = folder / "redis"
        self._program = program or find_server()
        self._port = _Port(port)
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """The broker's address, password included."""
        return server_url(self._port.number, self._password)

    def command(self) -> Sequence[str]:
        """Write the server's settings and name them."""
        return server_command(self._program, self._folder, self._port.next(), self._password)

    def environment(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def ready(self, output: bytes, seconds: float) -> bool:  # noqa: ARG002 (the protocol's)
        """Whether it answers a PING with our password, which another server would not accept."""
        try:
            if not answers(self.url):
                return False
        except (
            Unavailable
        ):  # another server was faster on this port; ours will end and try the next
            return False
        self._port.settle()
        return True

    def where(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port.number}"


class SandboxRecipe:
    """The simulated neighbours. `env` says how clients reach them and sign in."""

    name = "sandbox"

    def __init__(
        self, folder: Path, program: Sequence[str], port: int | None, environ: Mapping[str, str]
    ) -> None:
        self._folder = folder / "sandbox"
        self._program = program
        self._port = _Port(port)
        self._sign_in = {
            "SANDBOX_ZUORA_CLIENT_ID": str(uuid.uuid4()),
            "SANDBOX_ZUORA_CLIENT_SECRET": secrets.token_urlsafe(24),
            "SANDBOX_ADMIN_EMAIL": "ops@handover.example",
            "SANDBOX_ADMIN_PASSWORD": secrets.token_urlsafe(24),
            "SANDBOX_GITLAB_TOKEN": secrets.token_urlsafe(24),
            "SANDBOX_MAILGUN_KEY": secrets.token_urlsafe(24),
            "SANDBOX_ZENDESK_EMAIL": "handover@support.example",
            "SANDBOX_ZENDESK_TOKEN": secrets.token_urlsafe(24),
        }
        self._sign_in |= {name: environ[name] for name in self._sign_in if environ.get(name)}
        self.url = ""
        """Its base address, as it told it. Empty before it was ready."""

    @property
    def env(self) -> dict[str, str]:
        """The settings of a client, as `config.settings` reads them."""
        return {
            "ZUORA_URL": f"{self.url}/zuora",
            "ZUORA_CLIENT_ID": self._sign_in["SANDBOX_ZUORA_CLIENT_ID"],
            "ZUORA_CLIENT_SECRET": self._sign_in["SANDBOX_ZUORA_CLIENT_SECRET"],
            "CUSTOMERSDOT_URL": f"{self.url}/customersdot",
            "CUSTOMERSDOT_EMAIL": self._sign_in["SANDBOX_ADMIN_EMAIL"],
            "CUSTOMERSDOT_PASSWORD": self._sign_in["SANDBOX_ADMIN_PASSWORD"],
            "HANDOVER_GITLAB_URL": f"{self.url}/gitlab",
            "HANDOVER_GITLAB_TOKEN": self._sign_in["SANDBOX_GITLAB_TOKEN"],
            "HANDOVER_MAILGUN_URL": f"{self.url}/mailgun",
            "HANDOVER_MAILGUN_KEY": self._sign_in["SANDBOX_MAILGUN_KEY"],
            "HANDOVER_ZENDESK_URL": f"{self.url}/zendesk",
            "HANDOVER_ZENDESK_EMAIL": self._sign_in["SANDBOX_ZENDESK_EMAIL"],
            "HANDOVER_ZENDESK_TOKEN": self._sign_in["SANDBOX_ZENDESK_TOKEN"],
            "HANDOVER_INTERNAL_DOMAINS": "sales.example",  # where its Account Managers are
        }

    def command(self) -> Sequence[str]:
        """The program with its port and the folder for its data."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return [*self._program, "--port", str(self._port.next()), "--state", str(self._folder)]

    def environment(self) -> Mapping[str, str]:
        """The credentials that it shall accept."""
        return self._sign_in

    def ready(self, output: bytes, seconds: float) -> bool:  # noqa: ARG002 (the protocol's)
        """Whether it has printed its line of JSON with its address."""
        for line in output.splitlines(keepends=True):
            if line.startswith(b'{"') and line.endswith(b"}\n") and b'"url"' in line:
                self.url = str(json.loads(line)["url"])
                self._port.settle()
                return True
        return False

    def where(self) -> str:
        """Its address."""
        return self.url


@dataclass(frozen=True)
class WorkerRecipe:
    """A Celery worker: for runs, or for the messages of the named queue alone."""

    name: str
    program: Sequence[str]
    log_level: str
    queue: str = ""
    concurrency: int = 2
    silent_seconds: float = 15

    def command(self) -> Sequence[str]:
        """A prefork worker whose node name doesn't change."""
        return [
            *self.program,
            *("--pool", "prefork", "-c", str(self.concurrency), "-n", f"{self.name}@%h"),
            *("--without-gossip", "--without-mingle", "--loglevel", self.log_level),
            *(("-Q", self.queue) if self.queue else ()),
        ]

    def environment(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def ready(self, output: bytes, seconds: float) -> bool:
        """Whether it has said so. A log level above INFO hides that line: then by staying alive."""
        return b" ready." in output or seconds > self.silent_seconds

    def where(self) -> str:
        """Nothing: workers are reached through the broker."""
        return ""


@dataclass(frozen=True)
class BeatRecipe:
    """The one beat."""

    folder: Path
    program: Sequence[str]
    log_level: str
    name: str = "beat"

    def command(self) -> Sequence[str]:
        """A beat whose memory of past runs lies in the state folder."""
        schedule = self.folder / "beat" / "schedule"
        schedule.parent.mkdir(mode=0o700, exist_ok=True)
        return [*self.program, "--schedule", str(schedule), "--loglevel", self.log_level]

    def environment(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def ready(self, output: bytes, seconds: float) -> bool:
        """Whether it has said so, or stayed alive: see WorkerRecipe."""
        return b"beat: Starting" in output or seconds > 15

    def where(self) -> str:
        """Nothing: nobody talks to a beat."""
        return ""


@dataclass(frozen=True)
class MetricsRecipe:
    """The figures for Prometheus, on a port of 127.0.0.1 that somebody chose."""

    port: int
    program: Sequence[str]
    name: str = "metrics"

    def command(self) -> Sequence[str]:
        """The command of this program, with the address."""
        return [*self.program, "--address", self.where()]

    def environment(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def ready(self, output: bytes, seconds: float) -> bool:  # noqa: ARG002 (the protocol's)
        """Whether it has said so."""
        return b"serving http://" in output

    def where(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"
