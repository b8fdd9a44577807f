"""`kill -9` at every boundary of every step of A, R, L and S: proved, and every write once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.points import points_of
from tests.integration.workflows.asking import (
    CONTACT,
    CREATED,
    PROVED,
    REMOVED,
    SAVED,
    SAVED_LAST,
    ended,
)
from tests.parts.billing import add_member
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace

Write = tuple[str, str]
Account = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A workflow, what it is asked, and what it writes at which step, in the documented order."""

    workflow: str
    fields: Callable[[Account], dict[str, Any]]
    writes: dict[str, Write]
    others: tuple[str, ...] = ()
    member: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step."""
        return ("verify_ownership", "plan_change", *self.others, *self.writes, "prove_sold_to")

    def begin(self, installation: Rehearsal) -> tuple[Account, str]:
        """A run for a fresh account; the new person's login is off."""
        account = installation.account(login_activated=False)
        if self.member:
            add_member(account["new"], str(account["billing_account_id"]))
        return account, installation.begin(self.workflow, account, **self.fields(account))


def _new(account: Account) -> dict[str, Any]:
    return {"contact_email": account["new"]["email"]}


def _name(account: Account) -> dict[str, Any]:
    return {"current_email": account["sold_to"]["email"], "contact": {"last_name": "Newname"}}


SECTIONS = (
    Section(
        "add-contact",
        _new,
        {
            "create_membership": CREATED,
            "activate_login": SAVED,
            "save_original_sold_to_last": SAVED_LAST,
        },
        others=("remove_membership_elsewhere",),
    ),
    Section("remove-contact", _new, {"remove_membership": REMOVED}, member=True),
    Section(
        "confirm-login",
        _new,
        {"activate_login": SAVED, "save_original_sold_to_last": SAVED_LAST},
        member=True,
    ),
    Section("update-sold-to", _name, {"update_sold_to": CONTACT}),
)
EVERY_STEP = [
    pytest.param(section, step, id=f"{section.workflow}-{step}")
    for section in SECTIONS
    for step in section.steps
]


@pytest.mark.rule("A4", "L2", "L3", "R3", "S4")
@pytest.mark.parametrize(("section", "step"), EVERY_STEP)
def test_killed(installation: Rehearsal, trips: Trips, section: Section, step: str) -> None:
    """A worker killed between two of our own lines leaves a run that another one finishes."""
    points = points_of(writes=step in section.writes)
    begun = [_killed(installation, trips, section, step, point) for point in points]
    for account, run_id in begun:
        report = installation.wait(run_id)
        assert ended(report) == PROVED, report
        assert installation.written_by(run_id) == list(section.writes.values())
        assert installation.sold_to(account) == account["sold_to"]["email"]


def _killed(
    installation: Rehearsal, trips: Trips, section: Section, step: str, point: str
) -> tuple[Account, str]:
    trips.set(step, point)
    begun = section.begin(installation)
    kill_and_replace(installation, trips.wait_hit(step, point))
    return begun
