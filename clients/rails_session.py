"""Being signed in to rails_admin: wearing the shared session, noticing that it has ended (B3)."""

import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from clients.answers import Answer, Call
from clients.cookies import dump, load
from clients.http import Http, raise_if_down, undocumented
from clients.rails_pages import asks_to_sign_in
from clients.rails_sign_in import ANEW, SessionRenewal, SignIn
from clients.shared_secret import Keeper, SharedSecret
from domain.errors import Refused, SignInExpired
from domain.sign_ins import Secret

T = TypeVar("T")

SHARED_EVERY = 60.0
"""Seconds after which the cookies of a session in use are shared again. Where the server keeps a
session's last use in the cookie itself, an old one ends while the session goes on."""


class SignedOut(SignInExpired):
    """The answer is the one for somebody who is not signed in."""


class Reader:
    """Reads as a signed-in person; a session that has ended is renewed once."""

    def __init__(self, http: Http, sign_in: SignIn, keeper: Keeper) -> None:
        self._http = http
        self._shared = SharedSecret(keeper, SessionRenewal(http, sign_in), SignedOut)
        self._worn: Secret | None = None
        self._shared_at = 0.0

    def read(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """What `understand` makes of an answer with status 200 or 404; the rest is an error here.

        Raises SignInExpired, Refused with code `not-allowed`, Transient and Defect.
        """

        def allowed(answer: Answer) -> T:
            if answer.status == 403:
                raise not_allowed(answer)
            if answer.status not in {200, 404}:
                raise undocumented(answer)
            return understand(answer)

        return self.look(call, allowed)

    def look(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """As `read`, but `understand` gets any answer that a signed-in person can get."""

        def as_signed_in(answer: Answer) -> T:
            raise_if_signed_out(answer, self._http.base_url)
            raise_if_down(answer)
            return understand(answer)

        def ask(session: Secret) -> T:
            self._wear(session)
            return self._http.read(call, as_signed_in)

        found = self._shared.use(ask)
        self._share_again()
        return found

    @property
    def session(self) -> int:
        """The generation of the session that the next call wears; 0 before the first."""
        return self._shared.generation

    def take_newer_session(self) -> bool:
        """Takes over what others have shared since; tells whether they have."""
        return self._shared.look_again()

    def _wear(self, session: Secret) -> None:
        jar = self._http.cookies
        if self._worn is session and len(jar):
            return
        jar.clear()
        load(jar, session.value, self._http.base_url)
        self._worn, self._shared_at = session, time.monotonic()

    def _share_again(self) -> None:
        if self._worn is None or time.monotonic() - self._shared_at < SHARED_EVERY:
            return
        self._shared_at = time.monotonic()
        present = dump(self._http.cookies)
        if present == self._worn.value:
            self._shared.look_again()
            return
        ours = self._shared.follow_up(present)
        if ours is not None and ours.value == present:
            self._worn = ours  # else somebody has signed in anew, and the next call wears that


def raise_if_signed_out(answer: Answer, base_url: str) -> None:
    """Raises SignedOut for a 401, a redirect to a sign-in page, and that page with status 200."""
    text = f"{answer.title}: not signed in; {ANEW}"
    if answer.status == 401 or (answer.status in {302, 303} and leads_to_sign_in(answer, base_url)):
        raise SignedOut(text)
    if answer.status == 200 and _is_html(answer) and asks_to_sign_in(answer.text):
        raise SignedOut(text)


def leads_to_sign_in(answer: Answer, base_url: str) -> bool:
    """Whether a redirect goes to the sign-in page, or to another host that signs people in."""
    target = urlsplit(urljoin(base_url + "/", answer.header("Location")))
    return target.path.endswith("/sign_in") or _host(target) != _host(urlsplit(base_url))


def _host(address: SplitResult) -> tuple[str | None, int | None]:
    """Host and port, however they are written: in capitals, or with the scheme's own port."""
    return address.hostname, address.port or {"http": 80, "https": 443}.get(address.scheme)


def not_allowed(answer: Answer) -> Refused:
    """The error of a 403."""
    text = f"{answer.title}: CustomersDot does not allow this to our account"
    return Refused(text, code="not-allowed")


def _is_html(answer: Answer) -> bool:
    return "html" in answer.header("Content-Type")
