"""Being signed in to rails_admin: noticing that we are not, and signing in (facts: A5, B3)."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from clients.answers import Answer, Call
from clients.http import Http, raise_if_down, undocumented
from clients.rails_forms import parse_form
from clients.rails_pages import asks_to_sign_in
from domain.errors import Refused, SignInExpired

T = TypeVar("T")
SIGN_IN = "/admins/sign_in"

SignIn = Callable[[Http], None]
"""Gives the client's session the cookies of a signed-in person. Raises SignInExpired."""


class SignedOut(SignInExpired):
    """The answer is the one for somebody who is not signed in."""


class PasswordSignIn:
    """Signs in with email and password on Devise's form."""

    def __init__(self, email: str, password: str) -> None:
        self._email = email
        self._password = password

    def __call__(self, http: Http) -> None:
        """Sign in. Raises SignInExpired if the credentials are missing or not accepted."""
        if not self._email or not self._password:
            raise SignInExpired(
                "CustomersDot: CUSTOMERSDOT_EMAIL or CUSTOMERSDOT_PASSWORD is not set"
            )
        token = http.read(_page(), lambda answer: _form_token(answer, http))
        form = [
            ("authenticity_token", token),
            ("admin[email]", self._email),
            ("admin[password]", self._password),
        ]
        http.read(Call("POST", SIGN_IN, SIGN_IN, form=form), _raise_if_not_accepted)


class Reader:
    """Reads as a signed-in person; a session that has ended is renewed once."""

    def __init__(self, http: Http, sign_in: SignIn) -> None:
        self._http = http
        self._sign_in = sign_in

    def read(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """What `understand` makes of an answer with status 200 or 404; the rest is an error here.

        Raises SignInExpired, Refused with code `not-allowed`, Transient and Defect.
        """

        def as_signed_in(answer: Answer) -> T:
            raise_if_signed_out(answer, self._http.base_url)
            if answer.status == 403:
                raise not_allowed(answer)
            raise_if_down(answer)
            if answer.status not in {200, 404}:
                raise undocumented(answer)
            return understand(answer)

        try:
            return self._http.read(call, as_signed_in)
        except SignedOut:
            self._http.forget_session()
        self._sign_in(self._http)
        return self._http.read(call, as_signed_in)


def raise_if_signed_out(answer: Answer, base_url: str) -> None:
    """Raises SignedOut for a 401, a redirect to a sign-in page, and that page with status 200."""
    if answer.status == 401 or (answer.status in {302, 303} and leads_to_sign_in(answer, base_url)):
        raise SignedOut(f"{answer.title}: not signed in")
    if answer.status == 200 and _is_html(answer) and asks_to_sign_in(answer.text):
        raise SignedOut(f"{answer.title}: not signed in")


def leads_to_sign_in(answer: Answer, base_url: str) -> bool:
    """Whether a redirect goes to the sign-in page, or to another host that signs people in."""
    target = urlsplit(urljoin(base_url + "/", answer.header("Location")))
    return target.path.endswith("/sign_in") or target.netloc != urlsplit(base_url).netloc


def not_allowed(answer: Answer) -> Refused:
    """The error of a 403."""
    text = f"{answer.title}: CustomersDot does not allow this to our account"
    return Refused(text, code="not-allowed")


def _page() -> Call:
    return Call("GET", SIGN_IN, SIGN_IN, headers={"Accept": "text/html"})


def _form_token(answer: Answer, http: Http) -> str:
    raise_if_down(answer)
    path = urlsplit(http.base_url).path + SIGN_IN
    form = parse_form(answer.text, path, "admin") if answer.status == 200 else None
    if form is None or "password" not in form.fields:
        raise SignInExpired(f"{answer.title}: there is no form for email and password")
    return form.token


def _raise_if_not_accepted(answer: Answer) -> None:
    raise_if_down(answer)
    location = urlsplit(answer.header("Location")).path
    if answer.status in {302, 303} and not location.endswith("/sign_in"):
        return
    raise SignInExpired(f"{answer.title}: the email or the password is not accepted")


def _is_html(answer: Answer) -> bool:
    return "html" in answer.header("Content-Type")
