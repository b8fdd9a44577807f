"""A plan's checksum names it: the same for the same plan everywhere, another for any other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.plan import Plan
from domain.plans.change_contact import derive
from tests.unit.domain.worlds import (
    NEW_CUSTOMER,
    OLD_MEMBERSHIP,
    customer,
    membership_of,
    request,
    request_for,
    snapshot,
)

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from tests.unit.domain.test_plan_checksum import SALT, usual_plan
print(usual_plan().checksum(SALT))
"""
SALT = b"salt of this run"


def usual_plan() -> Plan:
    """The plan with every kind of change."""
    now = snapshot(new_customer=customer(NEW_CUSTOMER, login_activated=False))
    return derive(request(), now, now.pin(), {})


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_another_process_with_another_hash_seed_finds_the_same_checksum(seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert printed == usual_plan().checksum(SALT)


def test_a_plan_that_was_stored_and_read_back_keeps_its_checksum() -> None:
    stored = json.dumps(usual_plan().model_dump(mode="json"))
    assert Plan.model_validate(json.loads(stored)).checksum(SALT) == usual_plan().checksum(SALT)


def test_another_salt_gives_another_checksum() -> None:
    assert usual_plan().checksum(b"another salt") != usual_plan().checksum(SALT)


def test_another_plan_gives_another_checksum() -> None:
    now = snapshot()
    other = derive(request_for("Nina", "Newer", "nina@new.test"), now, now.pin(), {})
    usual = derive(request(), now, now.pin(), {})
    assert other.checksum(SALT) != usual.checksum(SALT)


def test_the_order_in_which_members_are_listed_does_not_matter() -> None:
    listed = (OLD_MEMBERSHIP, membership_of("33"))
    plans = []
    for members in (listed, tuple(reversed(listed))):
        now = snapshot(members=members)
        plans.append(derive(request(), now, now.pin(), {}))
    assert plans[0].checksum(SALT) == plans[1].checksum(SALT)
