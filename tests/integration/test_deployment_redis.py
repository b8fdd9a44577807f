"""The main job over a Redis with TLS and a user of few rights, as the deployment guide has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.exceptions import NoPermissionError

from config.settings import SettingsError, settings
from domain.errors import Unavailable
from handover.doctor import examine
from tests.parts import wait_until
from tests.parts.environment import ROOT
from tests.parts.folders import short_folder
from tests.parts.redis import RedisServer
from tests.parts.redis import redis_server as running_redis
from tests.parts.rehearsal import rehearsal
from tests.parts.tls import Authority, tls_in_front_of
from worker.broker import queue_length

USERS = ROOT / "docs/examples/deployment/redis-users.acl"
PASSWORD = "CHANGE-THIS-PASSWORD"
QUEUE = {"HANDOVER_QUEUE": "handover"}


class Guarded:
    """A Redis whose users are those of the guide. `admin` was connected before that."""

    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self.admin = server.client()
        self.admin.ping()
        lines = [line.split() for line in USERS.read_text().splitlines()]
        for _, name, *rules in reversed(lines):  # the default user last: it is switched off
            self.ask("ACL", "SETUSER", name, *rules)

    def url(self, port: int, **options: object) -> str:
        """The address over TLS on this port."""
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"rediss://handover:{PASSWORD}@localhost:{port}/0?{query}"

    def ask(self, *command: str) -> Any:
        """A command to the server as its administrator."""
        return self.admin.execute_command(*command)  # type: ignore[no-untyped-call]

    def refused(self) -> list[object]:
        """What the server refused a user, as it remembers it."""
        return list(self.ask("ACL", "LOG"))


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    """A server of this test's own."""
    with running_redis() as server:
        made = Guarded(server)
        yield made
        made.admin.close()


@pytest.fixture
def authority() -> Iterator[Authority]:
    """A certificate authority."""
    with short_folder("ca") as folder:
        yield Authority(folder)


@pytest.fixture
def port(guarded: Guarded, authority: Authority) -> Iterator[int]:
    """A port that speaks TLS as `localhost`, and wants our certificate, too."""
    certificate = authority.certificate("localhost")
    with tls_in_front_of(guarded.server.port, certificate, authority.ca_file) as made:
        yield made


@pytest.fixture
def ours(authority: Authority) -> dict[str, Path]:
    """The options of an address by which we show our certificate."""
    mine = authority.certificate("handover.example")
    return {"ssl_ca_certs": authority.ca_file, "ssl_certfile": mine, "ssl_keyfile": mine}


def test_a_run_is_proved_over_tls_by_a_user_of_few_rights(
    guarded: Guarded, port: int, ours: dict[str, Path]
) -> None:
    """With recovery, the doctor's look at Redis and a proper end; and nothing was refused."""
    env = {**QUEUE, "REDIS_URL": guarded.url(port, **ours)}
    with rehearsal(guarded.server, env=env) as made:
        run_id = made.start(made.account())
        guarded.admin.delete("handover")  # its message is lost, recovery sends it again
        worker = made.add_worker()
        worker.wait_ready()
        report = made.wait(run_id)
        assert report["result"] == "proved", report
        assert queue_length() == 0
        found = [one for one in examine()["findings"] if one["check"] in ("redis", "queue")]
        assert {one["status"] for one in found} <= {"ok"}, found
        worker.terminate()
        assert worker.wait(30) == 0
        assert guarded.refused() == []


def test_the_user_may_do_nothing_else(guarded: Guarded) -> None:
    """Not look at other keys, and do nothing to the server."""
    url = f"redis://handover:{PASSWORD}@127.0.0.1:{guarded.server.port}/0"
    with redis.Redis.from_url(url) as client:
        for command in (
            *(("FLUSHALL",), ("KEYS", "*"), ("CONFIG", "GET", "*"), ("ACL", "LIST")),
            *(("GET", "somebody-elses"), ("SET", "somebody-elses", "1"), ("SHUTDOWN",)),
            *(("PUBLISH", "somebody-elses", "1"), ("MONITOR",), ("REPLICAOF", "NO", "ONE")),
        ):
            with pytest.raises(NoPermissionError):
                client.execute_command(*command)
    with (
        redis.Redis(port=guarded.server.port) as nobody,
        pytest.raises(redis.AuthenticationError),
    ):
        nobody.ping()


@pytest.mark.parametrize("wrong", ["another name", "an unknown authority", "no certificate"])
def test_a_server_that_is_not_the_one_meant_is_not_spoken_to(
    guarded: Guarded, authority: Authority, ours: dict[str, Path], wrong: str
) -> None:
    """By the command line and by a worker, whose library would verify nothing by itself."""
    host = "elsewhere.example" if wrong == "another name" else "localhost"
    certificate = authority.certificate(host)
    options = dict(ours)
    if wrong == "an unknown authority":
        del options["ssl_ca_certs"]
    if wrong == "no certificate":
        del options["ssl_certfile"], options["ssl_keyfile"]
    with tls_in_front_of(guarded.server.port, certificate, authority.ca_file) as port:
        env = {**QUEUE, "REDIS_URL": guarded.url(port, **options)}
        with rehearsal(guarded.server, env=env) as made:
            with pytest.raises(Unavailable, match="Redis can't be reached"):
                queue_length()
            worker = made.add_worker()
            wait_until(lambda: "Cannot connect" in worker.output(), 60, worker.output)
            assert " ready." not in worker.output()
            assert worker.found(PASSWORD) == []
    assert "handover" not in {one["user"] for one in guarded.admin.client_list()}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("ssl_cert_reqs=none", "must not turn off the check of the server's certificate"),
        ("ssl_cert_reqs=CERT_NONE", "must not turn off the check of the server's certificate"),
        ("ssl_ca_certs=/not/there.pem", "names a file in ssl_ca_certs that is not there"),
    ],
)
def test_an_address_that_gives_up_the_check_is_refused(
    monkeypatch: pytest.MonkeyPatch, query: str, says: str
) -> None:
    """By the settings, which quote neither the password nor the file."""
    monkeypatch.setenv("REDIS_URL", f"rediss://u:secret@host/0?{query}")
    settings.cache_clear()
    with pytest.raises(SettingsError) as refused:
        settings()
    settings.cache_clear()
    (problem,) = refused.value.problems
    assert problem.startswith(f"REDIS_URL: {says}")
    assert "secret" not in problem
