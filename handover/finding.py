"""From what a ticket names to the billing account that a request has to name."""

from typing import Any

from domain.errors import InvalidRequest
from handover.exits import Exit

KINDS = ("subscription", "namespace", "company", "email")


def find(kind: str, what: str) -> dict[str, Any]:
    """The billing accounts behind a subscription, a namespace, a company's name or an email.

    One is what a request can name; several are a question to whoever wrote the ticket. Raises
    InvalidRequest for an unknown kind or an empty word, Refused for what can't be one, and what
    reading the systems raises.
    """
    if kind not in KINDS:
        raise InvalidRequest([f"kind: is none of {', '.join(KINDS)}"])
    if len(what.strip()) < 3:
        raise InvalidRequest([f"{kind}: is too short; at least 3 characters"])
    from tasks.finding import find as look  # noqa: PLC0415 - loads the clients

    found = [one.model_dump() for one in look(kind, what.strip())]
    return {
        "schema": "handover.found/1",
        "kind": kind,
        "accounts": found,
        "exit_code": _exit(found),
    }


def _exit(found: list[dict[str, Any]]) -> int:
    if not found:
        return int(Exit.REFUSED)
    return int(Exit.OK if len(found) == 1 else Exit.WAITS)
