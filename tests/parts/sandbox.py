"""The sandbox as a process of its own."""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from handover.embedded.child import Child
from handover.embedded.ports import free_port
from tests.parts.environment import child_environment
from tests.parts.folders import short_folder
from tests.parts.waiting import wait_until

_PROGRAM = (sys.executable, "-m", "sandbox")
_SEED = ("--seed", "demo")
_SIGN_IN = {
    "SANDBOX_ZUORA_CLIENT_ID": "7e57c11e-0000-4000-8000-000000000000",
    "SANDBOX_ZUORA_CLIENT_SECRET": "test-client-secret",
    "SANDBOX_ADMIN_EMAIL": "ops@handover.example",
    "SANDBOX_ADMIN_PASSWORD": "test-password",
    "SANDBOX_GITLAB_TOKEN": "test-gitlab-token",
    "SANDBOX_MAILGUN_KEY": "test-mailgun-key",
    "SANDBOX_ZENDESK_EMAIL": "handover@support.example",
    "SANDBOX_ZENDESK_TOKEN": "test-zendesk-token",
}


class SandboxProcess:
    """A running sandbox that tests may kill and bring back on the same port with the same state."""

    def __init__(
        self, state: Path, program: Sequence[str], env: Mapping[str, str] | None = None
    ) -> None:
        self.state = state
        self.port = free_port()
        self.log_path = state.with_name("sandbox.log")
        self.url = ""
        """Its base address, as it told it itself."""
        self._command = [*program, "--port", str(self.port), "--state", str(state)]
        self._env = child_environment({**_SIGN_IN, **(env or {})})
        self._child: Child | None = None
        self.restart()

    @property
    def env(self) -> dict[str, str]:
        """The settings of a client, as `config.settings` reads them."""
        return {
            "ZUORA_URL": f"{self.url}/zuora",
            "ZUORA_CLIENT_ID": self._env["SANDBOX_ZUORA_CLIENT_ID"],
            "ZUORA_CLIENT_SECRET": self._env["SANDBOX_ZUORA_CLIENT_SECRET"],
            "CUSTOMERSDOT_URL": f"{self.url}/customersdot",
            "CUSTOMERSDOT_EMAIL": self._env["SANDBOX_ADMIN_EMAIL"],
            "CUSTOMERSDOT_PASSWORD": self._env["SANDBOX_ADMIN_PASSWORD"],
            "HANDOVER_GITLAB_URL": f"{self.url}/gitlab",
            "HANDOVER_GITLAB_TOKEN": self._env["SANDBOX_GITLAB_TOKEN"],
            "HANDOVER_MAILGUN_URL": f"{self.url}/mailgun",
            "HANDOVER_MAILGUN_KEY": self._env["SANDBOX_MAILGUN_KEY"],
            "HANDOVER_ZENDESK_URL": f"{self.url}/zendesk",
            "HANDOVER_ZENDESK_EMAIL": self._env["SANDBOX_ZENDESK_EMAIL"],
            "HANDOVER_ZENDESK_TOKEN": self._env["SANDBOX_ZENDESK_TOKEN"],
            "HANDOVER_INTERNAL_DOMAINS": "sales.example",
        }

    @property
    def pid(self) -> int:
        """The running sandbox's process id."""
        assert self._child is not None, "the sandbox is not running"
        return self._child.pid

    def kill9(self) -> None:
        """SIGKILL, and wait until it is gone. Its port stays free for `restart`."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """End it, if it runs, without any ceremony."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def restart(self) -> None:
        """Start it on the same port with the same state; kill it first if it runs."""
        self.stop()
        offset = self.log_path.stat().st_size if self.log_path.exists() else 0
        child = self._child = Child(self._command, log=self.log_path, env=self._env)
        wait_until(lambda: self._greeted(offset) or not child.alive, 60, "the sandbox's first line")
        assert self._greeted(offset), f"the sandbox did not start:\n{self.log_path.read_text()}"

    def _greeted(self, offset: int) -> bool:
        for line in self.log_path.read_bytes()[offset:].splitlines(keepends=True):
            if line.startswith(b'{"') and line.endswith(b"}\n") and b'"url"' in line:
                self.url = str(json.loads(line)["url"])
                return True
        return False


@contextmanager
def sandbox_process(
    *,
    arguments: Sequence[str] = _SEED,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = _PROGRAM,
) -> Iterator[SandboxProcess]:
    """A running sandbox with a state folder of its own, seeded unless `arguments` say otherwise.

    Nothing of it is left after the block.
    """
    with short_folder("sandbox") as folder:
        state = folder / "state"
        state.mkdir()
        sandbox = SandboxProcess(state, [*program, *arguments], env)
        try:
            yield sandbox
        finally:
            sandbox.stop()
