"""The writes of a run, with what the plans of its rounds call them. It knows no canvas."""

from typing import Any

from domain.plan import Plan
from worker.journal import sealing, writes
from worker.journal.database import Tx


def plan_of(tx: Tx, run_id: str, round_: int) -> Plan | None:
    """The newest plan of a round, unless there is none or it was forgotten."""
    stored = sealing.get(tx, run_id, "plan", round_)
    return Plan.model_validate(stored) if stored else None


def writes_of(tx: Tx, run_id: str, plans: dict[int, Plan | None]) -> list[dict[str, Any]]:
    """Every write that a run began, with its title from the plan of its round."""
    known = {
        (number, change.id): change
        for number, plan in plans.items()
        for change in (plan.changes if plan else ())
    }
    found = [(row, known.get((row.round, row.change_id))) for row in writes.of_run(tx, run_id)]
    return [
        {
            "write": row.id,
            "change": row.change_id,
            # The plan that has the title may have been forgotten.
            "title": change.title if change else row.change_id,
            "kind": change.kind if change else None,
            "step": row.step,
            "round": row.round,
            "outcome": row.outcome or "open",
            "at": row.intended_at,
        }
        for row, change in found
    ]
