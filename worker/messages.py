"""Rendering a message of a run from the template that holds here."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from config.settings import Settings
from config.templates import template
from domain.errors import Unavailable
from domain.messages import Message, render


def written(
    name: str,
    settings: Settings,
    values: Mapping[str, object],
    *,
    pinned_emails: Iterable[str],
    recipient_email: str | None,
) -> Message:
    """The message, with the portal's addresses among its values. Raises as `render` does.

    `values` have the `run` and its `ticket`, `account` and `workflow`.
    """
    portal = settings.customersdot_url.rstrip("/")
    addresses = {
        "portal_url": portal,
        "sign_in_url": f"{portal}/customers/sign_in?legacy=true",
    }
    return render(
        name,
        _template(name, settings.messages),
        {**addresses, **values},
        pinned_emails=pinned_emails,
        recipient_email=recipient_email,
    )


def _template(name: str, folder: str) -> str:
    try:
        return template(name, Path(folder) if folder else None)
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            f"{name}.md can't be read ({type(error).__name__}). Correct it in the folder of"
            " HANDOVER_MESSAGES; `handover doctor` tries them all.",
            code="template",
        ) from None
