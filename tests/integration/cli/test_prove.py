"""`handover prove`: both systems read now, fact by fact, and nothing changed by looking."""

from typing import Any

import pytest

import handover
from tests.integration.cli.operators import Operator
from tests.parts.zuora_by_hand import rename_sold_to


def _failing(found: dict[str, Any]) -> list[str]:
    run = found["run"] or {"facts": []}
    return [fact["fact"] for fact in (*found["facts"], *run["facts"]) if not fact["holds"]]


@pytest.mark.rule("D1")
def test_an_account_without_runs(ops: Operator) -> None:
    """Exit 0 where both systems agree about the Sold To; only reads reach the systems."""
    called = ops("prove", ops.number)
    assert called.code == 0, called
    assert "CustomersDot's copy of the Sold To says the same as Zuora" in called.out
    assert not ops.world.writes(ops.account)


def test_an_email_is_compared_and_not_shown(ops: Operator) -> None:
    """Exit 0 for the Sold To's, 2 for another's; Operator sees that neither is printed."""
    email = ops.account["sold_to"]["email"]
    assert ops("prove", ops.number, "--email", email.upper()).code == 0
    called = ops("prove", ops.number, "--email", ops.account["new"]["email"], "--json")
    assert called.code == 2
    assert _failing(called.json) == ["sold-to-email"]


@pytest.mark.rule("D2")
def test_what_a_run_proved(ops: Operator) -> None:
    """Still in place: exit 0. After somebody renames the Sold To by hand: exit 2, with what."""
    run = ops.proved()
    called = ops("prove", ops.number, "--json")
    assert called.code == 0, called
    assert called.json["run"]["run"] == run
    assert {fact["fact"] for fact in called.json["run"]["facts"]} >= {"zuora-sold-to", "members"}
    rename_sold_to(ops.world, ops.account)
    moved = ops("prove", ops.number, "--run", run, "--json")
    assert moved.code == 2
    assert "zuora-sold-to" in _failing(moved.json)
    told = ops("prove", ops.number).out
    assert "✗ Zuora's Sold To is the new contact" in told
    assert "work_email: found s***@e***.example, expected " in told


def test_a_proof_that_a_later_run_undid(ops: Operator) -> None:
    """Both systems agree, about somebody else by now: exit 2 for the first run, 0 for the last."""
    first = ops.proved()
    by_the_new_one = {**ops.account["ticket"], "approved": ops.account["ticket"]["asked"]}
    other = Operator(ops.world, ops.folder).account["new"]
    third = {**ops.account, "new": other, "ticket": by_the_new_one}
    request = ops.world.request(third)
    request["evidence"]["approver_email"] = ops.account["new"]["email"]
    last = handover.start(request).id
    assert ops.world.wait(last)["result"] == "proved"
    assert ops("prove", ops.number, "--json").json["run"]["run"] == last
    called = ops("prove", ops.number, "--run", first, "--json")
    assert called.code == 2
    assert all(fact["holds"] for fact in called.json["facts"])
    assert not called.json["holds"]


def test_a_run_that_proved_nothing(ops: Operator) -> None:
    """Exit 64 for one that waits, and for one of another account."""
    waiting = ops.asked()
    called = ops("prove", ops.number, "--run", waiting)
    assert called.code == 64
    assert "so it proved nothing" in called.err
    seen = ops("prove", ops.number)
    assert seen.code == 0
    assert f"Run {waiting} is not finished" in seen.err
    other = Operator(ops.world, ops.folder)
    proved = other.proved()
    called = ops("prove", ops.number, "--run", proved)
    assert called.code == 64
    assert "is about another account" in called.err


def test_a_forgotten_run(ops: Operator) -> None:
    """Its plan is gone: that is said, and the rest is looked at."""
    run = ops.proved()
    assert ops("forget", run, "--irreversible").code == 0
    called = ops("prove", ops.number)
    assert called.code == 0
    assert f"What run {run} proved can't be looked at: it was forgotten." in called.out


def test_errors_have_their_exit_codes(ops: Operator) -> None:
    """An unknown account 3, wrong credentials 4, a system that is away 69."""
    assert ops("prove", "A99999999").code == 3
    assert ops("prove", ops.number, env={"ZUORA_CLIENT_ID": "wrong"}).code == 4
    assert ops("prove", ops.number, env={"CUSTOMERSDOT_URL": "http://127.0.0.1:1"}).code == 69
