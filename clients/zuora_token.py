"""Zuora's OAuth token: fetched once for all, used until shortly before its end (facts, 3)."""

from clients.answers import Answer, Call
from clients.http import Http, raise_if_down
from domain.errors import SignInExpired, Transient
from domain.sign_ins import Fresh

MARGIN = 120
"""Seconds before its end at which a token is renewed."""


class TokenRenewal:
    """Fetches a token for the client's credentials."""

    def __init__(self, http: Http, client_id: str, client_secret: str) -> None:
        self._http = http
        self._credentials = (client_id, client_secret)

    def check(self) -> None:
        """Raises SignInExpired if there are no credentials."""
        if not all(self._credentials):
            raise SignInExpired("Zuora: ZUORA_CLIENT_ID or ZUORA_CLIENT_SECRET is not set")

    def __call__(self) -> Fresh:
        """A new token. Raises SignInExpired if Zuora refuses the credentials."""
        client_id, client_secret = self._credentials
        form = [
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("grant_type", "client_credentials"),
        ]
        call = Call("POST", "/oauth/token", "/oauth/token", form=form)
        value, lifetime = self._http.read(call, _token)
        return Fresh(value, max(lifetime - MARGIN, lifetime / 2))


def _token(answer: Answer) -> tuple[str, float]:
    raise_if_down(answer)
    body = answer.json_or_none()
    fields = body if isinstance(body, dict) else {}
    value, lifetime = fields.get("access_token"), fields.get("expires_in")
    if answer.status == 200 and isinstance(value, str) and value:
        return value, float(lifetime) if isinstance(lifetime, int | float) else 0.0
    if answer.status in {400, 401, 403}:
        remedy = "check ZUORA_CLIENT_ID and ZUORA_CLIENT_SECRET"
        raise SignInExpired(f"{answer.title}: Zuora refuses the client's credentials; {remedy}")
    raise Transient(f"{answer.title}: no token in the answer", code="unreadable")
