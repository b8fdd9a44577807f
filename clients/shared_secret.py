"""One sign-in, and one token, for all worker processes of an installation (facts: zuora, 3 and 14).

A `Keeper` holds what is shared and sees to it that one process renews while the others wait. Each
process has a copy, so that a call costs nothing; the keeper is asked again only when the copy has
ended or was refused.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from domain.sign_ins import Fresh, Secret

T = TypeVar("T")


class Keeper(Protocol):
    """Where a secret is kept for everybody."""

    def read(self) -> Secret | None:
        """What is there now, None if nothing is."""

    def renew(self, failed: Secret | None, renewal: Callable[[], Fresh]) -> Secret:
        """The successor of a secret that ended: one that is there already, or a renewed one.

        One caller renews. Raises what the renewal raises, Transient where another caller takes too
        long, and SignInExpired where another was refused a moment ago.
        """

    def follow_up(self, known: Secret, value: str) -> Secret | None:
        """Keeps a later form of the same secret; None if it was renewed since."""


class Renewal(Protocol):
    """The way to a new secret."""

    def check(self) -> None:
        """Raises SignInExpired if it can't even be tried, for want of credentials."""

    def __call__(self) -> Fresh:
        """A new secret. Raises SignInExpired if the credentials are refused, and Transient."""


class MemoryKeeper:
    """A keeper for this process alone: for scripts and tests."""

    def __init__(self, value: str | None = None) -> None:
        self._secret = None if value is None else Secret(value, 1)
        self._lock = threading.Lock()

    def read(self) -> Secret | None:
        """What is there now."""
        return self._secret

    def renew(self, failed: Secret | None, renewal: Callable[[], Fresh]) -> Secret:
        """One thread renews, the others wait for it."""
        with self._lock:
            present = self._secret
            if present is not None and present.replaces(failed, time.monotonic()):
                return present
            fresh = renewal()
            until = None if fresh.good_for is None else time.monotonic() + fresh.good_for
            self._secret = Secret(fresh.value, (present.generation if present else 0) + 1, until)
            return self._secret

    def follow_up(self, known: Secret, value: str) -> Secret | None:
        """The same generation with another value."""
        with self._lock:
            if self._secret is None or self._secret.generation != known.generation:
                return None
            self._secret = Secret(value, known.generation, known.good_until)
            return self._secret


class SharedSecret:
    """This process's copy of a secret. `refused` is the error of a call whose secret has ended."""

    def __init__(self, keeper: Keeper, renewal: Renewal, refused: type[Exception]) -> None:
        self._keeper = keeper
        self._renewal = renewal
        self._refused = refused
        self._known: Secret | None = None

    @property
    def generation(self) -> int:
        """That of our copy; 0 while there is none."""
        return self._known.generation if self._known else 0

    def use(self, call: Callable[[Secret], T]) -> T:
        """What `call` makes of our copy of the secret, else of what others have, else of a new one.

        Raises SignInExpired if it can't be renewed, and the refusal of one that was just renewed.
        """
        secret = self._present()
        try:
            return call(secret)
        except self._refused:
            pass
        if self.look_again():
            secret = self._present()
            try:
                return call(secret)
            except self._refused:
                pass
        return call(self._renewed(secret))

    def look_again(self) -> bool:
        """Takes over what others have put in the place of our copy; tells whether they have."""
        stored = self._keeper.read()
        if stored is None or not stored.replaces(self._known, time.monotonic()):
            return False
        self._known = stored
        return True

    def follow_up(self, value: str) -> Secret | None:
        """Shares a later form of our copy, unless somebody has renewed it since; returns ours.

        Ours is then the renewed one: somebody may have signed in as another person.
        """
        if self._known is not None:
            later = self._keeper.follow_up(self._known, value)
            if later is None:
                self.look_again()
            else:
                self._known = later
        return self._known

    def _present(self) -> Secret:
        if not self._usable():
            self.look_again()
        if self._known is not None and self._usable():
            return self._known
        return self._renewed(self._known)

    def _usable(self) -> bool:
        return self._known is not None and self._known.lasts(time.monotonic())

    def _renewed(self, failed: Secret | None) -> Secret:
        self._renewal.check()
        self._known = self._keeper.renew(failed, self._renewal)
        return self._known
