"""Two looks before a finding, and one to end it. What each look sees is given here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select, update

from config.settings import settings
from domain.drift.differences import Difference
from domain.drift.kinds import Kind
from domain.errors import Defect, Transient
from tasks.drift import changed, confirming
from tests.integration.drift.scanning import NoSandbox, Timed, scanning
from tests.integration.journal.conftest import clock
from tests.integration.journal.scene import Clock
from tests.integration.journal.scene import opening as request
from tests.parts.folders import short_folder
from worker import runtime
from worker.journal import runs, suspects
from worker.journal.scan_schema import suspects as suspects_table
from worker.journal.schema import runs as runs_table
from worker.scans.piece import Piece

__all__ = ["clock"]

LOGIN_OFF = Difference(kind=Kind.LOGIN_OFF, subject="7", fields=("login_activated",))
NO_COPY = Difference(kind=Kind.COPY_MISSING, subject="c1")
Seen = tuple[Difference, ...]


@dataclass
class World(Timed):
    """Some accounts that have changed, and what each look at one of them shows, in turn."""

    shows: dict[str, list[Seen]] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)

    def look(self, account_id: str) -> tuple[str, Seen]:
        """What a live read would say; the last of it again and again."""
        self.looks.append(account_id)
        shown = self.shows[account_id]
        return f"number of {account_id}", shown.pop(0) if len(shown) > 1 else shown[0]

    def scanned(self, **shows: list[Seen]) -> Mapping[str, str]:
        """A scan in which looks show this; the outcome of each account."""
        self.shows, self.looks = dict(shows), []
        return self.suspects(self.scan("changed").id)


@pytest.fixture
def world(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An installation for which both systems are made up."""
    with short_folder("state") as state, scanning(NoSandbox, state, "", {}) as made:
        world = World(made.sandbox, made.state, made.sent, clock)
        monkeypatch.setattr(changed, "_changed", lambda _since: iter(list(world.shows)))
        monkeypatch.setattr(confirming, "differences_now", world.look)
        yield world


@pytest.mark.rule("D3")
@pytest.mark.parametrize(
    ("shown", "found", "outcome"),
    [
        ([(NO_COPY,), (NO_COPY,)], {"copy-missing"}, "differs"),
        ([(NO_COPY,), ()], set(), "agrees"),
        ([(NO_COPY,), (LOGIN_OFF,)], set(), "agrees"),
        ([(NO_COPY,), (NO_COPY, LOGIN_OFF)], {"copy-missing"}, "differs"),
        ([()], set(), "agrees"),
        (
            [(NO_COPY,), (NO_COPY.model_copy(update={"subject": "c2"}),)],
            set(),
            "agrees",
        ),
    ],
)
def test_two_looks_see_the_same(
    world: World, shown: list[Seen], found: set[str], outcome: str
) -> None:
    """The same kind about the same record; what only the second shows is the next scan's."""
    assert world.scanned(a1=list(shown)) == {"a1": outcome}
    assert {row.kind for row in world.findings()} == found
    assert len(world.looks) == len(shown)


def test_one_look_is_enough_for_what_is_known(world: World) -> None:
    """A finding that is open is renewed, or ends, by the first look."""
    world.scanned(a1=[(NO_COPY,)], a2=[(NO_COPY,)])
    assert world.scanned(a1=[(NO_COPY,)], a2=[()]) == {"a1": "differs", "a2": "agrees"}
    assert world.looks == ["a1", "a2"]
    assert [row.account_id for row in world.findings()] == ["a1"]
    assert [row.account_id for row in world.findings(resolved=True)] == ["a2"]


def test_what_is_known_does_not_wait_for_what_is_new(world: World) -> None:
    world.scanned(a1=[(NO_COPY,)])
    world.scanned(a1=[(NO_COPY, LOGIN_OFF), (NO_COPY, LOGIN_OFF)])
    assert {row.kind for row in world.findings()} == {"copy-missing", "login-deactivated"}
    assert world.looks == ["a1", "a1"]


@pytest.mark.parametrize("name", ["A1", "a1", "NUMBER OF A1"])
def test_an_account_that_a_run_has_just_written_to(world: World, name: str) -> None:
    """By whichever name; it is waited for once, and an open finding about it stays as it is."""
    world.scanned(a1=[(NO_COPY,)])
    (before,) = world.findings()
    with runtime.journal().write() as tx:
        run_id, _ = runs.open_run(tx, request(claims=(), people=(), account=name))
        wrote = update(runs_table).where(runs_table.c.id == run_id)
        tx.conn.execute(wrote.values(last_write_at=world.clock.now + 60_000))
    assert world.scanned(a1=[()]) == {"a1": "left"}
    assert world.looks == ["a1", "a1"]
    assert world.findings() == [before]
    world.clock.pass_(120_000)
    assert world.scanned(a1=[()]) == {"a1": "agrees"}
    assert world.findings() == []


def test_an_account_that_can_not_be_understood(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not keep the scan from the others, and no such scan is clean."""

    def defective(account_id: str) -> tuple[str, Seen]:
        if account_id == "a1":
            raise Defect("Zuora: the answer has no soldToContact")
        return world.look(account_id)

    monkeypatch.setattr(confirming, "differences_now", defective)
    world.shows = {"a1": [()], "a2": [(NO_COPY,)]}
    row = world.scan("changed")
    assert row.result == "drift"
    assert "1 account could not be looked at" in row.summary
    assert world.suspects(row.id) == {"a1": "unreadable", "a2": "differs"}


def _failing(code: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Account a1 is never answered; a3 only at the second try."""
    tries: list[str] = []

    def look(account_id: str) -> tuple[str, Seen]:
        tries.append(account_id)
        if account_id == "a1" or tries.count("a3") == 1:
            raise Transient("Zuora: no answer", code=code)
        return world.look(account_id)

    monkeypatch.setattr(confirming, "differences_now", look)
    monkeypatch.setenv("HANDOVER_DRIFT_MAX_ATTEMPTS", "3")
    settings.cache_clear()
    world.shows = {"a1": [()], "a2": [(NO_COPY,)], "a3": [()]}


def test_an_account_at_which_a_system_always_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last try it is left as unreadable; tries before that decide nothing."""
    _failing("server-error", world, monkeypatch)
    row = world.scan("changed")
    assert (row.result, row.reason) == ("drift", None)
    assert world.suspects(row.id) == {"a1": "unreadable", "a2": "differs", "a3": "agrees"}


def test_a_system_that_fails_at_every_account(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few accounts are left as unreadable; then the scan has failed, and takes no days for it."""
    monkeypatch.setattr(confirming, "MOST_UNREADABLE", 0)
    _failing("server-error", world, monkeypatch)
    row = world.scan("changed")
    assert (row.result, row.reason) == ("failed", "server-error")


@pytest.mark.parametrize("code", ["unreachable", "rate-limited"])
def test_a_system_that_is_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """That says nothing about an account: after the last try the scan has failed."""
    _failing(code, world, monkeypatch)
    row = world.scan("changed")
    assert (row.result, row.reason) == ("failed", code)


def test_a_look_that_was_recorded_is_not_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes a piece over after that may look once more, but it counts once."""
    progress: Callable[..., None] = Piece.progress
    failed: list[str] = []

    def fail_once(piece: Piece, cursor: str, *, rows: int = 0) -> None:
        if not failed:
            failed.append(cursor)
            raise Transient("the worker is killed at this moment")
        progress(piece, cursor, rows=rows)

    monkeypatch.setattr(Piece, "progress", fail_once)
    assert world.scanned(a1=[(NO_COPY,), (NO_COPY,), ()]) == {"a1": "agrees"}
    with runtime.journal().read() as tx:
        assert tx.conn.execute(select(suspects_table.c.looks)).scalar_one() == confirming.LOOKS
        assert suspects.get(tx, "S-none", "a1") is None
