"""Which run takes which one back: kept in the events of both, for as long as there are events."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.journal import runs
from worker.journal.database import Tx
from worker.journal.events import append

_REVERSES = "run.reverses"
_REVERSED_BY = "run.reversal-requested"


def record(tx: Tx, run_id: str, reverses: str, *, by: str) -> None:
    """Lets both runs name the other."""
    append(tx, run_id, _REVERSES, actor=by, data={"run": reverses})
    runs.lock(tx, reverses)
    append(tx, reverses, _REVERSED_BY, actor=by, data={"run": run_id})


def named_in(history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The run that one takes back, and those that take it back, from its events."""
    named = [(event["kind"], event["data"].get("run")) for event in history]
    return {
        "reverses": next((run for kind, run in named if kind == _REVERSES), None),
        "reversed_by": [run for kind, run in named if kind == _REVERSED_BY],
    }
