"""A real Redis-compatible server on a free port, with a folder of its own."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from handover.embedded.child import Child
from handover.embedded.ports import free_port
from handover.embedded.redis import answers, find_server, server_command, server_url
from tests.parts.folders import short_folder
from tests.parts.waiting import wait_until


class RedisServer:
    """A server with append-only data that tests may kill and bring back on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log_path = folder / "server.log"
        self._program = find_server()
        self._child: Child | None = None
        self.port = 0
        # Two test processes may choose the same free port; then one server ends at once.
        for _ in range(5):
            self.port = free_port()
            if self._start():
                return
        raise AssertionError(f"Redis did not start:\n{self.log_path.read_text()}")

    @property
    def url(self) -> str:
        """Its address, database 0."""
        return server_url(self.port)

    @property
    def pid(self) -> int:
        """The running server's process id."""
        assert self._child is not None, "Redis is not running"
        return self._child.pid

    def client(self) -> Redis:
        """A new client whose answers are text. The caller closes it."""
        return Redis.from_url(self.url, decode_responses=True)

    def flushall(self) -> None:
        """Empty the server: what a lost broker looks like."""
        with self.client() as client:
            client.flushall()

    def kill9(self) -> None:
        """SIGKILL, and wait until it is gone. Its port stays free for `restart`."""
        os.kill(self.pid, signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """End the server, if it runs, without any ceremony."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def restart(self) -> None:
        """Start again on the same port with the same data; kill it first if it runs."""
        self.stop()
        assert self._start(), f"Redis did not start again:\n{self.log_path.read_text()}"

    def _start(self) -> bool:
        command = server_command(self._program, self.folder / "data", self.port)
        child = self._child = Child(command, log=self.log_path)
        wait_until(lambda: answers(self.url) or not child.alive, message="Redis to answer")
        # Whoever answers must be our own server and not another one on this port.
        if child.alive and self._server_pid() == child.pid:
            return True
        self.stop()
        return False

    def _server_pid(self) -> int:
        with self.client() as client:
            return int(client.info("server")["process_id"])


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running server, gone without a trace at the end of the block."""
    with short_folder("redis") as folder:
        server = RedisServer(folder)
        try:
            yield server
        finally:
            server.stop()
