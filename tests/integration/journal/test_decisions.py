"""What people's answers and approvals do to a run, in each state that it can be in."""

import json

import pytest

from config.settings import Settings
from domain import questions as ask
from domain import questions_handed_over as handed_over
from domain.changes import Change, Kind, Target
from domain.errors import InvalidRequest, Question, Unavailable
from domain.plan import Plan
from domain.question_kinds import by_policy
from tests.integration.journal.crowd import together
from tests.integration.journal.deciding import answer, waiting
from tests.integration.journal.scene import ORPHAN, QUESTION, Scene
from worker import decisions
from worker.context import StepContext
from worker.journal import questions, runs
from worker.journal.leases import Verdict

# answers


def test_an_answer_that_goes_on_sends_the_run(scene: Scene, published: list[str]) -> None:
    run_id = waiting(scene, QUESTION)
    answer(run_id, "yes")
    run = scene.run(run_id)
    assert published == [run_id]
    assert (run.state, run.cursor, run.round, run.reason) == ("verifying", 2, 1, None)
    assert run.due_at == scene.clock.now + ORPHAN
    assert scene.verdict(run_id, "write") is Verdict.CLAIMED


def test_an_answer_counts_although_nothing_could_be_sent(
    scene: Scene, published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run_id: str, patient: bool) -> None:
        raise Unavailable("no Redis")

    monkeypatch.setattr(decisions, "publish", fail)
    run_id = waiting(scene, QUESTION)
    with pytest.raises(Unavailable):
        answer(run_id, "yes")
    assert scene.run(run_id).state == "verifying"
    assert scene.run(run_id).due_at is not None


@pytest.mark.parametrize(
    ("question", "given", "result"),
    [
        (ask.shared_contact("c1"), "stop", "cancelled"),
        (ask.approve_plan(second_person=True), "reject", "cancelled"),
        (handed_over.with_billing("x", "why"), "leave", "cancelled"),
        (handed_over.with_legal("x", "why"), "legal-refuses", "refused"),
        (ask.not_proved("why"), "leave", "failed"),
        (ask.keeps_failing("why"), "leave", "failed"),
        (ask.sign_in("why"), "leave", "failed"),
    ],
)
def test_an_answer_that_ends_the_run_gives_everything_free(
    scene: Scene, published: list[str], question: Question, given: str, result: str
) -> None:
    run_id = waiting(scene, question)
    answer(run_id, given)
    run = scene.run(run_id)
    assert (run.state, run.result, run.reason) == ("ended", result, question.kind)
    assert published == []
    assert scene.count("claims") == 0
    assert scene.kinds(run_id)[-1] == "run.ended"


def test_what_was_begun_and_is_left_is_stale(scene: Scene, published: list[str]) -> None:
    run_id = waiting(scene, ask.half_applied("why"), written=True)
    answer(run_id, "leave")
    assert scene.run(run_id).result == "stale"


def test_handing_over_is_a_wait_and_its_report_begins_a_round(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, ask.half_applied("why"), written=True)
    answer(run_id, "hand-over")
    assert (scene.run(run_id).state, scene.run(run_id).reason) == ("waiting", "with-billing")
    assert scene.count("claims") == 2
    assert published == []
    answer(run_id, "billing-done")
    assert (scene.run(run_id).round, published) == (2, [run_id])


def test_planning_anew_begins_a_round_at_the_planning_step(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, ask.half_applied("why"), written=True)
    answer(run_id, "plan-anew")
    run = scene.run(run_id)
    assert (run.cursor, run.round, run.plan_checksum) == (1, 2, None)
    with scene.journal.read() as tx:
        states = [step.state for step in runs.steps_of(tx, run_id)]
    assert states == ["done", "waiting", "waiting", "waiting"]
    lease = scene.lease(run_id, "plan")
    assert lease.round == 2
    assert published == [run_id]


def test_the_answers_of_a_round_are_not_those_of_the_next(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, QUESTION)
    answer(run_id, "yes")
    scene.wait(scene.lease(run_id, "write"), ask.half_applied("why"))
    answer(run_id, "plan-anew")
    context = StepContext(scene.lease(run_id, "plan"), scene.journal, Settings())
    assert context.answers() == {}
    assert context.answered_in_any_round("may-we") == "yes"


def test_of_two_people_who_answer_at_once_one_decides(scene: Scene, published: list[str]) -> None:
    run_id = waiting(scene, ask.half_applied("why"), written=True)
    results = together(lambda number: answer(run_id, ["plan-anew", "leave"][number % 2]))
    assert results.count(None) == 1
    assert [type(r) for r in results if r] == [InvalidRequest] * 5
    run = scene.run(run_id)
    assert (run.round, run.state) in {(2, "verifying"), (1, "ended")}
    assert scene.problems() == []


# approval


def plan(number: int) -> Plan:
    """One of several plans."""
    change = Change(
        id=f"change-{number}",
        kind=Kind.SET,
        step="write",
        rule="S3",
        title="t",
        target=Target(model="customer", id=str(number)),
        before=({"id": "1"},),
        after={"id": "1"},
    )
    return Plan(
        workflow="change-contact",
        account_number="A1",
        zuora_account_id="a",
        billing_account_id="7",
        pinned_contact_id="z1",
        pinned_customer_id="11",
        new_customer_id="22",
        changes=(change,),
        expectations=(),
    )


def test_the_plan_that_was_approved_last_is_the_approved_one(
    scene: Scene, published: list[str]
) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    checksums = []
    for number in (1, 2):
        context = StepContext(scene.lease(run_id, "plan"), scene.journal, Settings())
        checksums.append(context.record_plan(plan(number)))
        assert context.approved_plan() != checksums[-1]
        scene.wait(context.lease, ask.approve_plan(second_person=True))
        with pytest.raises(InvalidRequest, match="must name the plan"):
            answer(run_id, "approve", plan=checksums[0] if number == 2 else None)
        answer(run_id, "approve", plan=checksums[-1][:12])
    context = StepContext(scene.lease(run_id, "plan"), scene.journal, Settings())
    assert checksums[0] != checksums[1]
    assert context.approved_plan() == checksums[1]
    assert context.plan() == plan(2)


def test_an_approval_of_an_earlier_round_does_not_count(scene: Scene, published: list[str]) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    context = StepContext(scene.lease(run_id, "plan"), scene.journal, Settings())
    checksum = context.record_plan(plan(1))
    scene.wait(context.lease, ask.approve_plan(second_person=False))
    answer(run_id, "approve", plan=checksum)
    scene.wait(scene.lease(run_id, "plan"), ask.half_applied("why"))
    answer(run_id, "plan-anew")
    context = StepContext(scene.lease(run_id, "plan"), scene.journal, Settings())
    assert context.approved_plan() is None


def test_the_same_plan_is_recorded_once_per_round(scene: Scene) -> None:
    run_id = scene.open()
    context = StepContext(scene.lease(run_id, "verify"), scene.journal, Settings())
    assert context.record_plan(plan(1)) == context.record_plan(plan(1))
    assert scene.kinds(run_id).count("plan.made") == 1


# whose answer it is


def test_what_follows_an_answer_goes_by_the_workers_rules(
    scene: Scene, published: list[str]
) -> None:
    """Whoever answers has other settings than the workers: a second person stays a second one."""
    asked = by_policy(ask.shared_contact("c1"), "two-people")
    run_id = waiting(scene, asked)
    answer(run_id, "must-be-separate")
    with scene.journal.read() as tx:
        question = questions.open_question(tx, run_id)
    assert question is not None
    assert (question.kind, question.second_person) == ("with-billing", True)
    assert "give the Bill To a contact of its own" in question.text


def test_a_question_that_is_always_a_second_persons_makes_no_rule(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, ask.login_disabled_on_purpose("22"), written=True)
    answer(run_id, "stop")
    with scene.journal.read() as tx:
        question = questions.open_question(tx, run_id)
    assert question is not None
    assert (question.kind, question.second_person) == ("half-applied", False)


def test_a_second_person_by_our_own_setting_makes_no_rule(
    scene: Scene, published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows needs one only if it is named itself."""
    named = Settings(second_person=["shared-contact", "with-billing=billing-done"])
    monkeypatch.setattr(decisions, "settings", lambda: named)
    asked = by_policy(ask.shared_contact("c1"), "by-itself", named.second_person)
    run_id = waiting(scene, asked)
    answer(run_id, "must-be-separate")
    with scene.journal.read() as tx:
        question = questions.open_question(tx, run_id)
    assert question is not None
    assert (question.kind, question.second_person) == ("with-billing", False)
    seconds = {a["id"]: a["second_person"] for a in json.loads(question.answers)}
    assert seconds == {"billing-done": True, "leave": False}
