"""Pages of the v1 lists: 20 records unless asked otherwise, 40 at most, the next by its address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request

from sandbox.columns import Row

PAGE = 20
MOST = 40


def page_of(rows: list[Row]) -> tuple[list[Row], dict[str, str]]:
    """The rows of the page asked for, and where the next one is, if there is one."""
    page = max(1, request.args.get("page", 1, type=int))
    size = min(MOST, max(1, request.args.get("pageSize", PAGE, type=int)))
    chosen = rows[(page - 1) * size : page * size]
    if len(rows) <= page * size:
        return chosen, {}
    query = urlencode(request.args.to_dict() | {"page": page + 1, "pageSize": size})
    return chosen, {"nextPage": f"{request.base_url}?{query}"}
