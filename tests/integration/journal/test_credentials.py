"""A sign-in that all processes share: one renews, the others wait, and it is sealed."""

import threading
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from domain.errors import SignInExpired, Transient
from domain.sign_ins import Fresh, Secret
from tests.integration.journal.crowd import in_processes, together
from tests.integration.journal.scene import MASTER_KEY, Clock, make_vault
from worker import sign_ins
from worker.journal import credentials
from worker.journal.database import Journal
from worker.journal.keys import check_keys, rewrap
from worker.journal.schema import credentials as table
from worker.sign_ins import JournalKeeper

NAME = "Zuora https://rest.example 5a4d"


def keeper(journal: Journal, hold_seconds: float = 20) -> JournalKeeper:
    return JournalKeeper(journal, NAME, hold_seconds, "do this")


def fails(error: Exception) -> Fresh:
    raise error


def renew_slowly(url: str, folder: str) -> tuple[str, int]:
    """In a process of its own: needs a token, and leaves a mark for each that it fetched."""

    def renewal() -> Fresh:
        made = list(Path(folder).iterdir())
        (Path(folder) / f"{len(made)}-{time.time_ns()}").touch()
        time.sleep(1)
        return Fresh("token", 60)

    secret = keeper(Journal(url, make_vault())).renew(None, renewal)
    return secret.value, secret.generation


def test_nothing_is_there_at_first(journal: Journal) -> None:
    assert keeper(journal).read() is None


def test_what_one_process_fetched_another_reads(journal: Journal) -> None:
    made = keeper(journal).renew(None, lambda: Fresh("token", 60))
    assert (made.value, made.generation) == ("token", 1)
    found = keeper(Journal(journal.url, make_vault())).read()
    assert found is not None
    assert (found.value, found.generation) == ("token", 1)
    assert found.good_until is not None
    assert 0 < found.good_until - time.monotonic() <= 60


def test_of_many_processes_one_fetches(url: str, journal: Journal, tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    folder.mkdir()
    assert in_processes(renew_slowly, url, str(folder)) == [("token", 1)] * 3
    assert len(list(folder.iterdir())) == 1


def test_of_many_threads_one_renews_what_failed(journal: Journal) -> None:
    failed = keeper(journal).renew(None, lambda: Fresh("old"))
    fetched: list[int] = []

    def renew(number: int) -> Secret:
        def renewal() -> Fresh:
            fetched.append(number)
            time.sleep(0.2)
            return Fresh("new")

        return keeper(journal).renew(failed, renewal)

    assert together(renew) == [Secret("new", 2)] * 6
    assert len(fetched) == 1


def test_what_has_ended_by_itself_is_renewed(journal: Journal, clock: Clock) -> None:
    keeper(journal).renew(None, lambda: Fresh("old", 60))
    clock.now += 61_000
    found = keeper(journal).renew(None, lambda: Fresh("new", 60))
    assert (found.value, found.generation) == ("new", 2)


def test_a_renewer_that_died_is_replaced(journal: Journal, clock: Clock) -> None:
    """Not before its time is over; until then the others' runs wait, and are told how long."""
    with journal.write() as tx:
        credentials.lock(tx, NAME)
        credentials.hold(tx, NAME, "gone:1", 20_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_ins, "PATIENCE", 0)
        with pytest.raises(Transient) as caught:
            keeper(journal).renew(None, lambda: Fresh("too early"))
        assert (caught.value.delay, caught.value.code) == (20, "signing-in")
    clock.now += 20_000
    assert keeper(journal).renew(None, lambda: Fresh("new")).value == "new"


def test_who_waits_takes_what_comes(journal: Journal) -> None:
    """A waiter gets the new one as soon as it is there."""
    with journal.write() as tx:
        credentials.lock(tx, NAME)
        credentials.hold(tx, NAME, "another:1", 20_000)
    found: list[Secret] = []
    waiter = threading.Thread(
        target=lambda: found.append(keeper(journal).renew(None, lambda: Fresh("mine")))
    )
    waiter.start()
    keeper(journal).put(Fresh("theirs"), by="another:1")
    waiter.join(30)
    assert [secret.value for secret in found] == ["theirs"]


def test_a_failed_renewal_is_left_to_the_next(journal: Journal) -> None:
    with pytest.raises(Transient):
        keeper(journal).renew(None, lambda: fails(Transient("down")))
    assert keeper(journal).renew(None, lambda: Fresh("new")).value == "new"


def test_a_refusal_holds_for_everybody_for_a_moment(journal: Journal, clock: Clock) -> None:
    """Forty workers must not knock forty times with a wrong password."""
    with pytest.raises(SignInExpired, match="wrong"):
        keeper(journal).renew(None, lambda: fails(SignInExpired("wrong")))
    with pytest.raises(SignInExpired, match="a moment ago; do this"):
        keeper(journal).renew(None, lambda: fails(AssertionError("knocked again")))
    clock.now += 6_000
    assert keeper(journal).renew(None, lambda: Fresh("new")).value == "new"


def test_a_person_ends_the_moment(journal: Journal) -> None:
    """Who signs in by hand does not have to wait for it."""
    with pytest.raises(SignInExpired):
        keeper(journal).renew(None, lambda: fails(SignInExpired("wrong")))
    keeper(journal).put(Fresh("by hand"), by="kim")
    assert keeper(journal).renew(None, lambda: Fresh("never")).value == "by hand"
    with journal.read() as tx:
        row = tx.conn.execute(select(table)).one()
    assert (row.changed_by, row.held_by, row.held_until) == ("kim", None, None)


def test_a_later_form_belongs_to_its_generation(journal: Journal) -> None:
    first = keeper(journal).renew(None, lambda: Fresh("cookie", 60))
    later = keeper(journal).follow_up(first, "later cookie")
    assert later == Secret("later cookie", 1, first.good_until)
    keeper(journal).put(Fresh("by hand"), by="kim")
    assert keeper(journal).follow_up(first, "much later cookie") is None
    found = keeper(journal).read()
    assert found is not None
    assert found.value == "by hand"


def test_it_is_sealed(journal: Journal) -> None:
    """No text of it stands in the journal."""
    keeper(journal).put(Fresh("s3cret-cookie"), by="kim")
    with journal.read() as tx:
        assert "s3cret" not in repr(tx.conn.execute(select(table)).all())


def test_a_new_master_key_takes_it_over(journal: Journal) -> None:
    check_keys(journal)
    keeper(journal).put(Fresh("cookie"), by="kim")
    new = Fernet.generate_key().decode()
    rewrap(Journal(journal.url, make_vault(new, MASTER_KEY)))
    found = keeper(Journal(journal.url, make_vault(new))).read()
    assert found is not None
    assert (found.value, found.generation) == ("cookie", 1)


def test_what_no_key_opens_counts_as_nothing(journal: Journal) -> None:
    """It is fetched anew, and rewrapping does not stumble over it."""
    keeper(journal).put(Fresh("cookie"), by="kim")
    other = Journal(journal.url, make_vault(Fernet.generate_key().decode()))
    assert keeper(other).read() is None
    with other.write() as tx:
        credentials.rewrap_all(tx)
    assert keeper(journal).read() is None
    assert keeper(journal).renew(None, lambda: Fresh("new")).generation == 2
