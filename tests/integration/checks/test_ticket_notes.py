"""What the doctor says about notes on tickets."""

from sqlalchemy import update

from handover.checks.finding import Status
from handover.checks.ticket_notes import ticket_notes
from tests.integration.checks.found import found, of
from tests.integration.journal.scene import opening
from worker.journal import outbox, runs
from worker.journal.schema import ticket_notes as rows
from worker.runtime import journal, milliseconds

DESK = "http://127.0.0.1:1"


def _owe(installation: str) -> str:
    made = journal()
    made.tells_tickets = True
    with made.write() as tx:
        return runs.open_run(tx, opening())[0]


def test_without_zendesk_it_is_said(installation: str) -> None:
    """A note, not a failure: runs need no tickets."""
    (only,) = found(ticket_notes)
    assert (only.status, only.next) == (
        Status.NOTE,
        "`handover show RUN --markdown` can be pasted.",
    )
    assert "not configured" in only.says


def test_notes_that_wait_and_notes_that_wait_for_too_long(installation: str) -> None:
    """A few minutes are nothing; after that somebody looks."""
    run = _owe(installation)
    found_now = found(ticket_notes, zendesk_url=DESK)
    assert of(found_now, Status.OK) == ["1 note to be posted, none for too long"]
    with journal().write() as tx:
        tx.conn.execute(update(rows).values(owed_at=tx.now - milliseconds(601)))
    (late,) = of(found(ticket_notes, zendesk_url=DESK), Status.WARN)
    assert late == f"1 note not posted for more than 10 min, of {run}"


def test_notes_that_were_given_up(installation: str) -> None:
    """Named by their run, whose report has the reason."""
    run = _owe(installation)
    with journal().write() as tx:
        owed = outbox.take(tx, owner="one", milliseconds=1)
        assert owed is not None
        outbox.give_up(tx, owed, owner="one", why="ticket-closed")
    assert of(found(ticket_notes, zendesk_url=DESK), Status.WARN) == [f"1 note given up, of {run}"]
