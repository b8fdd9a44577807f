"""The product's own Celery app, whose connections can be led to where nobody answers.

A connection that is refused never reaches a proxy that could tell whose it is. So the worker asks
the proxy before each call, and connects to a closed or a full port if that is what it says.
"""

import http.client
from typing import Any
from urllib.parse import urlsplit

import requests

from clients.transport import RawAnswer, Transport
from worker.app import app

__all__ = ["app"]

_exchange: Any = Transport.exchange


def _exchange_elsewhere(self: Transport, request: requests.Request, deadline: float) -> RawAnswer:
    request.url = _there(request) or request.url
    answer: RawAnswer = _exchange(self, request, deadline)
    return answer


def _there(request: requests.Request) -> str:
    parts = urlsplit(request.url)
    named = {k: v for k, v in request.headers.items() if k in ("X-Request-Id", "Zuora-Track-Id")}
    connection = http.client.HTTPConnection(parts.netloc)
    try:
        connection.request("GET", parts.path, headers={**named, "X-About": str(request.method)})
        other = connection.getresponse().read().decode()
    finally:
        connection.close()
    return str(request.url).replace(f"{parts.scheme}://{parts.netloc}", other) if other else ""


setattr(Transport, "exchange", _exchange_elsewhere)  # noqa: B010 - the type checker forbids it
