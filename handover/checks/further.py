"""GitLab, Mailgun and Zendesk: left out, or reachable with credentials that count."""

from collections.abc import Iterator

from clients import gitlab as gitlab_client
from clients import mailgun as mailgun_client
from clients import zendesk as zendesk_client
from config.settings import Settings
from handover.checks.finding import Finding, note
from handover.checks.neighbours import tried


def gitlab(current: Settings) -> Iterator[Finding]:
    """The token of an admin. What it may see is known only once there is a namespace to look at."""
    if not gitlab_client.configured(current):
        yield _left_out("gitlab", "who a linked user is, and a namespace's subscription")
        return
    client = gitlab_client.GitLab.from_settings
    yield tried("gitlab", "HANDOVER_GITLAB", lambda: client(current).check())


def mailgun(current: Settings) -> Iterator[Finding]:
    """The key, and the right to read the log of the domain."""
    if not mailgun_client.configured(current):
        yield _left_out("mailgun", "what became of a licence's mail")
        return
    client = mailgun_client.Mailgun.from_settings
    yield tried("mailgun", "HANDOVER_MAILGUN", lambda: client(current).check())


def zendesk(current: Settings) -> Iterator[Finding]:
    """The agent's token, and the right to read tickets."""
    if not zendesk_client.configured(current):
        yield _left_out("zendesk", "who wrote a comment; tickets get no notes")
        return
    client = zendesk_client.Zendesk.from_settings
    yield tried("zendesk", "HANDOVER_ZENDESK", lambda: client(current).check())


def _left_out(check: str, asked: str) -> Finding:
    variable = f"HANDOVER_{check.upper()}_URL"
    text = f"not configured ({variable} is not set): a person is asked {asked}"
    return note(check, text, f"Set {variable} and its credentials to have it looked up.")
