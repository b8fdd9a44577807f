"""Keys in paths: an encoded slash belongs to the key, a plain one ends it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.routing import BaseConverter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A character of no script stands for the slash between the server, which decodes, and the routes.
MARK = "\ue000"


class KeyConverter(BaseConverter):
    """One part of a path, encoded slashes included."""

    def to_python(self, value: str) -> str:
        """The key as it was meant."""
        return value.replace(MARK, "/")


class EncodedSlashes:
    """WSGI middleware that tells both slashes apart."""

    def __init__(self, app: WSGIApplication) -> None:
        """Prepare requests for `app`."""
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrite the path where it has an encoded slash, and pass on."""
        raw = environ.get("RAW_URI", "").partition("?")[0]
        if "%2f" in raw.lower():
            below = raw.removeprefix(environ.get("SCRIPT_NAME", ""))
            marked = "/".join(unquote(part).replace("/", MARK) for part in below.split("/"))
            environ["PATH_INFO"] = marked.encode().decode("latin-1")
        return self._app(environ, start_response)
