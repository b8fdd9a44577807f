"""Handing over: Billing and Legal get a text that is ready, and the ticket hears of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import handover
from config.settings import settings
from domain import questions as ask
from domain.errors import Question, Refused, Unavailable
from domain.questions_handed_over import WITH_BILLING
from tasks.canvases import CHANGE_CONTACT
from tests.integration.journal.scene import CANARY, MASTER_KEY, opening
from tests.parts.rehearsal import forget_process_state, use_environment
from tests.unit.domain.test_plan_checksum import usual_plan
from worker.context import StepContext
from worker.journal import leases, runs, sealing, writes
from worker.journal.leases import Lease
from worker.runtime import journal


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for templates; the rest of an installation without a worker or a Redis."""
    folder = tmp_path / "templates"
    folder.mkdir()
    env = {
        "HANDOVER_STATE_DIR": str(tmp_path / "state"),
        "HANDOVER_MASTER_KEYS": MASTER_KEY,
        "HANDOVER_LOOKUP_KEY": "a long key for these tests",
        "HANDOVER_MESSAGES": str(folder),
        "HANDOVER_OPERATOR": "kim",
    }
    use_environment(monkeypatch, env)
    yield folder
    forget_process_state()


def _asked(question: Question, *, planned: bool = False) -> str:
    """A run that asks; if it has planned, it has also written a first change."""
    canvas = CHANGE_CONTACT
    with journal().write() as tx:
        asked = opening(canvas_version=canvas.version, step_names=canvas.step_names)
        run, _ = runs.open_run(tx, asked)
    lease = _lease(run)
    if planned:
        _plan_and_write(lease)
    with journal().write() as tx:
        leases.wait(tx, lease, question)
    return run


def _lease(run: str) -> Lease:
    with journal().write() as tx:
        _, lease = leases.claim(
            tx, run, "verify_ownership", owner="one", phase="verifying", milliseconds=60_000
        )
    assert lease is not None
    return lease


def _plan_and_write(lease: Lease) -> None:
    plan = usual_plan()
    StepContext(lease, journal(), settings()).record_plan(plan)
    with journal().write() as tx:
        write = writes.intend(tx, lease, plan.changes[0].id, milliseconds=1000)
        writes.settle(tx, lease, write, "done")


def _texts(run: str) -> dict[str, str]:
    return {one["name"]: one["text"] for one in handover.messages(run)["messages"]}


@pytest.mark.rule("S6")
def test_billing_gets_what_is_done_and_what_is_not(installed: Path) -> None:
    """Account, ticket, what and why, each change with its fate, and how to report back."""
    run = _asked(ask.half_applied("the world is not as planned."), planned=True)
    handover.answer(run, "hand-over", reason="Billing can do it")
    text = _texts(run)["billing-handover"]
    plan = usual_plan()
    done, rest = text.split("* Not done:")
    assert "A00000001" in done
    assert "4711" in done
    assert plan.zuora_account_id in done
    assert "the world is not as planned" in done
    assert f"    * {plan.changes[0].title}: written and read back\n" in done
    assert all(change.title in rest for change in plan.changes[1:])
    assert f"handover answer {run} billing-done" in rest
    assert CANARY not in text
    assert handover.report(run)["question"]["kind"] == WITH_BILLING


@pytest.mark.rule("S2", "S6")
def test_billing_splits_a_shared_contact_before_anything_is_written(installed: Path) -> None:
    """What they are to do is said."""
    run = _asked(ask.shared_contact("z1"))
    handover.answer(run, "must-be-separate", reason="they are two people")
    text = _texts(run)["billing-handover"]
    assert "give the Bill To a contact of its own" in text
    assert "* Written so far: nothing\n" in text


@pytest.mark.rule("V8")
def test_legal_gets_the_doubt(installed: Path) -> None:
    """The newest evidence by kind, why it is in doubt, and the two answers."""
    doubt = Question("evidence-seen", "V2", "Is this a contract?", (ask.ESCALATE,))
    run = _asked(doubt)
    with journal().write() as tx:
        sealing.put(tx, run, "evidence", {"kind": "contract", "document": "page 3"})
    handover.answer(run, "escalate", reason="I can't tell", by="sam")
    text = _texts(run)["legal-escalation"]
    assert "offered last: contract\n" in text
    assert "Subscription-Ownership-Change-Escalation" in text
    assert "Is this a contract?" in text
    assert f"handover answer {run} legal-refuses" in text
    kinds = [e["kind"] for e in handover.follow(run, 0)]
    assert kinds[-4:-1] == ["question.answered", "message.written", "question.asked"]


@pytest.mark.rule("G5")
def test_a_ready_text_that_names_somebody_is_refused_with_its_answer(installed: Path) -> None:
    """Nothing is half recorded: the question stays open until the template is mended."""
    run = _asked(ask.shared_contact("z1"))
    for text, error in ((f"Ask {CANARY}", "G5"), ("{{ nobody }}", "billing-handover")):
        (installed / "billing-handover.md").write_text(text)
        with pytest.raises((Refused, Unavailable), match=error):
            handover.answer(run, "must-be-separate", reason="they are two people")
        assert handover.report(run)["question"]["kind"] == ask.SHARED
    (installed / "billing-handover.md").unlink()
    handover.answer(run, "must-be-separate", reason="they are two people")
    assert handover.report(run)["question"]["kind"] == WITH_BILLING
