"""`handover find`."""

from typing import Any

import click

from handover.cli.options import command, json_option, not_empty
from handover.cli.session import Session


@command(
    "find",
    "Find the billing account behind what a ticket names.",
    example="handover find --subscription A-S00000001",
)
@click.option("--subscription", metavar="NUMBER", callback=not_empty, help="Its exact number.")
@click.option("--namespace", metavar="PATH", callback=not_empty, help="Its whole path, or its id.")
@click.option("--company", metavar="TEXT", callback=not_empty, help="Part of the account's name.")
@click.option("--email", metavar="EMAIL", callback=not_empty, help="A member's or a contact's.")
@json_option
@click.pass_obj
def find(session: Session, /, **options: str | None) -> int:
    """Find the billing account behind a subscription, a namespace, a company or an email.

    Exits 0 for exactly one, 7 for several (ask the requester which is meant), 3 for none.
    """
    import handover  # noqa: PLC0415 - everything heavy
    from handover.cli.installation import require_systems  # noqa: PLC0415

    given = {kind: what for kind, what in options.items() if what is not None}
    if len(given) != 1:
        raise click.UsageError(f"Name exactly one of {', '.join(f'--{kind}' for kind in options)}.")
    require_systems()
    [(kind, what)] = given.items()
    result = handover.find(kind, what)
    session.data(result, _text(result["accounts"]))
    if not result["accounts"]:
        session.say(f"Nothing has this {kind}. Check the spelling, or look for something else.")
    elif len(result["accounts"]) > 1:
        session.say("Several: ask the requester which is meant; nobody may guess.")
    return int(result["exit_code"])


def _text(found: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{one['account']}  billing account {one['billing_account_id'] or 'none'}"
        f"  {one['name']}  (by {one['by']})"
        for one in found
    )
