"""The scans, phase by phase: what each does, in the order in which it is done (D1, D2, D3).

A full scan reads everything by the page, joins both systems on disk and looks live at nothing but
what seems to differ. The others look at few accounts and begin with looking. No scan writes to any
system: what differs is reported, and repaired by a run that a person starts (D3).
"""

from functools import partial

from domain.drift.findings import OF_ACCOUNTS, OF_RUNS
from tasks.drift import changed, proved, scratch
from tasks.drift.closing import close
from tasks.drift.comparing import compare, index
from tasks.drift.confirming import confirm
from tasks.drift.planning import plan
from tasks.drift.reading import read
from worker.scans.registry import Phase, Scan, register


def _clear(_scan_id: str) -> None:
    scratch.clear()


FULL = register(
    Scan(
        kind="full",
        lane="accounts",
        phases=(
            Phase("plan", plan),
            Phase("read", read),
            Phase("index", index),
            Phase("compare", compare),
            Phase("confirm", confirm),
            Phase("close", partial(close, kinds=OF_ACCOUNTS)),
        ),
        over=_clear,
    )
)

CHANGED = register(
    Scan(
        kind="changed",
        lane="accounts",
        phases=(
            Phase("plan", changed.plan),
            Phase("confirm", confirm),
            Phase("close", partial(close, kinds=OF_ACCOUNTS)),
        ),
    )
)

PROVED = register(
    Scan(
        kind="proved",
        lane="runs",
        phases=(
            Phase("plan", proved.plan),
            Phase("confirm", proved.look),
            Phase("close", partial(close, kinds=OF_RUNS)),
        ),
        wanted=proved.is_due,
    )
)
