"""Notes on tickets: what they say, and that each arrives once, whatever the ticket system does."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

import handover
from config.settings import settings
from domain.errors import Defect, Refused
from domain.messages import Message
from domain.questions import APPROVE, approve_plan
from domain.questions_handed_over import with_billing
from handover.cli.run_text import run_text
from tasks.canvases import CHANGE_CONTACT
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import CANARY, opening, other
from tests.parts.postgres import PostgresServer
from tests.parts.rehearsal import forget_process_state, use_environment
from tests.parts.tickets import Desk, DeskClient, ticket_desk
from tests.unit.domain.test_plan_checksum import usual_plan
from worker import ticket_notes
from worker.context import StepContext
from worker.journal import leases, outbox, runs
from worker.journal.schema import ticket_notes as rows
from worker.runtime import journal, milliseconds


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A ticket system that this process posts to."""
    with ticket_desk() as made:
        monkeypatch.setattr(ticket_notes, "_connected", [lambda: DeskClient(made.url)])
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(
    request: pytest.FixtureRequest,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: PostgresServer,
) -> Iterator[None]:
    """An installation without a worker, on each database."""
    url = postgres_server.create_database() if request.param == "postgresql" else ""
    env = {
        "HANDOVER_STATE_DIR": str(tmp_path / "state"),
        "HANDOVER_MASTER_KEYS": Fernet.generate_key().decode(),
        "HANDOVER_LOOKUP_KEY": "a long key for these tests",
        "HANDOVER_MAX_ATTEMPTS": "2",
        "DATABASE_URL": url,
        "HANDOVER_ZENDESK_URL": desk.url,
    }
    use_environment(monkeypatch, env)
    yield
    forget_process_state()


@pytest.fixture
def run(installed: None) -> str:
    """A run that was just accepted."""
    asked = opening(
        canvas_version=CHANGE_CONTACT.version, step_names=CHANGE_CONTACT.step_names, ticket="4711"
    )
    with journal().write() as tx:
        return runs.open_run(tx, asked)[0]


def context_of(run: str) -> StepContext:
    """The view of the run's first step, which is claimed."""
    how: dict[str, Any] = {"owner": "one", "phase": "verifying", "milliseconds": 600_000}
    with journal().write() as tx:
        _, lease = leases.claim(tx, run, "verify_ownership", **how)
    assert lease is not None
    return StepContext(lease, journal(), settings())


def end(run: str, result: str = "cancelled") -> None:
    """Ends the run from outside."""
    with journal().write() as tx:
        runs.lock(tx, run)
        runs.end(tx, run, result, actor="ada", reason="test", summary="It was *enough*.")


def post(*, later: bool = True) -> None:
    """A message arrives; what waits for another try is due at once."""
    if later:
        with journal().write() as tx:
            tx.conn.execute(update(rows).values(due_at=tx.now, lease_until=None))
    ticket_notes.post_ticket_notes()


def told(run: str) -> dict[str, Any]:
    """What the report says about the notes."""
    found: dict[str, Any] = handover.report(run)["ticket_notes"]
    return found


def test_what_a_ticket_is_told(run: str, desk: Desk) -> None:
    """Accepted, planned, a message, asked, handed over, the end: masked, with its event."""
    context = context_of(run)
    context.record_plan(usual_plan())
    context.keep_message(Message("sign-up-first", "requester", "Hello,\n\nsign up first.\n"))
    with journal().write() as tx:
        leases.wait(tx, context.lease, approve_plan(second_person=True))
    post()
    accepted, planned, message, asked = desk.of(run)
    assert "change-contact of account A00000001: accepted" in accepted
    assert "| # | rule | what | record |" in planned
    assert "Hello,\n\nsign up first." in message
    assert "for the requester" in message
    assert f"`handover answer {run} approve --plan " in asked
    assert "Somebody other than ada has to answer" in asked
    with journal().write() as tx:
        kind, text = APPROVE, "The plan is ready."
        from worker.journal import closing, questions  # noqa: PLC0415 - only here

        closing.withdraw(tx, run, by="ada")
        questions.ask(tx, run, with_billing(kind, text), actor="ada")
    end(run)
    post()
    *_, billing, ended = desk.of(run)
    assert "handed over to Billing" in billing
    assert f"`handover answer {run} billing-done --reason TEXT`" in billing
    assert "cancelled" in ended
    assert "It was \\*enough\\*." in ended
    assert "Written before it ended: nothing." in ended
    hashes = {str(e["n"]): e["hash"] for e in handover.follow(run, 0)}
    for body, number in zip(desk.of(run), desk.markers(run), strict=True):
        assert CANARY not in body
        assert not re.search(r"\w@\w", body)
        assert f"event {number} of its history, hash `{hashes[number][:16]}`" in body
    assert {ticket for ticket, _ in desk.notes} == {"4711"}
    assert told(run) == {"configured": True, "posted": 6, "waiting": 0, "given_up": []}
    assert "notes on the ticket: 6 posted" in run_text(handover.report(run))


def test_a_later_plan_does_not_stand_in_for_an_earlier_one(run: str, desk: Desk) -> None:
    """Each note shows the very plan that its event names; after forgetting it says so."""
    context = context_of(run)
    first = usual_plan()
    context.record_plan(first)
    context.record_plan(first.model_copy(update={"changes": (), "notes": ("Another plan.",)}))
    post()
    _, before, after = desk.of(run)
    assert "Another plan" not in before
    assert "Another plan" in after
    assert "Nothing has to be changed" in after


def test_a_forgotten_run_is_told_without_what_was_forgotten(run: str, desk: Desk) -> None:
    """The note about the plan says why it is empty."""
    context_of(run).record_plan(usual_plan())
    end(run)
    handover.forget(run, by="ada")
    post()
    assert len(desk.of(run)) == 3
    assert "personal data of this run was destroyed" in desk.of(run)[1]


def test_delivered_twice_and_at_once(run: str, desk: Desk) -> None:
    """Every note once, in order, whoever gets the message."""
    end(run)
    together(lambda _: ticket_notes.post_ticket_notes(), 4)
    post()
    assert desk.markers(run) == sorted(desk.markers(run), key=int)
    assert len(desk.of(run)) == len(set(desk.markers(run))) == 2


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_an_answer_that_never_came(run: str, desk: Desk, fault: str) -> None:
    """The ticket is looked through before anything is repeated."""
    desk.faults = [fault]
    post()
    assert told(run)["waiting"] == 1
    with journal().read() as tx:
        (row,) = outbox.open_notes(tx)
        # Until its window closes it may still land, so nobody looks before.
        assert row.due_at - tx.now > milliseconds(settings().write_seconds / 2)
    post()
    assert desk.markers(run) == ["1"]
    assert desk.writes == (1 if fault == "drop-after" else 2)


def test_a_system_that_is_down_keeps_everybody(run: str, desk: Desk) -> None:
    """One try, and then a pause also for another run's notes; then all are tried again."""
    steps = {"canvas_version": CHANGE_CONTACT.version, "step_names": CHANGE_CONTACT.step_names}
    with journal().write() as tx:
        another, _ = runs.open_run(tx, other(2, **steps))
    desk.faults = ["503"]
    post()
    assert (desk.writes, desk.notes) == (1, [])
    post(later=False)
    assert desk.writes == 1
    post()
    assert (desk.markers(run), desk.markers(another)) == (["1"], ["1"])


def test_a_closed_ticket_is_given_up_and_said(run: str, desk: Desk) -> None:
    """Once per note; the report names the event and the reason."""
    desk.closed.add("4711")
    end(run)
    post()
    post()
    assert desk.writes == 2
    given_up = told(run)["given_up"]
    assert [one["why"] for one in given_up] == ["ticket-closed"] * 2
    assert "event 1 given up (ticket-closed)" in run_text(handover.report(run))


@pytest.mark.parametrize(
    ("error", "tries", "why"),
    [
        (ValueError(CANARY), 2, "defect"),
        (Defect("odd", code="odd"), 2, "odd"),
        (Defect("public", code="note-public"), 1, "note-public"),
        (Refused("no right", code="zendesk-permission"), 4, ""),
    ],
)
def test_what_cannot_be_posted_ends(
    run: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    tries: int,
    why: str,
) -> None:
    """A defect after some tries, a right that is missing never: somebody gives it one day."""
    called = []

    class Broken:
        def add_internal_note(self, ticket: str, *_: Any, **__: Any) -> str:
            called.append(ticket)
            raise error

    monkeypatch.setattr(ticket_notes, "_connected", [Broken])
    for _ in range(4):
        post()
    assert len(called) == tries
    assert [one["why"] for one in told(run)["given_up"]] == ([why] if why else [])
    assert CANARY not in " ".join(record.getMessage() for record in caplog.records)


def test_without_a_connection_notes_wait(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not lost while a worker does not know the system."""
    monkeypatch.setattr(ticket_notes, "_connected", [])
    post()
    assert told(run)["waiting"] == 1
