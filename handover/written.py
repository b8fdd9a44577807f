"""The messages that a run has written, ready to be sent by support."""

from typing import Any

from domain.errors import InvalidRequest
from handover.lists import acting
from worker.journal import messages as kept
from worker.journal import runs
from worker.journal.events import append
from worker.runtime import journal


def messages(run_id: str, *, name: str | None = None, by: str | None = None) -> dict[str, Any]:
    """A run's messages, oldest first; those called `name`, if one is given.

    They are kept sealed, because they may name somebody: that they were read, and by whom, is
    recorded in the run's history. Raises InvalidRequest for a run or a message that is not there.
    """
    reader = acting(by)
    with journal().write() as tx:
        runs.lock(tx, run_id)
        written = kept.of_run(tx, run_id)
        found = [one for one in written if name in (None, one.message.name)]
        if name is not None and not found:
            there = ", ".join(dict.fromkeys(one.message.name for one in written)) or "none"
            raise InvalidRequest([f"run {run_id} has no message of that name; there is: {there}"])
        if found:
            named = list(dict.fromkeys(one.message.name for one in found))
            append(tx, run_id, "messages.read", actor=reader, data={"messages": named})
    return {
        "schema": "handover.messages/1",
        "run": run_id,
        "messages": [
            {
                "name": one.message.name,
                "recipient": one.message.recipient_role,
                "written_at": one.at,
                "text": one.message.text,
            }
            for one in found
        ],
    }
