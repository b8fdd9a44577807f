"""The join of all pages says the same as a live read of each account, on both databases."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings

from domain.agreement import agreement
from domain.drift.differences import Identity, differences
from tasks.drift import joining, reading
from tasks.drift.scratch import Scratch
from tests.integration.drift.worlds import WORLDS, World, tidy
from worker.journal.database import Journal

_scans = count()


def _read(journal: Journal, world: World) -> Scratch:
    scratch = Scratch(journal, f"S-{next(_scans)}")
    tables = {**reading._OBJECTS, **reading._MODELS}
    for what, rows in world.pages().items():
        table, line = tables[what]
        scratch.put(table, [line(row) for row in rows])
        scratch.put(table, [line(row) for row in rows])  # a page may be read twice
    return scratch


def _live(world: World) -> dict[str, frozenset[Identity]]:
    found = {
        sides.account.id: frozenset(one.identity for one in differences(sides))
        for sides in world.sides()
    }
    found |= {account: frozenset({("only-in-customersdot", "")}) for account in world.unknown()}
    return {account: seen for account, seen in found.items() if seen}


@pytest.mark.rule("D1")
@given(world=WORLDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_show_what_a_live_read_sees(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    """Whatever is wrong, both say the same about every account; and so does `handover prove`."""
    marks = reading.Marks(journal.vault.marker)
    monkeypatch.setattr(reading, "_marks", lambda: marks)
    scratch = _read(journal, world)
    assert dict(joining.differing(scratch, "", None)) == _live(world)
    parts = [("", "a1"), ("a1", None)]
    assert dict(one for part in parts for one in joining.differing(scratch, *part)) == _live(world)
    for sides in world.sides():
        if sides.account.status == "Active":
            holds = all(fact.holds for fact in agreement(sides))
            assert holds == (not differences(sides))


@pytest.mark.parametrize("field", ["email", "first", "last", "street", "country"])
def test_one_field_is_enough(journal: Journal, monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    """Each that is compared; a world in which all agrees shows nothing."""
    marks = reading.Marks(journal.vault.marker)
    monkeypatch.setattr(reading, "_marks", lambda: marks)
    world = tidy()
    assert dict(joining.differing(_read(journal, world), "", None)) == {}
    contact, account, person = world.copies[0]
    world.copies[0] = contact, account, replace(person, **{field: "Other"})
    assert dict(joining.differing(_read(journal, world), "", None)) == {
        "a0": frozenset({("contact-differs", "c0")})
    }


def test_a_sold_to_that_was_made_after_the_contacts_were_read(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell: the account is looked at, without a suspicion against its contact."""
    marks = reading.Marks(journal.vault.marker)
    monkeypatch.setattr(reading, "_marks", lambda: marks)
    world = World([("Active", 2), ("Canceled", 0)], [], [0], [], [], [(1, 1)])
    assert dict(joining.differing(_read(journal, world), "", None)) == {"a0": frozenset()}


def test_accounts_are_counted_and_parted(journal: Journal) -> None:
    """Ranges hold every account once, the last of them to the end."""
    scratch = Scratch(journal, "S-counted")
    scratch.put(reading._OBJECTS["Account"][0], [(f"a{n}", None, n % 5 > 0) for n in range(10)])
    assert joining.counted(scratch) == (8, 2)
    assert joining.bounds(scratch, 4) == ["a3", "a7"]
    assert joining.counted(Scratch(journal, "S-another")) == (0, 0)
