"""What the signed-in account may do, found out by reading pages (facts: customersdot, A5 and B3).

How CustomersDot turns down a write that an account may not make is not known. So everything that
keeps us from a page's form counts as "may not": a 403, a redirect away, an action that is hidden
(404) and a page without its form.
"""

from collections.abc import Callable, Iterable

from clients.rails_admin import RailsAdmin
from clients.rails_sign_in import ANEW
from domain.errors import SignInExpired

Page = tuple[str, str, str]
"""Model, action and the record's id, which is empty for `new`. An action is `edit`, `new`, `delete`
or one of the application's own."""

Offers = Callable[[str, str, str], bool]
"""Whether the page for a model, an action and an id offers us what it is for."""


class MayNotWrite(SignInExpired):
    """The account that is signed in may read, and may not make a change that is planned."""

    code = "may-not-write"


class Rights:
    """Remembers what the present session may do: what it may is read once for it.

    A "may not" is not remembered: a right may be given later, and one odd page proves nothing.
    """

    def __init__(self, admin: RailsAdmin, offers: Offers) -> None:
        self._admin = admin
        self._offers = offers
        self._session = 0
        self._known: set[tuple[str, str]] = set()

    def check(self, pages: Iterable[Page]) -> None:
        """Raises MayNotWrite if the session, or a newer one that others share, lacks a right."""
        wanted = {(model, action): record_id for model, action, record_id in pages}
        lacking = self._lacking(wanted)
        if lacking and self._admin.take_newer_session():
            lacking = self._lacking(wanted)
        if lacking:
            named = ", ".join(f"{action} {model}" for model, action in lacking)
            raise MayNotWrite(
                f"CustomersDot: the account that is signed in may not do this: {named}. Nothing of"
                f" it was tried. For an account that may, {ANEW}."
            )

    def _lacking(self, wanted: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
        return [right for right, record_id in wanted.items() if not self._has(right, record_id)]

    def _has(self, right: tuple[str, str], record_id: str) -> bool:
        if self._session == self._admin.session and right in self._known:
            return True
        offered = self._offers(*right, record_id)
        if self._session != self._admin.session:  # also if it was renewed while we read
            self._session, self._known = self._admin.session, set()
        if offered:
            self._known.add(right)
        return offered
