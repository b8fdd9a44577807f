"""What `handover resume` says, by how the run stands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from handover.cli.run_text import question_text
from handover.cli.times import moment
from worker.telling.words import state_text

if TYPE_CHECKING:
    from handover import Resumed


def resumed_text(report: Mapping[str, Any], found: "Resumed", *, now: int) -> str:
    """One line, or the open question with its answers. `now` is in milliseconds."""
    run = report["run"]
    if found.sent:
        return f"{run}: sent on{_rested(found.due_at, now)}."
    if found.worked_on_by and found.until:
        until = moment(found.until)
        return (
            f"{run}: {found.worked_on_by} works on it and holds it until {until}, longer while it"
            " lives. Nothing was sent."
        )
    if report["question"]:
        return f"{run} waits for an answer; it goes on once that is given.\n{question_text(report)}"
    return f"{run}: {state_text(report)}. It has ended, so there is nothing to send."


def _rested(due_at: int | None, now: int) -> str:
    if due_at is None:
        return ""
    if due_at > now:
        return f"; it would have gone on by itself {moment(due_at)}"
    return (
        f"; it was due {moment(due_at)} and nothing had taken it up. `handover doctor` tells"
        " whether workers and a beat live"
    )
