"""Claims: all or nothing, by name of the holder, and nobody waits for one."""

import pytest

from domain.errors import Locked
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import CANARY, Scene, opening, other
from worker.journal import claims
from worker.journal.claims import Subject
from worker.journal.database import Journal


def take(journal: Journal, run_id: str, *subjects: Subject) -> None:
    """Claims in a transaction of its own."""
    with journal.write() as tx:
        claims.take(tx, run_id, subjects)


def test_a_held_account_locks_out_another_run_and_names_the_holder(scene: Scene) -> None:
    holder = scene.open()
    with pytest.raises(Locked) as caught:
        scene.open(opening(key="key-2", claims=(("account", "A00000001"),)))
    assert caught.value.holder == holder
    assert f"handover show {holder}" in str(caught.value)


def test_a_held_person_locks_out_however_the_address_is_spelt(scene: Scene) -> None:
    holder = scene.open()
    with pytest.raises(Locked) as caught:
        scene.open(other(2, claims=(("person", f" {CANARY.upper()} "),)))
    assert caught.value.holder == holder
    assert "zzyzx" not in str(caught.value).lower()


def test_an_account_and_a_person_of_one_name_are_two_things(scene: Scene) -> None:
    scene.open(other(1, claims=(("account", "same"),)))
    assert scene.open(other(2, claims=(("person", "same"),)))


def test_what_a_run_holds_it_may_claim_again(scene: Scene) -> None:
    run_id = scene.open()
    take(scene.journal, run_id, ("account", "A00000001"), ("account", "acc-1"))
    take(scene.journal, run_id, ("account", "acc-1"), ("account", "ACC-1"))
    assert scene.count("claims") == 3


def test_a_conflict_takes_nothing_at_all(scene: Scene) -> None:
    scene.open(other(1))
    second = scene.open(other(2))
    with pytest.raises(Locked):
        take(scene.journal, second, ("account", "free"), ("account", "A00000001"))
    assert scene.count("claims") == 4
    third = scene.open(other(3))
    take(scene.journal, third, ("account", "free"))


def test_the_end_of_a_run_gives_its_claims_free(scene: Scene) -> None:
    first = scene.open()
    scene.end(first)
    assert scene.count("claims") == 0
    assert scene.open(opening(key="key-2"))


def test_the_end_of_one_run_leaves_the_claims_of_another(scene: Scene) -> None:
    first, second = scene.open(other(1)), scene.open(other(2))
    scene.end(first)
    with pytest.raises(Locked) as caught:
        take(scene.journal, scene.open(other(3)), ("account", "A00000002"))
    assert caught.value.holder == second


def test_of_many_that_want_the_same_at_once_one_gets_it_and_the_others_its_name(
    journal: Journal,
) -> None:
    scene = Scene(journal)
    runs = [scene.open(other(number)) for number in range(6)]
    wanted = (("account", "shared"), ("person", "shared@quux.test"))
    results = together(lambda number: take(journal, runs[number], *wanted))
    winners = [run for run, result in zip(runs, results, strict=True) if result is None]
    losers = [result for result in results if result is not None]
    assert len(winners) == 1
    assert [type(error) for error in losers] == [Locked] * 5
    assert {error.holder for error in losers if isinstance(error, Locked)} == set(winners)
    assert scene.count("claims") == 6 * 2 + 2


def test_runs_that_spell_what_they_want_differently_do_not_block_each_other_for_ever(
    journal: Journal,
) -> None:
    """Claims are taken in one order; by their spelling, two runs could take them crosswise."""
    scene = Scene(journal)
    runs = [scene.open(other(number)) for number in range(6)]
    spellings = [
        (("person", "B@quux.test"), ("person", "a@quux.test")),
        (("person", "b@quux.test"), ("person", "A@quux.test")),
    ]
    results = together(lambda number: take(journal, runs[number], *spellings[number % 2]))
    assert results.count(None) == 1
    assert [type(r) for r in results if r is not None] == [Locked] * 5


def test_of_runs_opened_for_one_account_at_once_one_is_opened(journal: Journal) -> None:
    scene = Scene(journal)
    same = (("account", "A1"),)
    results = together(lambda number: scene.open(other(number, claims=same)))
    opened = [result for result in results if isinstance(result, str)]
    assert len(opened) == 1
    assert {e.holder for e in results if isinstance(e, Locked)} == set(opened)
    assert (scene.count("runs"), scene.problems()) == (1, [])
