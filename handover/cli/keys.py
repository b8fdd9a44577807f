"""`handover rewrap`: changing the master key without touching what it protects."""

import click

from handover.cli.options import command, json_option
from handover.cli.session import Session
from handover.exits import Exit


@command("rewrap", "Put all runs' keys under the newest master key.", example="handover rewrap")
@json_option
@click.pass_obj
def rewrap(session: Session) -> int:
    """Put every run's key under the first key of HANDOVER_MASTER_KEYS; then the others can go."""
    import handover  # noqa: PLC0415
    from handover.cli.installation import find  # noqa: PLC0415
    from handover.words import counted  # noqa: PLC0415

    find()
    done = handover.rewrap()
    session.data(
        {"schema": "handover.rewrapped/1", "runs": done},
        f"The keys of {counted(done, 'run')} are under the newest master key.",
    )
    return Exit.OK
