"""What a failed step does to its run: by the kind of error, and by whether it had written."""

import pytest

from config.settings import Settings
from domain import questions as ask
from domain.errors import (
    Defect,
    HandoverError,
    Locked,
    NeedsPerson,
    OutcomeUnknown,
    Refused,
    SignInExpired,
    Stale,
    Transient,
    Unavailable,
)
from tests.integration.journal.scene import CANARY, LEASE, QUESTION, Scene
from worker import failures
from worker.failures import Later
from worker.journal.leases import Lease

ENDINGS: list[tuple[Exception, str, str]] = [
    (Stale("moved"), "stale", "stale"),
    (Refused("no", rule="V1", code="too-old"), "refused", "too-old"),
    (Locked("held", holder="ho-x"), "refused", "locked"),
    (Defect("odd"), "failed", "defect"),
    (ValueError(CANARY), "failed", "defect"),
]
RETRIED: list[HandoverError] = [Transient("x"), OutcomeUnknown("x"), Unavailable("x")]


@pytest.fixture(autouse=True)
def settings(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The journal of the scene, and settings that the test can name."""
    made = Settings(max_attempts=3, retry_seconds=2)
    monkeypatch.setattr(failures, "journal", lambda: scene.journal)
    monkeypatch.setattr(failures, "settings", lambda: made)
    return made


def failed(scene: Scene, error: Exception, *, written: bool = False) -> Lease:
    """A step that failed with an error, after a write or before one."""
    lease = scene.lease(scene.open(), "verify")
    if written:
        scene.settle(lease, scene.intend(lease))
    failures.settle("Title", lease, error)
    return lease


@pytest.mark.parametrize(("error", "result", "reason"), ENDINGS)
def test_before_the_first_write_a_run_ends(
    scene: Scene, error: Exception, result: str, reason: str
) -> None:
    run = scene.run(failed(scene, error).run_id)
    assert (run.state, run.result, run.reason) == ("ended", result, reason)
    assert scene.count("claims") == 0


@pytest.mark.parametrize(("error", "result", "reason"), ENDINGS)
def test_after_a_write_a_person_decides_with_the_claims_kept(
    scene: Scene, error: Exception, result: str, reason: str
) -> None:
    run = scene.run(failed(scene, error, written=True).run_id)
    assert (run.state, run.result, run.reason) == ("waiting", None, ask.HALF_APPLIED)
    assert scene.count("claims") == 2


@pytest.mark.parametrize("error", RETRIED)
def test_what_may_work_later_is_tried_again_after_growing_pauses(
    scene: Scene, error: HandoverError
) -> None:
    lease = failed(scene, error)
    run = scene.run(lease.run_id)
    assert (run.parked, run.attempts, run.due_at) == (True, 1, scene.clock.now + 2_000)
    scene.clock.pass_(2_000)
    failures.settle("Title", scene.lease(lease.run_id, "verify"), error)
    assert scene.run(lease.run_id).due_at == scene.clock.now + 4_000


@pytest.mark.parametrize("error", RETRIED)
def test_after_the_last_try_a_person_is_asked(scene: Scene, error: HandoverError) -> None:
    run_id = failed(scene, error).run_id
    for _ in range(2):
        scene.clock.pass_(LEASE)
        failures.settle("Title", scene.lease(run_id, "verify"), error)
    assert (scene.run(run_id).state, scene.run(run_id).reason) == ("waiting", ask.KEEPS_FAILING)


def test_a_pause_that_the_other_side_asks_for_is_kept(scene: Scene) -> None:
    lease = failed(scene, Transient("slow down", delay=90))
    assert scene.run(lease.run_id).due_at == scene.clock.now + 90_000


@pytest.mark.parametrize("code", ["held-off", "signing-in"])
def test_waiting_before_anything_was_sent_is_no_failed_try(scene: Scene, code: str) -> None:
    run_id = failed(scene, Transient("wait", delay=60, code=code)).run_id
    for _ in range(5):
        assert scene.run(run_id).due_at == scene.clock.now + 60_000
        scene.clock.pass_(60_000)
        wait = Transient("wait", delay=60, code=code)
        failures.settle("Title", scene.lease(run_id, "verify"), wait)
    run = scene.run(run_id)
    assert (run.state, run.attempts) == ("applying", 0)


def test_an_unknown_outcome_waits_for_the_deadline_of_the_write(scene: Scene) -> None:
    lease = scene.lease(scene.open(), "verify")
    scene.intend(lease, milliseconds=20_000)
    failures.settle("Title", lease, OutcomeUnknown("x"))
    assert scene.run(lease.run_id).due_at == scene.clock.now + 20_000


def test_being_too_early_is_no_failed_try(scene: Scene) -> None:
    until = scene.clock.now + 7_000
    run = scene.run(failed(scene, Later(until, "quiet")).run_id)
    assert (run.parked, run.attempts, run.due_at) == (True, 0, until)


@pytest.mark.parametrize("written", [True, False])
def test_a_question_is_asked_whether_it_had_written_or_not(scene: Scene, written: bool) -> None:
    run = scene.run(failed(scene, NeedsPerson(QUESTION), written=written).run_id)
    assert (run.state, run.reason) == ("waiting", "may-we")


def test_an_expired_sign_in_is_a_question(scene: Scene) -> None:
    run = scene.run(failed(scene, SignInExpired("sign in again")).run_id)
    assert (run.state, run.reason) == ("waiting", ask.SIGN_IN)


def test_the_text_of_an_unexpected_error_is_not_recorded(scene: Scene) -> None:
    run_id = failed(scene, ValueError(CANARY)).run_id
    assert "zzyzx" not in str(scene.run(run_id)) + str(scene.events(run_id))
    assert "ValueError" in scene.run(run_id).summary
