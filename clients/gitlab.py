"""GitLab, read only: whose a user id is, and what plan a namespace has.

Implements facts/neighbours.md, sections 1 and 2. Every method raises Transient, SignInExpired,
Refused (code `gitlab-permission` and the ones named below) and Defect.
"""

import re
from typing import Unpack
from urllib.parse import quote

from clients.answers import Answer, Call
from clients.http import Http, OnCall, Options, log_call, options_from
from clients.ledger import Allowance
from clients.plain_answers import Body, needed, object_of, text
from config.settings import Settings
from domain.errors import Defect, Refused
from domain.namespaces import GitLabUser, Namespace, NamespaceSubscription, subscription_in

SYSTEM = "GitLab"
NOBODY = "0"
"""A number that no user has: an answer that says so proves that our token counts."""


def configured(settings: Settings) -> bool:
    """Whether GitLab can be asked at all."""
    return bool(settings.gitlab_url)


class GitLab:
    """What Handover asks GitLab."""

    def __init__(self, base_url: str, token: str, **options: Unpack[Options]) -> None:
        self._http = Http(SYSTEM, base_url, name_header="X-Request-Id", **options)
        self._headers = {"PRIVATE-TOKEN": token, "Accept": "application/json"}

    @classmethod
    def from_settings(cls, settings: Settings, *, on_call: OnCall = log_call) -> "GitLab":
        """The client that the environment describes. Raises Unavailable if it is not configured."""
        allowance = Allowance(settings.gitlab_at_once, settings.gitlab_per_minute)
        return cls(
            settings.gitlab_url,
            settings.gitlab_token.get_secret_value(),
            **options_from(settings, SYSTEM, allowance, on_call),
        )

    def user(self, uid: str) -> GitLabUser | None:
        """The user with that id, None if there is none (C6).

        A Customer's `uid` is text: what isn't all digits raises Refused `gitlab-uid`, unsent.
        """
        if not re.fullmatch(r"[0-9]{1,18}", uid):
            raise Refused("GitLab: a user id is a number", code="gitlab-uid")
        body = self._ask("/api/v4/users/{id}", f"/api/v4/users/{uid}", unknown=(404,))
        if body is None:
            return None
        if needed(body, "id", SYSTEM) != str(int(uid)):
            raise Defect("GitLab: the answer is about another user than the one asked for")
        names = {name: text(body, name) for name in ("username", "name", "state")}
        return GitLabUser(id=uid, **names)

    def namespace(self, path_or_id: str) -> Namespace | None:
        """A namespace by its number or whole path, None if there is none that we may see."""
        key = _segment(path_or_id)
        body = self._ask("/api/v4/namespaces/{id}", f"/api/v4/namespaces/{key}", unknown=(403, 404))
        if body is None:
            return None
        number, path = (needed(body, name, SYSTEM) for name in ("id", "full_path"))
        if path_or_id.casefold() not in (number, path.casefold()):
            raise Defect("GitLab: the answer is about another namespace than the one asked for")
        return Namespace(id=number, path=path, name=text(body, "name"))

    def namespace_subscription(self, path_or_id: str) -> NamespaceSubscription | None:
        """The plan of a namespace (V5). None is *unknown*, and never a refusal.

        Whoever may not see it gets a 403 or a 404, and a namespace without a plan answers with
        nulls: none of these says that somebody is not its owner.
        """
        key = _segment(path_or_id)
        name = "/api/v4/namespaces/{id}/gitlab_subscription"
        body = self._ask(name, name.replace("{id}", key), unknown=(403, 404))
        try:
            return None if body is None else subscription_in(body)
        except ValueError as problem:
            raise Defect(f"GitLab: {name}: {problem}") from None

    def check(self) -> None:
        """Whether our token counts: returns, or raises as every method does."""
        self.user(NOBODY)

    def _ask(self, name: str, path: str, *, unknown: tuple[int, ...]) -> Body | None:
        """The body of a good answer, None for a status that means: not known to us."""

        def understand(answer: Answer) -> Body | None:
            return None if answer.status in unknown else object_of(answer, system="gitlab")

        return self._http.read(Call("GET", name, path, headers=self._headers), understand)


def _segment(path_or_id: str) -> str:
    """A key as one part of a path. What can't be a key is refused before anything is sent."""
    key = path_or_id.strip()
    if not key.strip("./") or not key.isprintable() or "//" in key:
        raise Refused("GitLab: this can't be the path of a namespace", code="gitlab-namespace")
    return quote(key, safe="")
