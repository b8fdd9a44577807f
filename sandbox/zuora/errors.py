"""Zuora's error shapes, and which HTTP status they get.

The resource part of most reason codes is not public. Codes here take `500000` ("unknown
resource"), which is documented, so that only the category, their last two digits, means anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, g, jsonify, request

REAL_STATUSES_SINCE = "2024-05-20"
RESOURCE = 500000
QUERY_SHAPE_SINCE = "2025-08-12"
STATUS = {10: 403, 11: 401, 40: 404, 45: 405, 50: 409, 60: 500, 61: 500, 70: 429, 99: 500}
UNSUPPORTED, MALFORMED, QUERY_PARAMETER = 45, 90, 27


@dataclass(frozen=True)
class Reason:
    """One entry of `reasons`; `category` decides what a client may do about it."""

    category: int
    message: str

    @property
    def code(self) -> int:
        """The eight-digit code."""
        return RESOURCE * 100 + self.category


class ApiError(Exception):
    """Shape 1, the error of the v1 calls."""

    def __init__(self, *reasons: Reason, status: int | None = None) -> None:
        """Fail with all reasons at once; `status` where the first category does not give it."""
        super().__init__(reasons)
        self.reasons = reasons
        self.status = status or STATUS.get(reasons[0].category, 400)


def not_found(key: str) -> ApiError:
    """Nothing has that id or number."""
    return ApiError(Reason(40, f"Cannot find entity by key: '{key}'."))


def invalid(message: str) -> ApiError:
    """A value cannot be used; the real codes for contacts are unknown."""
    return ApiError(Reason(20, message))


def broken_rule(message: str) -> ApiError:
    """A business rule forbids it."""
    return ApiError(Reason(30, message))


def bad_query(message: str) -> ApiError:
    """An Object Query parameter cannot be used."""
    return ApiError(Reason(QUERY_PARAMETER, message))


def render(error: ApiError) -> Response:
    """Shape 1. Old `Zuora-Version`s, and none at all, get every failure as HTTP 200."""
    request_id = g.request_id
    response = jsonify(
        success=False,
        processId=request_id.replace("-", "")[:16].upper(),
        reasons=_reasons(error),
        requestId=request_id,
    )
    version = request.headers.get("Zuora-Version", "")
    response.status_code = error.status if has_real_statuses(version) else 200
    return response


def render_query(error: ApiError) -> Response:
    """The shape of Object Query: since it has one of its own, without `success`."""
    if not _at_least(request.headers.get("Zuora-Version", ""), QUERY_SHAPE_SINCE):
        return render(error)
    response = jsonify(reasons=_reasons(error), requestId=g.request_id)
    response.status_code = error.status
    return response


def _reasons(error: ApiError) -> list[dict[str, object]]:
    return [{"code": one.code, "message": one.message} for one in error.reasons]


def has_real_statuses(version: str) -> bool:
    """Whether a `Zuora-Version` is one whose failures are not HTTP 200."""
    return _at_least(version, REAL_STATUSES_SINCE)


def _at_least(version: str, since: str) -> bool:
    """Versions are dates; the older numbers, like 257.0, are all before the change."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d", version) is not None and version >= since


def gateway(status: int, message: str) -> Response:
    """Shape 4: the answer comes from before the application, whatever the version."""
    response = jsonify(message=message)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def fault(code: str, message: str) -> Response:
    """Shape 3: ZOQL."""
    response = jsonify(FaultCode=code, FaultMessage=message)
    response.status_code = 400
    return response
