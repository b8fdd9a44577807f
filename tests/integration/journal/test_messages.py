"""Messages of a run: kept once in a round, sealed, named by an event, gone when it is forgotten."""

import pytest

from domain.messages import Message
from tests.integration.journal.scene import CANARY, Scene
from worker.journal import leases, messages, runs, sealing
from worker.journal.leases import Lease, LeaseLost

TEXT = Message("sign-up-first", "requester", f"Hello {CANARY}")


def _keep(scene: Scene, lease: Lease, message: Message = TEXT) -> None:
    with scene.journal.write() as tx:
        leases.check(tx, lease)
        if data := messages.keep(tx, lease.run_id, lease.round, message):
            leases.record(tx, lease, "message.written", data)


def _kept(scene: Scene, run_id: str) -> list[Message]:
    with scene.journal.read() as tx:
        return [one.message for one in messages.of_run(tx, run_id)]


def test_a_message_is_kept_once_in_its_round(scene: Scene) -> None:
    """A step that is delivered twice writes it once; another text of the same name is new."""
    run = scene.open()
    lease = scene.lease(run, "verify")
    other = Message("sign-up-first", "requester", "Another text")
    for message in (TEXT, TEXT, other, TEXT):
        _keep(scene, lease, message)
    assert _kept(scene, run) == [TEXT, other, TEXT]
    assert scene.kinds(run).count("message.written") == 3


def test_its_event_names_what_it_is_and_not_what_it_says(scene: Scene) -> None:
    """Name, reader's role, and the commitment by which the text is found again."""
    run = scene.open()
    _keep(scene, scene.lease(run, "verify"))
    event = scene.events(run)[-1]
    with scene.journal.read() as tx:
        (written,) = messages.of_run(tx, run)
    assert event["data"] == {
        "message": "sign-up-first",
        "recipient": "requester",
        "value": written.commitment,
    }
    assert scene.problems() == []


def test_only_whoever_holds_the_step_writes_one(scene: Scene) -> None:
    """A worker that lost its lease leaves nothing."""
    run = scene.open()
    old = scene.lease(run, "verify", "one", milliseconds=1000)
    scene.clock.pass_(1001)
    scene.lease(run, "verify", "two")
    with pytest.raises(LeaseLost):
        _keep(scene, old)
    assert _kept(scene, run) == []


def test_a_forgotten_run_has_no_messages(scene: Scene) -> None:
    """They go with the run's key."""
    run = scene.open()
    _keep(scene, scene.lease(run, "verify"))
    scene.end(run)
    with scene.journal.write() as tx:
        runs.lock(tx, run)
        sealing.forget(tx, run, actor="ada")
    assert _kept(scene, run) == []
