"""What becomes of mail that CustomersDot sends, in the transaction of the request that sends it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import records
from sandbox.columns import Value
from sandbox.mailgun.sending import BadOutcome, record_sent, set_outcome
from sandbox.neighbour_tables import MAIL_EVENT
from sandbox.store import Store

ADA = "ada@fresh.example"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "sandbox.sqlite3")
    yield store
    store.close()


def sent(db: sqlite3.Connection) -> list[tuple[Value, Value]]:
    return [(row["event"], row["code"]) for row in records.find(db, MAIL_EVENT, recipient=ADA)]


def test_mail_arrives_unless_told_otherwise(store: Store) -> None:
    with store.writing() as db:
        assert record_sent(db, ADA, "Your licence") == "delivered"
        assert sent(db) == [("delivered", 250)]


def test_a_second_mail_after_a_bounce_is_suppressed(store: Store) -> None:
    """The first one met a server that knows nobody; the next one is not tried."""
    with store.writing() as db:
        set_outcome(db, "ADA@fresh.example", "no-mailbox")
        assert [record_sent(db, ADA, "Your licence") for _ in range(3)][1:] == ["suppressed"] * 2
        assert sent(db) == [("failed", 550), ("failed", 605), ("failed", 605)]


def test_a_lost_mail_leaves_nothing(store: Store) -> None:
    with store.writing() as db:
        set_outcome(db, ADA, "lost")
        record_sent(db, ADA, "Your licence")
        assert sent(db) == []


def test_an_unknown_outcome(store: Store) -> None:
    with store.writing() as db, pytest.raises(BadOutcome):
        set_outcome(db, ADA, "eaten")


def test_a_mail_of_a_request_that_fails_was_never_sent(store: Store) -> None:
    def fail(db: sqlite3.Connection) -> None:
        record_sent(db, ADA, "Your licence")
        raise RuntimeError

    with pytest.raises(RuntimeError), store.writing() as db:
        fail(db)
    with store.reading() as db:
        assert sent(db) == []
