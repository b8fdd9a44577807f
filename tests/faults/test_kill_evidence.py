"""`kill -9` while evidence is judged: every question is asked once, and no evidence is lost."""

import pytest

import handover
from tests.faults.points import ANYWHERE, some
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace

STEP = "verify_ownership"
CREATED = ("billing_account_membership", "create")


def kinds(installation: Rehearsal, run_id: str, kind: str) -> list[str]:
    """What the events of one kind are about."""
    found = [e["data"] for e in installation.events(run_id) if e["kind"] == kind]
    return [str(data.get("question") or data.get("kind")) for data in found]


@pytest.mark.rule("V1", "V7")
@pytest.mark.parametrize("point", some(("before-claim",), ANYWHERE[:2]))
def test_killed_before_it_asks(installation: Rehearsal, trips: Trips, point: str) -> None:
    """Whoever takes over refuses the same evidence with the same question, once."""
    account = installation.account()
    trips.set(STEP, point)
    run_id = installation.begin("verify-ownership", account, evidence={"kind": "screenshot"})
    kill_and_replace(installation, trips.wait_hit(STEP, point))
    report = installation.wait(run_id)
    assert (report["question"]["kind"], report["exit_code"]) == ("evidence-refused", 3)
    assert kinds(installation, run_id, "question.asked") == ["evidence-refused"]
    assert installation.writes(account) == []


@pytest.mark.rule("V1", "V7")
@pytest.mark.parametrize("point", some(("after-claim",), ANYWHERE))
def test_killed_while_better_evidence_is_judged(
    installation: Rehearsal, trips: Trips, point: str
) -> None:
    """It was sealed with the answer, so that the next worker judges the same."""
    account = installation.account()
    email = account["new"]["email"]
    shown = {"kind": "screenshot"}
    run_id = installation.begin("add-contact", account, evidence=shown, contact_email=email)
    assert installation.wait(run_id)["question"]["kind"] == "evidence-refused"
    trips.set(STEP, point)
    better = installation.request(account)["evidence"]
    handover.answer(run_id, "better-evidence", reason="ticket", by="kim", evidence=better)
    kill_and_replace(installation, trips.wait_hit(STEP, point))
    report = installation.wait(run_id)
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    assert kinds(installation, run_id, "evidence.given") == ["contact-approval"]
    assert installation.written(account) == [CREATED]


@pytest.mark.rule("V8")
@pytest.mark.parametrize("point", some(("after-journal",), ANYWHERE))
def test_killed_after_legal_agreed(installation: Rehearsal, trips: Trips, point: str) -> None:
    """Their word counts once, whoever carries it out."""
    account = installation.account()
    run_id = installation.begin("verify-ownership", account, evidence={"kind": "screenshot"})
    installation.wait(run_id)
    handover.answer(run_id, "escalate", reason="in doubt", by="kim")
    trips.set(STEP, point)
    handover.answer(run_id, "legal-agrees", reason="their issue 12", by="lee")
    kill_and_replace(installation, trips.wait_hit(STEP, point))
    assert installation.wait(run_id)["result"] == "proved"
    assert kinds(installation, run_id, "question.asked") == ["evidence-refused", "with-legal"]
