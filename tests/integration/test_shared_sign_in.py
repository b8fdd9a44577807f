"""One sign-in and one token for all workers, counted by the sandbox.

Each on one database: that one process renews and the others wait holds on both by the tests of the
journal's credentials.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips

WORKERS = 3
SIGN_IN = {"system": "customersdot", "method": "POST", "path": "/admins/sign_in"}
TOKEN = {"system": "zuora", "path": "/oauth/token"}
STOP_AT = ("create_membership", "after-claim")


@pytest.fixture
def trips(tmp_path: Path) -> Trips:
    """The folder of trips that the workers look into."""
    return Trips(tmp_path)


@pytest.fixture
def installation(
    request: pytest.FixtureRequest, redis_server: RedisServer, trips: Trips
) -> Iterator[Rehearsal]:
    """Three workers whose sign-ins and token requests are counted."""
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    env = {"HANDOVER_TRIPS": str(trips.folder)}
    with rehearsal(redis_server, database_url=url, env=env) as made:
        for place in (SIGN_IN, TOKEN):
            # A fault that does nothing, and counts what it is done to.
            made.control(
                "POST", "faults", {"kind": "latency", "seconds": 0, "times": None, **place}
            )
        for worker in [made.add_worker() for _ in range(WORKERS)]:
            worker.wait_ready()
        yield made


def counted(made: Rehearsal) -> tuple[int, int]:
    """How many sign-ins and how many token requests there were."""
    sign_ins, tokens = made.control("GET", "faults")[:2]
    return sign_ins["hits"], tokens["hits"]


def end_both(made: Rehearsal) -> None:
    """The session and the token that are used next are void from then on, for everybody."""
    for place in (
        {"system": "customersdot", "path": "/admin/"},
        {"system": "zuora", "path": "/v1/"},
    ):
        made.control("POST", "faults", {"kind": "expired_session", **place})


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_one_for_all_workers(installation: Rehearsal) -> None:
    """Many runs, all workers busy: one sign-in, one token."""
    runs = [installation.start(account) for account in installation.new_accounts(2 * WORKERS)]
    assert [installation.wait(run)["result"] for run in runs] == ["proved"] * len(runs)
    assert counted(installation) == (1, 1)
    busy = [worker for worker in installation.workers if "step done" in worker.output()]
    assert len(busy) == WORKERS


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_both_end_in_mid_run(installation: Rehearsal, trips: Trips) -> None:
    """Session and token end while one run stands still and others go on: one renewal of each."""
    accounts = installation.new_accounts(WORKERS + 1)
    trips.set(*STOP_AT)
    first = installation.start(accounts[0])
    trips.wait_hit(*STOP_AT)
    assert counted(installation) == (1, 1)
    end_both(installation)
    others = [installation.start(account) for account in accounts[1:]]
    trips.go(*STOP_AT)
    runs = [first, *others]
    assert [installation.wait(run)["result"] for run in runs] == ["proved"] * len(runs)
    assert counted(installation) == (2, 2)


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_a_worker_that_starts_later_signs_in_no_more(installation: Rehearsal) -> None:
    """After a restart of all workers the session and the token still serve."""
    before, after = installation.new_accounts(2)
    assert installation.wait(installation.start(before))["result"] == "proved"
    for worker in list(installation.workers):
        worker.kill9()
    installation.add_worker().wait_ready()
    assert installation.wait(installation.start(after))["result"] == "proved"
    assert counted(installation) == (1, 1)
