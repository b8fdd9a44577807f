"""`kill -9` of the worker in every step, on both sides of its write: proved, and written once."""

from typing import Any

import pytest

from tests.faults.points import points_of, some
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace, worker_of
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal import runs

WRITING_NOTHING = (
    "verify_ownership", "plan_change", "remove_membership_elsewhere", "prove_sold_to",
)  # fmt: skip
WRITING = {
    "create_membership": (
        "billing_account_membership",
        "create",
        r"/membership/new|_membership/new",
    ),
    "activate_login": ("customer", "update", r"/customer/\d+/edit"),
    "save_original_sold_to_last": ("customer", "unchanged-save", r"/customer/\d+/edit"),
    "remove_previous_membership": ("billing_account_membership", "delete", r"/delete"),
    "update_sold_to": ("billing_account_contact", "update", r"/billing_account_contact/\d+/edit"),
}
DOCUMENTED = [(model, action) for model, action, _ in WRITING.values()]

HELD = ("hold_before_commit", "hold_after_commit")
ON_THE_WIRE = some(
    [(step, HELD[n % 2]) for n, step in enumerate(WRITING)],
    [(step, point) for step in WRITING for point in HELD],
)
"""Each write, and each side of its commit."""
ON_POSTGRES = [
    ("create_membership", "before-send"), ("remove_previous_membership", "after-journal"),
    ("plan_change", "after-claim"), ("update_sold_to", "after-reply"),
]  # fmt: skip


@pytest.mark.rule("C5", "A4", "L2", "L3", "R3", "S3", "S4", "C7")
@pytest.mark.parametrize("step", [*WRITING_NOTHING, *WRITING])
def test_killed_in_our_code(installation: Rehearsal, trips: Trips, step: str) -> None:
    """Workers killed between two of our own lines leave runs that others finish.

    A kill at each point, without waiting for the run before: whichever comes by first is struck.
    """
    points = dict.fromkeys((*points_of(writes=False), *points_of(writes=step in WRITING)))
    begun = [_killed_in_our_code(installation, trips, step, point) for point in points]
    for account, run_id in begun:
        _finished_well(installation, account, run_id)


@pytest.mark.parametrize(("step", "point"), ON_THE_WIRE)
def test_killed_on_the_wire(installation: Rehearsal, step: str, point: str) -> None:
    """A worker killed while its write is on the way leaves no doubt about what landed."""
    account, run_id = _killed_on_the_wire(installation, step, point)
    _finished_well(installation, account, run_id)


@pytest.mark.parametrize(("step", "point"), some(ON_POSTGRES[:2], ON_POSTGRES))
def test_killed_in_our_code_on_postgres(
    on_postgres: Rehearsal, trips: Trips, step: str, point: str
) -> None:
    """The same with the journal on PostgreSQL."""
    account, run_id = _killed_in_our_code(on_postgres, trips, step, point)
    _finished_well(on_postgres, account, run_id)


@pytest.mark.parametrize("point", some(HELD[1:], HELD))
def test_killed_on_the_wire_on_postgres(on_postgres: Rehearsal, point: str) -> None:
    """The same on the wire with the journal on PostgreSQL."""
    account, run_id = _killed_on_the_wire(on_postgres, "update_sold_to", point)
    _finished_well(on_postgres, account, run_id)


def _killed_in_our_code(
    installation: Rehearsal, trips: Trips, step: str, point: str
) -> tuple[dict[str, Any], str]:
    account = installation.account(login_activated=False)
    trips.set(step, point)
    run_id = installation.start(account)
    kill_and_replace(installation, trips.wait_hit(step, point))
    return account, run_id


def _killed_on_the_wire(
    installation: Rehearsal, step: str, point: str
) -> tuple[dict[str, Any], str]:
    account = installation.account(login_activated=False)
    path = WRITING[step][2]
    if step == "save_original_sold_to_last":
        path = rf"/customer/{account['sold_to']['customer_id']}/edit"
    fault = installation.control(
        "POST", "faults", {"system": "customersdot", "method": "POST", "path": path, "kind": point}
    )
    run_id = installation.start(account)
    wait_until(lambda: _held(installation, fault["id"]), 30, f"a held request of {step}")
    with runtime.journal().read() as tx:
        owner = str(runs.get(tx, run_id).lease_owner)
    worker = worker_of(installation, int(owner.rpartition(":")[2]))
    worker.kill9_at_once()
    # The server must commit before the call's time limit; what comes later is a documented risk.
    installation.control("POST", f"faults/{fault['id']}/release")
    worker.kill9()
    installation.add_worker()
    return account, run_id


def _held(installation: Rehearsal, fault_id: int) -> list[Any]:
    faults = installation.control("GET", "faults")
    rows = faults["faults"] if isinstance(faults, dict) else faults
    return next(row["held"] for row in rows if row["id"] == fault_id)


def _finished_well(installation: Rehearsal, account: dict[str, Any], run_id: str) -> None:
    report = installation.wait(run_id)
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    assert installation.written(account) == DOCUMENTED
    assert installation.sold_to(account) == account["new"]["email"]
    assert installation.members(account) == [account["new"]["customer_id"]]
