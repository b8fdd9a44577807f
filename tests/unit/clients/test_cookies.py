"""Cookies as text: out of a jar, out of a browser, and back into a jar."""

import pytest
from requests import Request, Session
from requests.cookies import RequestsCookieJar

from clients.cookies import dump, from_browser, load
from domain.errors import InvalidRequest


def sent(text: str, url: str, base: str = "") -> str | None:
    """The `Cookie` header of a request with these cookies."""
    session = Session()
    load(session.cookies, text, base or url)
    return session.prepare_request(Request("GET", url)).headers.get("Cookie")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:1", "[::1]:1", "box", "a.example"])
def test_cookies_reach_their_host(host: str) -> None:
    """Whatever the host is called."""
    assert sent(from_browser("_s=a%2Fb--c"), f"http://{host}/admin") == "_s=a%2Fb--c"


def test_cookies_reach_no_other_host() -> None:
    """And a secure address's cookies are never sent in the clear."""
    cookie = from_browser("a=1")
    assert sent(cookie, "http://other.example/", "http://a.example/") is None
    assert sent(cookie, "http://a.example/", "https://a.example/") is None


def test_what_the_server_sets_replaces_it() -> None:
    """A dumped jar is the same jar; a cookie of the browser's is not sent twice later."""
    jar = RequestsCookieJar()
    jar.set("a", "1", domain="a.example", path="/x")
    assert sent(dump(jar), "http://a.example/x") == "a=1"
    load(jar, from_browser("b=1"), "http://a.example")
    jar.set("b", "2", domain="a.example", path="/")
    assert dump(jar) == '[["a", "1", "a.example", "/x"], ["b", "2", "a.example", "/"]]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_s=abc", "_s=abc"),
        ("Cookie: _s=abc; other=x=y==\n", "_s=abc; other=x=y=="),
        ("cookie:_s=", "_s="),
    ],
)
def test_what_a_browser_shows(text: str, expected: str) -> None:
    """A pair, or the line as the browser's tools copy it."""
    assert sent(from_browser(text), "http://a.example/") == expected


@pytest.mark.parametrize("text", ["", " ", "Cookie:", "s3cret", "a=1\nb=s3cret", "a=s3\x00cret"])
def test_what_is_no_cookie(text: str) -> None:
    """It is refused without being repeated."""
    with pytest.raises(InvalidRequest) as caught:
        from_browser(text)
    assert "s3" not in str(caught.value)
