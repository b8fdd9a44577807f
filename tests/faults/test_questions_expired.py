"""Questions that nobody answers in time."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.conftest import with_two_workers
from tests.faults.test_questions_after import disturbed_at
from tests.faults.test_questions_before import UNSEEN, answer, ended
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips
from tests.parts.waiting import wait_until


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
    evidence = {**UNSEEN, "approver_email": unseen["sold_to"]["email"]}
    runs[impatient.start(unseen, evidence=evidence)] = unseen
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
