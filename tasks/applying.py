"""How every writing step works: the plan's changes that are its own, one after the other."""

from tasks.systems import Neighbours
from worker.apply import apply
from worker.context import StepContext

NOTHING_TO_DO = "nothing to do"


def apply_changes_of(context: StepContext, step: str) -> str:
    """Applies the changes that the plan gives to a step; returns a note for the journal."""
    neighbours = Neighbours.of(context)
    applied = 0
    for change in neighbours.plan.changes_of(step):
        if change.applies(context.answers()):
            apply(context, change, neighbours)
            applied += 1
    return "" if applied else NOTHING_TO_DO
