"""The keeper of shared sign-ins and tokens over the journal, for every process of every host."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from config.settings import settings
from domain.errors import SignInExpired, Transient
from domain.sign_ins import Fresh, Secret
from worker.journal import credentials
from worker.journal.database import Journal, Tx
from worker.runtime import has_journal, journal, milliseconds, owner

PATIENCE = 5.0
"""Seconds for which a process waits for another's renewal; after that its run waits instead."""

LOOK_EVERY = 0.1
REFUSED_FOR = 5.0
"""Seconds for which a refusal holds for everybody: many workers must not knock at once."""


@dataclass(frozen=True)
class JournalKeeper:
    """Keeps one secret under a name.

    `hold_seconds` is what a renewal may take: a slower one may be joined by a second, which does no
    harm. `remedy` is what a person can do about a refusal.
    """

    journal: Journal
    name: str
    hold_seconds: float
    remedy: str

    def read(self) -> Secret | None:
        """What is there now."""
        with self.journal.read() as tx:
            return credentials.read(tx, self.name)

    def renew(self, failed: Secret | None, renewal: Callable[[], Fresh]) -> Secret:
        """The successor of a secret that ended: another's, or one that we fetch for all.

        Raises what the renewal raises, SignInExpired where another process was refused a moment
        ago, and Transient where one is still at it.
        """
        patient_until = time.monotonic() + PATIENCE
        while True:
            with self.journal.write() as tx:
                others, wait = self._take(tx, failed)
            if others is not None:
                return others
            if wait <= 0:
                return self._renew(renewal)
            if time.monotonic() >= patient_until:
                text = f"{self._system}: another process is signing in"
                raise Transient(text, delay=wait, code="signing-in")
            time.sleep(min(wait, LOOK_EVERY))

    def follow_up(self, known: Secret, value: str) -> Secret | None:
        """Keeps a later form of the same secret; None if it was renewed since."""
        with self.journal.write() as tx:
            return credentials.follow_up(tx, self.name, known, value, owner())

    def put(self, fresh: Fresh, *, by: str) -> Secret:
        """Keeps what a person brought."""
        with self.journal.write() as tx:
            return credentials.put(tx, self.name, fresh, by)

    def _take(self, tx: Tx, failed: Secret | None) -> tuple[Secret | None, float]:
        """Another's new secret, or the seconds to wait; none at all if it is ours to renew."""
        row = credentials.lock(tx, self.name)
        present = credentials.read(tx, self.name)
        if present is not None and present.replaces(failed, time.monotonic()):
            return present, 0
        wait = ((row.held_until or 0) - tx.now) / 1000
        if wait <= 0:
            credentials.hold(tx, self.name, owner(), milliseconds(self.hold_seconds))
        elif row.held_by == credentials.REFUSED:
            text = f"{self._system}: signing in was refused to another process a moment ago"
            raise SignInExpired(f"{text}; {self.remedy}")
        return None, wait

    def _renew(self, renewal: Callable[[], Fresh]) -> Secret:
        try:
            fresh = renewal()
        except SignInExpired:
            with self.journal.write() as tx:
                refused_for = milliseconds(REFUSED_FOR)
                credentials.hold(tx, self.name, credentials.REFUSED, refused_for)
            raise
        except BaseException:
            with self.journal.write() as tx:
                credentials.let_go(tx, self.name, owner())
            raise
        return self.put(fresh, by=owner())

    @property
    def _system(self) -> str:
        return self.name.partition(" ")[0]


def if_shared(keeper: Callable[[], JournalKeeper]) -> JournalKeeper | None:
    """The keeper; None where there is no journal yet: a plan can be shown without one."""
    current = settings()
    return keeper() if current.master_keys and has_journal(current) else None


def zuora_token() -> JournalKeeper:
    """Zuora's token. It belongs to one address and client: another one must not get it."""
    current = settings()
    name = f"Zuora {current.zuora_url} {current.zuora_client_id}"
    return _keeper(name, "check ZUORA_CLIENT_ID and ZUORA_CLIENT_SECRET")


def customersdot_session() -> JournalKeeper:
    """CustomersDot's session. It belongs to one address: another host must not get it."""
    name = f"CustomersDot {settings().customersdot_url}"
    return _keeper(name, "sign in with `handover signin`")


def _keeper(name: str, remedy: str) -> JournalKeeper:
    return JournalKeeper(journal(), name, settings().write_seconds, remedy)
