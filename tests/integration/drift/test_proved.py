"""Scans of proved runs (D2): after an hour, a day and seven days, each once, or late.

What a look reads is given here; that it is read, the tests of `handover prove` show.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.agreement import Fact
from domain.drift.kinds import Kind
from domain.errors import Defect, InvalidRequest, Refused
from tasks.drift import proved
from tasks.proving_now import Proof
from tests.integration.drift.scanning import NoSandbox, Timed, scanning
from tests.integration.journal.conftest import clock
from tests.integration.journal.scene import Clock
from tests.integration.journal.scene import opening as request
from tests.parts.folders import short_folder
from tests.unit.domain.drift.plans import PLAN, REMOVED
from worker import runtime
from worker.journal import findings, looks, runs, sealing
from worker.journal.database import Tx
from worker.journal.scan_schema import findings as findings_table
from worker.journal.scan_schema import looks as looks_table
from worker.journal.schema import runs as runs_table

__all__ = ["clock"]

HOUR = 3_600_000
DAY = 24 * HOUR
MEMBERS = Fact(name="members", title="", found={"customers": "1"}, allowed=({"customers": "2"},))
SOLD_TO = Fact(name="zuora-sold-to", title="", found={"first_name": "A"}, allowed=())


class World(Timed):
    """A journal with proved runs, and what is missing of what they proved."""

    missing: list[Fact]

    def proved(self, number: int = 1, **changed: Any) -> str:
        """A run that was proved at this moment."""
        asked = request(key=f"k{number}", claims=(), account="A1", people=(), **changed)
        with runtime.journal().write() as tx:
            run_id, _ = runs.open_run(tx, asked)
            sealing.put(tx, run_id, "plan", PLAN.model_dump(mode="json"))
            runs.end(tx, run_id, "proved", actor="w", reason="proved", summary="")
        return run_id

    def looks(self) -> list[tuple[str, bool | None, str | None]]:
        """All that were made: the stage, whether it was in place, and a note."""
        query = select(looks_table).order_by(looks_table.c.looked_at, looks_table.c.run_id)
        with runtime.journal().read() as tx:
            return [(row.stage, row.in_place, row.note) for row in tx.conn.execute(query)]

    def after(self, milliseconds: int) -> str | None:
        """Lets time pass and makes a scan, if there is anything to look at; its result."""
        self.clock.pass_(milliseconds)
        with runtime.journal().read() as tx:
            if not proved.is_due(tx):
                return None
        return str(self.scan("proved").result)


@pytest.fixture
def world(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An hour-glass in the hand."""
    with short_folder("state") as state, scanning(NoSandbox, state, "", {}) as made:
        world = World(made.sandbox, made.state, made.sent, clock)
        world.missing = []
        monkeypatch.setattr(proved, "still_in_place", lambda *_: tuple(world.missing))
        monkeypatch.setattr(proved, "proof_of", _proof)
        yield world


def _proof(tx: Tx, run: Any) -> Proof | None:
    """Its request is the run's id, by which a test tells runs apart."""
    kept = sealing.get(tx, run.id, "plan")
    return Proof(PLAN, run.id, None) if kept else None  # type: ignore[arg-type]


@pytest.mark.rule("D2")
def test_an_hour_a_day_and_seven_days_later(world: World) -> None:
    world.proved()
    assert world.after(HOUR - 1000) is None
    assert world.after(1000) == "clean"
    assert world.after(HOUR) is None
    assert world.after(DAY) == "clean"
    assert world.after(7 * DAY) == "clean"
    assert world.after(7 * DAY) is None
    assert world.looks() == [("1h", True, None), ("1d", True, None), ("7d", True, None)]


def test_what_was_missed_is_made_up_for_once(world: World) -> None:
    """The newest look that is due, however late; not after a month."""
    world.proved(1)
    assert world.after(3 * DAY) == "clean"
    assert world.looks() == [("1d", True, None)]
    world.clock.pass_(40 * DAY)
    with runtime.journal().read() as tx:
        assert looks.due(tx) == []


@pytest.mark.rule("D2")
def test_what_is_undone_is_found_and_looked_at_until_it_is_back(world: World) -> None:
    """Two looks see it; every later scan looks again, due or not, until somebody knows."""
    run_id = world.proved()
    world.missing = [MEMBERS]
    assert world.after(HOUR) == "drift"
    assert world.looks() == [("1h", False, None)]
    (row,) = world.findings()
    assert (row.subject, row.fields, row.account_number) == (run_id, '["members"]', "A1")
    assert world.after(1000) == "drift"
    _acknowledge(world.clock.now + HOUR)
    assert world.after(1000) is None
    assert world.after(HOUR) == "drift"
    world.missing = []
    assert world.after(1000) == "clean"
    assert world.findings() == []
    assert world.after(1000) is None


def _acknowledge(until: int) -> None:
    with runtime.journal().write() as tx:
        tx.conn.execute(update(findings_table).values(acknowledged_until=until))


def test_one_look_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing the first time and there the second was under way."""
    world.proved()
    shown = iter([(MEMBERS, SOLD_TO), (SOLD_TO,)])
    monkeypatch.setattr(proved, "still_in_place", lambda *_: next(shown))
    assert world.after(HOUR) == "drift"
    assert [row.fields for row in world.findings()] == ['["zuora-sold-to"]']
    shown = iter([(MEMBERS,), ()])
    world.proved(2)
    with runtime.journal().write() as tx:
        for row in findings.to_look_at_again(tx, Kind.CHANGE_UNDONE):
            findings.resolve(tx, row.id, row.first_scan, actor="test")
    assert world.after(HOUR) == "clean"


def test_a_newer_run_has_written_since(world: World) -> None:
    """What the older one proved is of no interest then, and an open finding about it ends."""
    older = world.proved(1)
    world.missing = [MEMBERS]
    world.after(HOUR)
    assert [row.subject for row in world.findings()] == [older]
    newer = world.proved(2)
    with runtime.journal().write() as tx:
        wrote = update(runs_table).where(runs_table.c.id == newer)
        tx.conn.execute(wrote.values(last_write_at=world.clock.now, account="a1"))
    world.missing = []
    assert world.after(DAY) == "clean"
    assert ("1d", None, "superseded") in world.looks()
    assert ("1d", True, None) in world.looks()


def test_a_run_for_another_account_took_the_member(world: World) -> None:
    """Who is to manage another account has given this one up, as that run has asked (A6)."""
    world.proved(1)
    here = REMOVED.model_copy(update={"rule": "A6"})
    later = PLAN.model_copy(update={"billing_account_id": "8", "changes": (here,)})
    with runtime.journal().write() as tx:
        other, _ = runs.open_run(tx, request(key="other", claims=(), account="B1", people=()))
        sealing.put(tx, other, "plan", later.model_dump(mode="json"))
        wrote = update(runs_table).where(runs_table.c.id == other)
        tx.conn.execute(wrote.values(last_write_at=world.clock.now + 1))
    world.missing = [MEMBERS]
    assert world.after(HOUR) == "clean"
    assert world.looks() == [("1h", None, "superseded")]


def test_a_run_that_was_forgotten(world: World) -> None:
    """Nobody knows what it proved; that is recorded, once."""
    run_id = world.proved()
    with runtime.journal().write() as tx:
        runs.lock(tx, run_id)
        sealing.forget(tx, run_id, actor="kim")
    assert world.after(HOUR) == "clean"
    assert world.looks() == [("1h", None, "forgotten")]
    assert world.after(1000) is None


def test_an_account_that_a_run_holds(world: World) -> None:
    """It is waited for once, and then left to the next scan."""
    world.proved()
    with runtime.journal().write() as tx:
        held, _ = runs.open_run(tx, request(claims=(("account", "a1"),), people=()))
    world.missing = [MEMBERS]
    assert world.after(HOUR) == "clean"
    assert world.looks() == []
    with runtime.journal().write() as tx:
        runs.lock(tx, held)
        runs.end(tx, held, "cancelled", actor="kim", reason="test", summary="")
    assert world.after(1000) == "drift"


@pytest.mark.rule("D2")
def test_an_account_that_is_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks miss it; nobody can say then what is in place, and the other runs are looked at."""
    gone, _ = world.proved(1), world.proved(2)
    world.missing = [MEMBERS]
    assert world.after(HOUR) == "drift"
    world.missing, looked = [], []

    def look(proof: Any, _: object) -> tuple[Fact, ...]:
        looked.append(proof.request)
        if proof.request == gone:
            raise Refused("Zuora knows no such account", code="zuora-account-unknown")
        return ()

    monkeypatch.setattr(proved, "still_in_place", look)
    assert world.after(DAY) == "clean"
    assert sorted(map(str, world.looks()[2:])) == [
        "('1d', None, 'account-gone')",
        "('1d', True, None)",
    ]
    assert looked.count(gone) == 2
    assert world.findings() == []


def test_a_proof_that_cannot_be_understood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that another version kept: the other runs are looked at nevertheless."""
    other = world.proved(1), world.proved(2)

    def proof(tx: Tx, run: Any) -> Proof | None:
        if run.id == other[0]:
            raise InvalidRequest(["role: is not a field here"])
        return _proof(tx, run)

    monkeypatch.setattr(proved, "proof_of", proof)
    assert world.after(HOUR) == "clean"
    assert {note for _, _, note in world.looks()} == {"not-understood", None}


def test_records_that_cannot_be_understood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said once at each stage, and not by every scan until then; the other runs are looked at."""
    bad, _ = world.proved(1), world.proved(2)

    def look(proof: Any, _: object) -> tuple[Fact, ...]:
        if proof.request == bad:
            raise Defect("CustomersDot: the answer has no login_activated")
        return ()

    monkeypatch.setattr(proved, "still_in_place", look)
    assert world.after(HOUR) == "drift"
    assert sorted(map(str, world.looks())) == [
        "('1h', None, 'unreadable')",
        "('1h', True, None)",
    ]
    assert world.after(HOUR) is None
    assert world.after(DAY) == "drift"
    assert world.after(1000) is None
