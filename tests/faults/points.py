"""Where workers are killed: where most is in doubt, and with `EVERY_POINT` everywhere.

`make campaign` sets it. What takes over is the same engine whatever the step is, so that the suite
strikes each step, and each point in some step, on both databases.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

ANYWHERE = ("before-claim", "after-claim", "after-journal")
AT_A_WRITE = ("checked", "before-send", "after-reply")


def some(usual: Sequence[T], every: Sequence[T]) -> tuple[T, ...]:
    """What is played with every push; in a campaign, everything."""
    return tuple(every if os.environ.get("EVERY_POINT") else usual)


def points_of(*, writes: bool) -> tuple[str, ...]:
    """Where a step is killed."""
    if writes:
        return some(("after-reply",), (*ANYWHERE, *AT_A_WRITE))
    return some(("after-claim",), ANYWHERE)
