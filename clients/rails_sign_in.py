"""Signing in to rails_admin with email and password (facts: customersdot, A5 and B3).

The real CustomersDot signs people in by Okta, which no program can do. There somebody signs in with
a browser and hands the session over: `handover signin`.
"""

from typing import Protocol
from urllib.parse import urlsplit

from clients.answers import Answer, Call
from clients.cookies import dump
from clients.http import Http, raise_if_down
from clients.rails_forms import parse_form
from domain.errors import SignInExpired
from domain.sign_ins import Fresh

SIGN_IN = "/admins/sign_in"
ANEW = "sign in with `handover signin`"


class NoSignInPage(SignInExpired):
    """What answers at the configured address has no sign-in page: it is something else."""


class SignIn(Protocol):
    """Gives a client the cookies of a signed-in person."""

    def check(self) -> None:
        """Raises SignInExpired if it can't even be tried."""

    def __call__(self, http: Http) -> None:
        """Signs in. Raises SignInExpired if the credentials are not accepted."""


class PasswordSignIn:
    """Signs in with email and password on Devise's form."""

    def __init__(self, email: str, password: str) -> None:
        self._email = email
        self._password = password

    def check(self) -> None:
        """Raises SignInExpired if email or password is missing."""
        if not self._email or not self._password:
            raise SignInExpired(
                "CustomersDot: there is no session or it has ended, and CUSTOMERSDOT_EMAIL and"
                f" CUSTOMERSDOT_PASSWORD are not configured; {ANEW}"
            )

    def __call__(self, http: Http) -> None:
        """Fill in the form and send it."""
        token = http.read(_page(), lambda answer: _form_token(answer, http))
        form = [
            ("authenticity_token", token),
            ("admin[email]", self._email),
            ("admin[password]", self._password),
        ]
        http.read(Call("POST", SIGN_IN, SIGN_IN, form=form), _raise_if_not_accepted)


class NoSignIn:
    """For a session that a person brought: if it does not count, there is no other."""

    def __init__(self, text: str) -> None:
        self._text = text

    def check(self) -> None:
        """Raises SignInExpired."""
        raise SignInExpired(self._text)

    def __call__(self, http: Http) -> None:  # noqa: ARG002 - the form of every sign-in
        """There is no way."""
        self.check()


class SessionRenewal:
    """A new session instead of one that has ended."""

    def __init__(self, http: Http, sign_in: SignIn) -> None:
        self._http = http
        self._sign_in = sign_in

    def check(self) -> None:
        """Raises SignInExpired if a person has to sign in."""
        self._sign_in.check()

    def __call__(self) -> Fresh:
        """The cookies of a new session. Nobody says when it ends."""
        self._http.cookies.clear()
        self._sign_in(self._http)
        return Fresh(dump(self._http.cookies))


def _page() -> Call:
    return Call("GET", SIGN_IN, SIGN_IN, headers={"Accept": "text/html"})


def _form_token(answer: Answer, http: Http) -> str:
    raise_if_down(answer)
    if answer.status == 404:
        text = "nothing like CustomersDot's sign-in page answers there; check CUSTOMERSDOT_URL"
        raise NoSignInPage(f"{answer.title}: {text}")
    path = urlsplit(http.base_url).path + SIGN_IN
    form = parse_form(answer.text, path, "admin") if answer.status == 200 else None
    if form is None or "password" not in form.fields:
        raise SignInExpired(f"{answer.title}: there is no form for email and password; {ANEW}")
    return form.token


def _raise_if_not_accepted(answer: Answer) -> None:
    raise_if_down(answer)
    location = urlsplit(answer.header("Location")).path
    if answer.status in {302, 303} and not location.endswith("/sign_in"):
        return
    raise SignInExpired(f"{answer.title}: the email or the password is not accepted; {ANEW}")
