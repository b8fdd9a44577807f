"""Zuora's OAuth token: one per process, used until shortly before its end (facts: zuora, 3)."""

import time

from clients.answers import Answer, Call
from clients.http import Http, raise_if_down
from domain.errors import SignInExpired, Transient

MARGIN = 120
"""Seconds before its end at which a token is renewed."""


class Token:
    """Fetches the token when it is first needed, and again when it is about to end."""

    def __init__(self, http: Http, client_id: str, client_secret: str) -> None:
        self._http = http
        self._credentials = (client_id, client_secret)
        self._value = ""
        self._good_until = 0.0

    def get(self) -> str:
        """A token that still counts. Raises SignInExpired if Zuora refuses the credentials."""
        if not self._value or time.monotonic() >= self._good_until:
            self._renew()
        return self._value

    def drop(self) -> None:
        """Forget the token: Zuora no longer takes it."""
        self._value = ""

    def _renew(self) -> None:
        client_id, client_secret = self._credentials
        if not client_id or not client_secret:
            raise SignInExpired("Zuora: ZUORA_CLIENT_ID or ZUORA_CLIENT_SECRET is not set")
        form = [
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("grant_type", "client_credentials"),
        ]
        call = Call("POST", "/oauth/token", "/oauth/token", form=form)
        self._value, lifetime = self._http.read(call, _token)
        self._good_until = time.monotonic() + max(lifetime - MARGIN, lifetime / 2)


def _token(answer: Answer) -> tuple[str, float]:
    raise_if_down(answer)
    body = answer.json_or_none()
    fields = body if isinstance(body, dict) else {}
    value, lifetime = fields.get("access_token"), fields.get("expires_in")
    if answer.status == 200 and isinstance(value, str) and value:
        return value, float(lifetime) if isinstance(lifetime, int | float) else 0.0
    if answer.status in {400, 401, 403}:
        raise SignInExpired(f"{answer.title}: Zuora refuses the client's credentials")
    raise Transient(f"{answer.title}: no token in the answer", code="unreadable")
