"""`handover start --reverses` and the words for C6, as they are typed."""

import pytest

from tests.integration.cli.operators import Operator

WAIT = ("--wait", "60")


def _back(ops: Operator, run_id: str) -> tuple[str, ...]:
    invoice = ops.world.truth(ops.account)["zuora"]["invoices"][0]["number"]
    return (
        *("start", "change-contact", "--reverses", run_id, "--ticket", "4799"),
        *("--requester-email", ops.account["sold_to"]["email"]),
        *("--self-service-ruled-out", "the transfer is disputed"),
        *("--invoice", invoice, "--document", "on the ticket", "--seen-by", "lee"),
    )


@pytest.mark.rule("C5")
def test_a_transfer_is_taken_back(ops: Operator) -> None:
    """Neither account nor contact has to be typed; both runs name the other."""
    run_id = ops("start", "--file", ops.file(), *WAIT, "--json").json["run"]
    planned = ops(*_back(ops, run_id), "--plan-only")
    assert planned.code == 2, planned
    done = ops(*_back(ops, run_id), *WAIT, "--json")
    assert (done.code, done.json["reverses"]) == (0, run_id), done
    assert ops.world.sold_to(ops.account) == ops.account["sold_to"]["email"]
    assert f"takes back run {run_id}" in ops("show", done.json["run"]).out
    earlier = ops("show", run_id)
    assert f"run {done.json['run']} is to take this one back" in earlier.out
    assert (
        f"un {done.json['run']} is to take this one back" in ops("show", run_id, "--markdown").out
    )


def test_what_is_wrong_with_a_reversal_is_named_at_once(ops: Operator) -> None:
    """With the rest; exit 64, and nobody is named."""
    run_id = ops("start", "--file", ops.file(), *WAIT, "--json").json["run"]
    called = ops(
        *("start", "change-contact", "--reverses", run_id, "--account", "A00000001", "--json"),
        *("--new-email", "canary@person.example", "--requester-email", "a@b.example"),
    )
    assert called.code == 64
    problems = [problem.split(":")[0].split(" ")[0] for problem in called.json["problems"]]
    assert problems == ["account", "new_contact", "ticket", "evidence", "self_service_ruled_out"]
    assert ops.account["sold_to"]["email"] not in called.err + called.out
    unknown = ops("start", "change-contact", "--reverses", "ho-2222222222", "--ticket", "1")
    assert unknown.code == 64
    assert "reverses: there is no such run" in unknown.err


def test_a_forgotten_run_can_not_be_taken_back(ops: Operator) -> None:
    """Exit 3, with what to do instead."""
    run_id = ops("start", "--file", ops.file(), *WAIT, "--json").json["run"]
    assert ops("forget", run_id, "--irreversible").code == 0
    called = ops(*_back(ops, run_id))
    assert called.code == 3
    assert "name the contact yourself" in called.err


def test_another_link_is_for_a_renamed_customer(ops: Operator) -> None:
    called = ops("start", "--file", ops.file(), "--another-link")
    assert called.code == 64
    assert "add `rename_customer`" in called.err
    planned = ops(
        "start", "--file", ops.file(), "--another-link", "--rename-customer", "--plan-only"
    )
    assert planned.code == 2, planned
    assert "already been taken" in planned.out
