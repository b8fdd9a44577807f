"""What the tests of self-service under faults have in common."""

from typing import Any

from sqlalchemy import text

import handover
from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until
from worker import runtime

OFTEN = {"HANDOVER_SELF_SERVICE_LOOK_SECONDS": "1", "HANDOVER_LAG_SECONDS": "2"}
LOOKING = "after-claim"
HAS_LOOKED = "after-reply"


def begin(installation: Rehearsal, account: dict[str, Any]) -> str:
    """A run that will wait for the customer."""
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    fields = {"new_contact": new, "access": "owners-mailbox", "evidence": None}
    return installation.begin("self-service", account, **fields)


def guided(installation: Rehearsal) -> tuple[dict[str, Any], str]:
    """A fresh account and its run, which waits for the customer."""
    account = installation.account(new_person="none")
    run_id = begin(installation, account)
    assert installation.wait(run_id)["reason"] == "customer-acts"
    return account, run_id


def ended(run_id: str) -> dict[str, Any]:
    """The report of a run once it has ended by itself."""
    wait_until(lambda: handover.report(run_id)["state"] == "ended", 60, f"the end of {run_id}")
    return handover.report(run_id)


def kinds(installation: Rehearsal, run_id: str) -> list[str]:
    """The kinds of a run's events."""
    return [event["kind"] for event in installation.events(run_id)]


def expire(run_id: str) -> None:
    """Has the question's time be over, and waits for the run's end."""
    with runtime.journal().write() as tx:
        late = "UPDATE questions SET expires_at = 1 WHERE run_id = :run AND answered_at IS NULL"
        tx.conn.execute(text(late), {"run": run_id})
    wait_until(lambda: handover.report(run_id)["state"] == "ended", 30, "the end")
