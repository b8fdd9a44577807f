"""Questions that nobody answers in time."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

import handover
from domain.question_kinds import ANSWERS
from domain.questions import EVIDENCE_REFUSED
from tests.faults.conftest import with_two_workers
from tests.faults.expiring import AFTER, ALONE, BEFORE, DISTURBED
from tests.faults.self_service import OFTEN
from tests.faults.test_questions_after import disturbed_at
from tests.faults.test_questions_before import answer, ended
from tests.integration.workflows.proofs import approval
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal.schema import claims, questions


@pytest.fixture(scope="module")
def impatient(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """An installation whose questions wait for a second."""
    env = {"HANDOVER_TRIPS": str(trips.folder), "HANDOVER_QUESTION_SECONDS": "1"}
    with rehearsal(redis_server, env=env) as made:
        yield with_two_workers(made)


def has_event(installation: Rehearsal, run_id: str, kind: str) -> None:
    """Waits until a run has an event of that kind."""

    def found() -> bool:
        return kind in [event["kind"] for event in installation.events(run_id)]

    wait_until(found, message=f"{kind} of {run_id}")


def test_before_the_first_write_the_run_ends_and_gives_its_claims_free(
    impatient: Rehearsal,
) -> None:
    """Whichever question it was: nothing is written, and the account can be worked on again."""
    orders: list[dict[str, Any]] = [
        {"shared_contact": True},
        {"new_person": "member-elsewhere"},
        {"login_history": "off-later"},
        {"login_activated": False, "sold_to_customer": False},
    ]
    accounts = [impatient.account(**order) for order in orders]
    runs = {impatient.start(account): account for account in accounts}
    unseen = impatient.account()
    runs[impatient.start(unseen, evidence=approval(unseen))] = unseen
    for run_id, account in runs.items():
        has_event(impatient, run_id, "question.expired")
        report = impatient.wait(run_id)
        assert (*ended(report), report["reason"]) == ("cancelled", 9, "expired")
        assert impatient.writes(account) == []
    assert impatient.wait(impatient.start(unseen))["result"] == "proved"


@pytest.mark.rule("V7")
def test_refused_evidence_that_nobody_betters_ends_as_refused(impatient: Rehearsal) -> None:
    account = impatient.account()
    run_id = impatient.start(account, evidence={"kind": "screenshot"})
    has_event(impatient, run_id, "question.expired")
    report = impatient.wait(run_id)
    assert (*ended(report), report["reason"]) == ("refused", 3, "expired")
    assert impatient.writes(account) == []


def test_after_the_first_write_it_stays_open_and_is_told_once(
    impatient: Rehearsal, trips: Trips
) -> None:
    _, run_id = disturbed_at(impatient, trips, "remove_previous_membership")
    has_event(impatient, run_id, "question.overdue")
    report = impatient.wait(run_id)
    assert (report["state"], report["question"]["kind"]) == ("waiting", "half-applied")
    report = answer(impatient, run_id, "hand-over")
    assert report["question"]["kind"] == "with-billing"

    def told_again() -> bool:
        kinds = [event["kind"] for event in impatient.events(run_id)]
        return kinds.count("question.overdue") == 2

    wait_until(told_again, message="the second question to be overdue as well")
    lines = b"".join(worker.log_path.read_bytes() for worker in impatient.workers)
    assert lines.count(b"nobody answered") == 2
    assert ended(answer(impatient, run_id, "leave")) == ("stale", 5)


# every kind there is, and the end of each


@pytest.fixture(scope="module")
def patient(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """An installation whose questions wait long: a test says when the time of one is over."""
    env = {
        **OFTEN,
        "HANDOVER_TRIPS": str(trips.folder),
        "HANDOVER_APPROVAL": '{"confirm-login": "one-yes"}',
        "HANDOVER_MAX_ATTEMPTS": "3",
        "HANDOVER_MAIL_SECONDS": "1",
    }
    with rehearsal(redis_server, env=env) as made:
        yield with_two_workers(made)


def test_no_question_is_without_a_case() -> None:
    """A question that is new has to be shown to end safely here."""
    assert sorted([*BEFORE, *ALONE, *AFTER, *DISTURBED]) == sorted(ANSWERS)


@pytest.mark.parametrize("kind", BEFORE)
def test_before_the_first_write_every_question_ends_safely(patient: Rehearsal, kind: str) -> None:
    _, run_id = BEFORE[kind](patient)
    _ends_safely(patient, run_id, kind)


@pytest.mark.parametrize("kind", [*AFTER, *DISTURBED])
def test_after_a_write_every_question_stays_and_keeps_what_it_holds(
    patient: Rehearsal, trips: Trips, kind: str
) -> None:
    """Nothing is decided by nobody's word: the account stays closed to others until somebody acts.

    It can still be answered.
    """
    if kind in DISTURBED:
        _, run_id = disturbed_at(patient, trips, DISTURBED[kind])
    else:
        _, run_id = AFTER[kind](patient)
    assert patient.wait(run_id)["question"]["kind"] == kind
    before = patient.written_by(run_id)
    assert before
    _time_is_over(run_id)
    has_event(patient, run_id, "question.overdue")
    report = handover.report(run_id)
    assert (report["state"], report["question"]["overdue"]) == ("waiting", True)
    assert _holds(run_id)
    last = report["question"]["answers"][-1]["id"]
    handover.answer(run_id, last, reason="at last", by="lee")
    assert patient.wait(run_id)["question"] is None
    assert patient.written_by(run_id)[: len(before)] == before


@pytest.mark.parametrize("kind", ALONE)
def test_so_does_what_is_asked_where_nobody_can_look(redis_server: RedisServer, kind: str) -> None:
    """The last test here: this process then belongs to another installation than before."""
    env = {"HANDOVER_MAILGUN_URL": "", "HANDOVER_ZENDESK_URL": ""}
    with rehearsal(redis_server, env=env) as made:
        made.add_worker().wait_ready()
        _, run_id = ALONE[kind](made)
        _ends_safely(made, run_id, kind)


def _ends_safely(installation: Rehearsal, run_id: str, kind: str) -> None:
    assert installation.wait(run_id)["question"]["kind"] == kind
    _time_is_over(run_id)
    has_event(installation, run_id, "question.expired")
    report = installation.wait(run_id)
    end = ("refused", 3) if kind == EVIDENCE_REFUSED else ("cancelled", 9)
    assert (*ended(report), report["reason"]) == (*end, "expired")
    assert "othing was written" in report["summary"]
    assert installation.written_by(run_id) == []
    assert not _holds(run_id)


def _time_is_over(run_id: str) -> None:
    with runtime.journal().write() as tx:
        open_one = (questions.c.run_id == run_id) & questions.c.answered_at.is_(None)
        tx.conn.execute(update(questions).where(open_one).values(expires_at=1))


def _holds(run_id: str) -> bool:
    """Whether a run keeps anybody else from an account or a person."""
    with runtime.journal().read() as tx:
        return bool(tx.conn.execute(select(claims).where(claims.c.run_id == run_id)).all())
