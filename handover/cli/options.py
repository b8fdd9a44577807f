"""Options that several commands share, and the checks of what is given to them."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

import click

from handover.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])

EMAIL = re.compile(r"[\w.%+-]+@[\w.-]*\w")
"""What looks like an email address, wherever it stands."""


class Whole(click.IntRange):
    """A whole number, called so where something else was typed."""

    name = "whole number"


class Choice(click.Choice[str]):
    """One of a few words; who mistypes one gets the nearest named."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Click's own sentence, and the nearest word if there is one."""
        said = super().get_invalid_choice_message(value, ctx)
        close = get_close_matches(str(value).lower(), [*map(str, self.choices)], n=1)
        return f"{said} Did you mean '{close[0]}'?" if close else said


class Command(click.Command):
    """A command whose complaints never repeat what was typed: it may be somebody's name."""

    details: Callable[[int], str] | None = None
    """What its help says before the example, made for a width only when the help is shown."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The details, then the example."""
        if self.details is not None:
            formatter.write(f"\n{self.details(formatter.width)}\n")
        super().format_epilog(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and count the arguments that are too many."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click forgets it where an option lacks its value
            raise
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(
                f"{len(rest)} argument(s) too many. Put a value with spaces in quotes.", ctx
            )
        return rest


def command(
    name: str, short: str, *, example: str, details: Callable[[int], str] | None = None
) -> Callable[[Callable[..., Any]], click.Command]:
    """Makes a function a command: `short` stands in the list, the example closes its own help."""

    def made(function: Callable[..., Any]) -> click.Command:
        settings = {"help_option_names": ["-h", "--help"]}
        epilog = f"\b\nExample:\n  {example}"
        found = click.command(
            name, cls=Command, short_help=short, epilog=epilog, context_settings=settings
        )(function)
        found.details = details
        return found

    return made


def json_option(function: F) -> F:
    """`--json`; the session has looked for it already."""
    return click.option(
        "--json", is_flag=True, expose_value=False, help="Print JSON with a `schema` key."
    )(function)


def markdown_option(function: F) -> F:
    """`--markdown`."""
    return click.option(
        "--markdown", is_flag=True, help="Print Markdown, to be pasted into a ticket."
    )(function)


def not_both(session: Session, markdown: bool) -> None:
    """Refuses --markdown together with --json."""
    if markdown and session.json:
        raise click.UsageError("--markdown and --json are two forms of the same: choose one.")


def run_argument(function: F) -> F:
    """RUN, a run's id."""
    return click.argument("run_id", metavar="RUN")(function)


def as_option(function: F) -> F:
    """`--as HANDLE`, who acts."""
    return click.option(
        "--as",
        "by",
        metavar="HANDLE",
        callback=_handle,
        help="Who acts. Default: HANDOVER_OPERATOR, else the login name.",
    )(function)


def reason_option(function: F) -> F:
    """`--reason TEXT`, which is sealed."""
    return _reason_with(function, "Why. Sealed with the run's personal data.")


SHOWN_REASON = "Why. Shown in reports: name nobody."


def shown_reason_option(function: F) -> F:
    """`--reason TEXT`, which belongs to no run and is shown in reports."""
    return _reason_with(function, SHOWN_REASON)


def _reason_with(function: F, text: str) -> F:
    return click.option("--reason", required=True, metavar="TEXT", callback=_reason, help=text)(
        function
    )


def wait_option(function: F) -> F:
    """`--wait SECONDS`."""
    return click.option(
        "--wait",
        type=Whole(min=0),
        metavar="SECONDS",
        help="Follow the run this long, then print its report.",
    )(function)


def not_empty(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Refuses a value that is given and says nothing, as an unset variable of a script does."""
    if value is not None and not value.strip():
        raise click.BadParameter("is empty")
    return value


def _handle(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    if not value.strip() or "@" in value or len(value) > 64 or not value.isprintable():
        raise click.BadParameter(
            "must be a handle of at most 64 characters and no email address; it is shown and logged"
        )
    return value.strip()


def _reason(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not value.strip(" .…"):
        raise click.BadParameter("is empty")
    if value.strip() == "TEXT":
        raise click.BadParameter("says nothing: put the reason in the place of TEXT")
    if EMAIL.search(value):
        raise click.BadParameter(
            "holds an email address. Reasons are kept for ever: use handles and ids"
        )
    return value.strip()
