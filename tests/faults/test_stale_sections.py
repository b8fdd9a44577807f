"""A, R, L and S meet somebody else's work in the middle: no further write, and a person decides."""

from typing import Any

import pytest

from tests.faults.test_kill_sections import SECTIONS, Section
from tests.integration.workflows.asking import STALE, answered, asks, ended
from tests.parts.billing import STRANGER, Billing
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips

WRITING = [
    pytest.param(section, step, id=f"{section.workflow}-{step}")
    for section in SECTIONS
    for step in section.writes
]


@pytest.mark.rule("A4", "L2", "L3", "R3", "S4", "C7")
@pytest.mark.parametrize(("section", "step"), WRITING)
def test_a_stranger_is_sold_to(
    installation: Rehearsal, trips: Trips, section: Section, step: str
) -> None:
    """What was written before is said; the step that meets the stranger writes nothing."""
    before = list(section.writes)[: list(section.writes).index(step)]
    account, run_id = _disturbed(installation, trips, section, step)
    report = installation.wait(run_id)
    if before:
        assert asks(report) == "half-applied"
        report = answered(installation, run_id, "leave")
    assert ended(report) == STALE
    assert installation.written_by(run_id) == [section.writes[done] for done in before]
    assert installation.sold_to(account) == STRANGER["email"]


def _disturbed(
    installation: Rehearsal, trips: Trips, section: Section, step: str
) -> tuple[dict[str, Any], str]:
    trips.set(step, "after-claim")
    account, run_id = section.begin(installation)
    trips.wait_hit(step, "after-claim")
    installation.truth(account)  # the sync of what the run wrote comes first
    Billing(installation).make_sold_to(account, STRANGER)
    trips.go(step, "after-claim")
    return account, run_id
