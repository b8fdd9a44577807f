"""The cookies of a signed-in session, as text that can be kept and shared.

A cookie that a person took from a browser has no domain: it belongs to the host we talk to.
"""

import json
import re
from urllib.parse import urlsplit

from requests.cookies import RequestsCookieJar

from domain.errors import InvalidRequest

_PAIR = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]*)")


def dump(jar: RequestsCookieJar) -> str:
    """The jar's cookies as text."""
    return json.dumps(sorted([c.name, c.value, c.domain, c.path] for c in jar))


def load(jar: RequestsCookieJar, text: str, base_url: str) -> None:
    """Puts dumped cookies into a jar that is used for the host of `base_url`."""
    secure = urlsplit(base_url).scheme == "https"
    for name, value, domain, path in json.loads(text):
        jar.set(name, value, domain=domain or _host(base_url), path=path, secure=secure)


def from_browser(text: str) -> str:
    """Dumped cookies from `name=value`, or from a whole `Cookie:` header of a browser.

    Raises InvalidRequest, without quoting anything: it is a secret.
    """
    line = re.sub(r"^\s*cookie\s*:", "", text, flags=re.IGNORECASE).strip()
    pairs = [part.strip() for part in line.split(";") if part.strip()]
    found = [_PAIR.fullmatch(pair) for pair in pairs]
    if not found or None in found:
        raise InvalidRequest(
            ["the cookie: must be one line, `name=value` or the browser's `Cookie:` header"]
        )
    return json.dumps([[pair[1], pair[2], "", "/"] for pair in found if pair])


def _host(base_url: str) -> str:
    """The host as a cookie jar names it: an address of IPv6 in brackets, one word as a local."""
    host = urlsplit(base_url).hostname or ""
    named = f"[{host}]" if ":" in host else host
    return named if "." in named else f"{named}.local"
