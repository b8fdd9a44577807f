"""What Rails does to a request before the application sees it: format, method, parameters."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SUFFIX = re.compile(r"\.(json|html|xml|csv)$")
KEY = re.compile(r"^([^\[]+)|\[([^\]]*)\]")
# Rails takes a list that mentions */* for a browser's and ignores the rest of it.
BROWSER = re.compile(r",\s*\*/\*|\*/\*\s*,")
TYPES = {
    "html": ("text/html", "application/xhtml+xml"),
    "js": ("text/javascript", "application/javascript"),
    "json": ("application/json", "text/x-json", "application/jsonrequest"),
    "xml": ("application/xml", "text/xml"),
    "csv": ("text/csv",),
}


class RailsRequest:
    """WSGI middleware: takes `.json` and slashes off the end of the path, and `_method`
    out of a POSTed form."""

    def __init__(self, app: WSGIApplication) -> None:
        """Prepare requests for `app`."""
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrite and pass on."""
        path = environ.get("PATH_INFO", "").rstrip("/") or "/"
        environ["PATH_INFO"] = path
        environ["sandbox.path"] = environ.get("SCRIPT_NAME", "") + path
        if suffix := SUFFIX.search(path):
            environ["PATH_INFO"] = path[: suffix.start()]
            environ["sandbox.format"] = suffix.group(1)
        if environ["REQUEST_METHOD"] == "POST":
            environ["REQUEST_METHOD"] = _override(environ)
        return self._app(environ, start_response)


def _override(environ: WSGIEnvironment) -> str:
    """PUT or DELETE when the form says so; browsers cannot send them."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    form = Request(environ | {"wsgi.input": io.BytesIO(body)}).form
    wanted = form.get("_method", environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "POST")).upper()
    return wanted if wanted in ("PUT", "PATCH", "DELETE") else "POST"


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Rack's parameters: `a[b][]=c` becomes {"a": {"b": ["c"]}}."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        parts = [first or inner for first, inner in KEY.findall(key)]
        is_list = key.endswith("[]")
        _store(result, parts[:-1] if is_list else parts, value, is_list)
    return result


def _store(target: dict[str, Any], parts: list[str], value: str, is_list: bool) -> None:
    *path, last = parts or [""]
    for part in path:
        inner = target.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        target = inner
    if not is_list:
        target[last] = value
    elif isinstance(found := target.setdefault(last, []), list):
        found.append(value)


def formats(accept: str, suffix: str | None) -> list[str]:
    """The formats a client takes, best first; `*` stands for whatever is offered first."""
    if suffix:
        return [suffix]
    if not accept or BROWSER.search(accept):
        return ["html"]
    found = []
    for part in _by_quality(accept):
        if part == "*/*":
            found.append("*")
        found += [name for name, types in TYPES.items() if part in types]
    return found


def _by_quality(accept: str) -> list[str]:
    ranked = []
    for part in accept.split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((float(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
        ranked.append((-quality, kind.lower()))
    return [kind for _, kind in sorted(ranked, key=lambda one: one[0])]


def choose(accepted: list[str], offered: tuple[str, ...]) -> str | None:
    """The format to answer in, or None: then the answer is a 406."""
    for wanted in accepted:
        if wanted == "*":
            return offered[0]
        if wanted in offered:
            return wanted
    return None
