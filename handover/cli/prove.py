"""`handover prove`: looking at both systems now, without a run."""

import click

from handover.cli.options import EMAIL, command, json_option, not_empty
from handover.cli.session import Session


def _address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not EMAIL.fullmatch(value.strip()):
        raise click.BadParameter("is no email address")
    return value.strip() if value else value


@command(
    "prove", "Read both systems now: do they agree?", example="handover prove A00000001 --json"
)
@click.argument("account", metavar="ACCOUNT")
@click.option(
    "--email", metavar="ADDRESS", callback=_address, help="Is this person the Sold To? Not shown."
)
@click.option(
    "--run",
    "run_id",
    metavar="RUN",
    callback=not_empty,
    help="Whose proof to look at. Default: the latest proved run.",
)
@json_option
@click.pass_obj
def prove(session: Session, account: str, email: str | None, run_id: str | None) -> int:
    """Read Zuora and CustomersDot now, and say fact by fact what holds; exit 2 if not all does.

    Looked at are the Sold To, CustomersDot's copy, their Customer and membership, and whether what
    a run proved is still in place. Nothing is changed or recorded.
    """
    import handover  # noqa: PLC0415
    from handover.cli.facts_text import facts_text  # noqa: PLC0415
    from handover.cli.installation import (  # noqa: PLC0415
        about,
        find,
        require_systems,
        without_runs,
    )

    if email and run_id:
        raise click.UsageError("Give either --email or --run: they ask for different things.")
    require_systems()
    if run_id:
        with about(session, run_id):
            found = handover.prove(account, run=run_id)
    else:
        if not without_runs():
            find()
        found = handover.prove(account, email=email)
    session.data(found, facts_text(found))
    if found["unfinished"]:
        session.say(f"Run {found['unfinished']} is not finished: it may change what was read.")
    return int(found["exit_code"])
