"""Who decides while somebody looks for a self-service run: on both databases, exactly one does."""

from collections.abc import Callable, Iterator

import pytest

import handover
from domain.errors import Locked
from tests.faults.conftest import with_two_workers
from tests.faults.self_service import HAS_LOOKED, LOOKING, OFTEN, ended, expire, guided, kinds
from tests.parts.portal import Portal
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips
from tests.parts.waiting import wait_until
from worker.watching import LOOK, look


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(
    redis_server: RedisServer, trips: Trips, request: pytest.FixtureRequest
) -> Iterator[Rehearsal]:
    """Two workers that look every second, once for each kind of journal."""
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(f"looks_{id(trips)}")
    env = {**OFTEN, "HANDOVER_TRIPS": str(trips.folder)}
    with rehearsal(redis_server, database_url=url, env=env) as made:
        yield with_two_workers(made)


def _answer(run_id: str) -> None:
    handover.answer(run_id, "stop", reason="withdrawn", by="lee")


def _cancel(run_id: str) -> None:
    assert handover.cancel(run_id, reason="withdrawn", by="lee")


@pytest.mark.parametrize(
    ("decide", "reason"),
    [(_answer, "customer-acts"), (_cancel, "cancelled"), (expire, "expired")],
)
def test_ended_while_somebody_looks(
    installation: Rehearsal, trips: Trips, decide: Callable[[str], None], reason: str
) -> None:
    """What the look has seen by then does not count any more."""
    account, run_id = guided(installation)
    Portal(installation).take_over(account)
    _stop_at(installation, trips, run_id)
    decide(run_id)
    trips.go(LOOK, HAS_LOOKED)
    report = handover.report(run_id)
    assert (report["result"], report["reason"]) == ("cancelled", reason), report
    _nothing_happens_any_more(installation, run_id)


def test_superseded_while_somebody_looks(installation: Rehearsal, trips: Trips) -> None:
    """The later run has the account for itself."""
    account, run_id = guided(installation)
    Portal(installation).take_over(account)
    _stop_at(installation, trips, run_id)
    assert installation.sold_to(account) == account["new"]["email"]
    approval = {
        **installation.request(account)["evidence"],
        "approver_email": account["new"]["email"],
        "comment": str(account["ticket"]["asked"]),
    }
    fields = {"contact_email": account["new"]["email"], "evidence": approval}
    later = installation.begin("confirm-login", account, **fields)
    trips.go(LOOK, HAS_LOOKED)
    assert handover.report(run_id)["reason"] == "superseded"
    assert ended(later)["result"] == "proved"
    _nothing_happens_any_more(installation, run_id)


def test_several_messages_make_one_look(
    installation: Rehearsal, trips: Trips, caplog: pytest.LogCaptureFixture
) -> None:
    """However often a look is delivered, one worker looks; the others find it taken."""
    _, run_id = guided(installation)
    trips.set(LOOK, LOOKING)
    trips.wait_hit(LOOK, LOOKING)
    with caplog.at_level("INFO", "worker.watching"):
        for _ in range(5):
            look(run_id)
    assert caplog.messages == []  # who looks says what they saw
    trips.go(LOOK, LOOKING)
    handover.cancel(run_id, reason="only a test", by="kim")


def test_a_conflict_makes_it_rest_on(installation: Rehearsal) -> None:
    """Another run holds the new contact: the change is seen, but nothing is interleaved."""
    account, run_id = guided(installation)
    elsewhere = installation.account()
    approval = {**installation.request(elsewhere)["evidence"], "seen_by": None}
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    holder = installation.start(elsewhere, new_contact=new, evidence=approval)
    assert installation.wait(holder)["state"] == "waiting"
    Portal(installation).take_over(account)
    with pytest.raises(Locked) as caught:
        handover.answer(run_id, "changed", reason="the customer wrote so", by="lee")
    assert caught.value.holder == holder
    _said(installation, run_id, "seen, but it can't go on yet")
    assert "run.woke" not in kinds(installation, run_id)
    handover.cancel(holder, reason="only a test", by="kim")
    assert ended(run_id)["result"] == "proved"


def _stop_at(installation: Rehearsal, trips: Trips, run_id: str) -> None:
    trips.set(LOOK, HAS_LOOKED)
    trips.wait_hit(LOOK, HAS_LOOKED)
    assert handover.report(run_id)["state"] == "waiting"


def _nothing_happens_any_more(installation: Rehearsal, run_id: str) -> None:
    _said(installation, run_id, "seen too late")
    assert kinds(installation, run_id)[-1] == "run.ended"
    assert installation.written_by(run_id) == []


def _said(installation: Rehearsal, run_id: str, words: str) -> None:
    """Waits until a worker has said so about a run."""

    def line() -> bool:
        lines = [line for w in installation.workers for line in w.output().splitlines()]
        return any(words in line and run_id in line for line in lines)

    wait_until(line, 30, words)
