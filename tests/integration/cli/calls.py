"""Calling `handover` in a process of its own, the way an operator or a script does."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.parts.environment import child_environment
from tests.parts.forked import Forks

DEAD = "redis://127.0.0.1:1/0"
"""An address at which nothing listens."""

NEIGHBOURS = {"ZUORA_URL": "http://127.0.0.1:1", "CUSTOMERSDOT_URL": "http://127.0.0.1:1"}
"""Addresses of both systems, at which nothing listens either."""

REQUEST: dict[str, Any] = {
    "workflow": "change-contact",
    "ticket": "4711",
    "account": "A00000001",
    "new_contact": {
        "first_name": "Canary",
        "last_name": "Birdsong",
        "email": "canary.birdsong@example.org",
    },
    "requester_email": "canary.requester@example.org",
    "self_service_ruled_out": "the owner has left the company",
    "evidence": {
        "kind": "contact-approval",
        "approver_email": "canary.approver@example.org",
        "comment": "4411",
    },
}
PERSONAL = ("birdsong", "canary.")
"""What must never be seen in any output, in lower case."""


@dataclass(frozen=True)
class Called:
    """How a call ended. `out` is stdout, `err` is stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout, which has to be one JSON value."""
        return json.loads(self.out)


@dataclass
class Cli:
    """`handover` on one installation."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: str = "", env: Mapping[str, str] = {}) -> Called:
        """Runs one command. Whatever it does, it may not show a trace or personal data.

        Its process is forked. Where it matters how a process begins, see `afresh`.
        """
        full = child_environment({**self.env, **env})
        called = Called(*_forks().call(arguments, env=full, folder=self.folder, stdin=stdin))
        return _checked(called)

    def afresh(self, *arguments: str, stdin: str = "", env: Mapping[str, str] = {}) -> Called:
        """The same in a process that is started for it."""
        done = subprocess.run(
            command(*arguments),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
            env=child_environment({**self.env, **env}),
            cwd=self.folder,
        )
        return _checked(Called(done.returncode, done.stdout, done.stderr))

    def request(self, **changes: Any) -> str:
        """The path of a request file, the usual one with some fields changed."""
        path = self.folder / "request.yaml"
        path.write_text(yaml.safe_dump({**REQUEST, **changes}))
        return str(path)

    def start(self, *arguments: str, **changes: Any) -> str:
        """Starts a run and returns its id."""
        called = self("start", "--file", self.request(**changes), *arguments)
        assert called.code in (0, 69), called
        return str(self("runs", "--json", "--limit", "1").json["runs"][0]["run"])


def command(*arguments: str) -> list[str]:
    """The command line of one call."""
    return [sys.executable, "-m", "handover.cli", *arguments]


def _checked(called: Called) -> Called:
    assert "Traceback" not in called.err, called.err
    said = (called.out + called.err).lower()
    assert not [word for word in PERSONAL if word in said], said
    return called


@cache
def _forks() -> Forks:
    return Forks()
