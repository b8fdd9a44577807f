"""Answers that are not pages of a record: errors of Rails, and flash messages."""

from __future__ import annotations

import sys
import traceback
from urllib.parse import urljoin

from flask import Response, jsonify, render_template, request, session
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from sandbox.customersdot.shared import accepted


class Halt(Exception):
    """Stop here and answer with `response`."""

    def __init__(self, response: Response) -> None:
        """Answer with that."""
        super().__init__(response.status)
        self.response = response


def error(status: int, *, empty: bool = False) -> Response:
    """Rails' own error answer: JSON with status and name, or a page that says little."""
    name = HTTP_STATUS_CODES[status].title() if status != 422 else "Unprocessable Entity"
    if accepted()[:1] == ["json"]:
        response = jsonify(status=status, error=name)
    elif empty:
        response = Response("", mimetype="text/html")
    else:
        response = Response(render_template("error.html", name=name), mimetype="text/html")
    response.status_code = status
    return response


def halt(status: int, *, empty: bool = False) -> Halt:
    """Stop with an error answer."""
    return Halt(error(status, empty=empty))


def unrouted(problem: HTTPException) -> Response:
    """Rails knows no 405: a path with another verb is a path it does not have."""
    status = 404 if problem.code in (404, 405) else problem.code or 500
    return error(status)


def broken(problem: Exception) -> Response:
    """An exception in the application; some requests are known to end in one."""
    if not isinstance(problem, KnownDefect):
        traceback.print_exception(problem, file=sys.stderr)
    return error(500)


def see(location: str) -> Response:
    """A redirect as Rails sends it: whole address, and a stub of a page in every format."""
    there = urljoin(request.url, location)
    body = f'<html><body>You are being <a href="{escape(there)}">redirected</a>.</body></html>'
    return Response(body, status=302, headers={"Location": there}, mimetype="text/html")


class KnownDefect(Exception):
    """A request the real application answers with a 500, too."""


def flash(kind: str, message: str) -> None:
    """Leave a message for the next page somebody opens, whatever page that is."""
    session["flash"] = session.get("flash", {}) | {kind: message}


def take_flash() -> dict[str, str]:
    """The messages that waited for this page."""
    waiting: dict[str, str] = session.pop("flash", {})
    return waiting
