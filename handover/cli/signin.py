"""`handover signin`: a person signs in to CustomersDot, for all workers."""

import sys
from pathlib import Path
from typing import Any

import click

from handover.cli.options import EMAIL, as_option, command, json_option
from handover.cli.session import Session
from handover.exits import Exit

_EXAMPLE = "handover signin --cookie-from -   # then paste the line, and Ctrl-D"


@command("signin", "Sign in to CustomersDot for all workers.", example=_EXAMPLE)
@click.option(
    "--cookie-from",
    metavar="FILE",
    help="Use a browser's session: `name=value` or its Cookie header. `-` is stdin.",
)
@click.option("--email", metavar="EMAIL", help="Default: CUSTOMERSDOT_EMAIL.")
@click.option(
    "--password-from",
    metavar="FILE",
    help="First line is the password. `-` is stdin. Default: CUSTOMERSDOT_PASSWORD.",
)
@click.option("--check", is_flag=True, help="Only tell whether the present sign-in works.")
@click.option(
    "--reason",
    metavar="TEXT",
    default="signed in again",
    show_default=True,
    help="Why, for the runs that wait for it.",
)
@as_option
@json_option
@click.pass_obj
def signin(
    session: Session,
    cookie_from: str | None,
    email: str | None,
    password_from: str | None,
    reason: str,
    by: str | None,
    *,
    check: bool,
) -> int:
    """Sign in to CustomersDot for all workers; runs that wait for it go on.

    With single sign-on, sign in with a browser and give its session cookie.
    """
    import handover  # noqa: PLC0415 - everything heavy
    from handover.cli.installation import prepare, require_systems  # noqa: PLC0415

    if cookie_from is not None and (email or password_from is not None):
        raise click.UsageError("Give a cookie or a password, not both.")
    if check and (cookie_from is not None or email or password_from is not None):
        raise click.UsageError("--check takes no cookie and no password.")
    if not reason.strip() or EMAIL.search(reason):
        raise click.UsageError("--reason must say something, and hold no email address.")
    cookie = _content("--cookie-from", cookie_from)
    password = _first_line(_content("--password-from", password_from))
    require_systems()
    prepare()
    if check:
        return _check(session, handover.check_sign_in())
    done = handover.sign_in(cookie=cookie, email=email, password=password, reason=reason, by=by)
    session.data(done, _text(done))
    _warn(session, done)
    return Exit.OK


def _check(session: Session, found: dict[str, Any]) -> int:
    session.data(found, found["problem"] or "The sign-in to CustomersDot works.")
    _warn(session, found)
    return Exit.OK if found["works"] else Exit.SIGN_IN


def _warn(session: Session, found: dict[str, Any]) -> None:
    from handover.signing_in import MAY_NOT_WRITE  # noqa: PLC0415

    if found["may_write"] is False:
        session.say(f"Warning: {MAY_NOT_WRITE}. Sign in as somebody who may.")


def _text(done: dict[str, Any]) -> str:
    from handover.words import counted  # noqa: PLC0415

    lines = ["Signed in to CustomersDot, for all workers."]
    if done["answered"]:
        runs = counted(len(done["answered"]), "run")
        lines.append(f"{runs} waited for it: {', '.join(done['answered'])}")
    lines += [f"Still waiting, {one['run']}: {one['why']}" for one in done["left"]]
    return "\n".join(lines)


def _content(option: str, name: str | None) -> str | None:
    """What stands in a file or comes by stdin. The name is not repeated: it may be the secret."""
    if name is None:
        return None
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text()
    except (OSError, ValueError):
        raise click.UsageError(f"{option} must name a file that can be read, or be `-`.") from None


def _first_line(text: str | None) -> str | None:
    return text.partition("\n")[0].rstrip("\r") if text is not None else None
