"""What the settings let people start without evidence of ownership (decision 5)."""

from collections.abc import Mapping
from typing import Any

from config.settings import settings
from domain.errors import InvalidRequest
from domain.requests import Request, check_words, parse_request


def accepted(request: Mapping[str, Any]) -> Request:
    """The typed request, if policy takes it. Raises InvalidRequest naming every problem."""
    typed = parse_request(dict(request))
    reason = getattr(typed, "reason_without_evidence", None)
    if reason is None:
        return typed
    check_words(reason_without_evidence=reason)
    allowed = settings().without_evidence
    if typed.workflow not in allowed:
        problem = (
            f"reason_without_evidence: {typed.workflow} needs `evidence` here; without it start"
            f" only: {', '.join(allowed) or 'no workflow'} (HANDOVER_WITHOUT_EVIDENCE)"
        )
        raise InvalidRequest([problem])
    return typed
