"""Questions: a closed set of answers, by somebody who may, and the first one counts."""

import pytest

from domain.errors import Answer, InvalidRequest, Question, Refused
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import QUESTION, SECOND, Scene
from worker.journal import closing, questions, runs


def ask(scene: Scene, question: Question = QUESTION) -> str:
    """A run that waits for an answer."""
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"), question)
    return run_id


def answer(scene: Scene, run_id: str, given: str, by: str = "kim") -> str:
    """Answers in a transaction of its own."""
    with scene.journal.write() as tx:
        return questions.answer(tx, run_id, given, by=by, reason="because")


def answered(scene: Scene, run_id: str, round_: int = 1) -> dict[str, str]:
    """The answers so far."""
    with scene.journal.read() as tx:
        return questions.answered(tx, run_id, round_)


def test_a_question_puts_the_run_to_rest(scene: Scene) -> None:
    run_id = ask(scene)
    run = scene.run(run_id)
    assert (run.state, run.reason, run.summary) == ("waiting", "may-we", "May we?")
    assert (run.lease_owner, run.lease_until, run.due_at, run.parked) == (None, None, None, False)
    assert scene.events(run_id)[-1]["data"]["answers"] == ["yes", "stop"]


def test_the_claims_are_kept_while_it_waits(scene: Scene) -> None:
    ask(scene)
    assert scene.count("claims") == 2


def test_an_answer_is_recorded_with_who_gave_it_and_why(scene: Scene) -> None:
    run_id = ask(scene)
    assert answer(scene, run_id, "yes") == "may-we"
    event = scene.events(run_id)[-1]
    assert (event["kind"], event["actor"]) == ("question.answered", "kim")
    assert (event["data"]["question"], event["data"]["answer"]) == ("may-we", "yes")
    assert answered(scene, run_id) == {"may-we": "yes"}


@pytest.mark.parametrize("given", ["no", "", "YES", "yes "])
def test_only_what_is_offered_is_an_answer(scene: Scene, given: str) -> None:
    run_id = ask(scene)
    with pytest.raises(InvalidRequest, match="must be one of: yes, stop"):
        answer(scene, run_id, given)
    assert answered(scene, run_id) == {}


def test_who_started_the_run_may_answer_an_ordinary_question(scene: Scene) -> None:
    assert answer(scene, ask(scene), "yes", by="ada") == "may-we"


@pytest.mark.parametrize("by", ["ada", "ADA"])
def test_who_started_the_run_may_not_be_the_second_person(scene: Scene, by: str) -> None:
    run_id = ask(scene, SECOND)
    with pytest.raises(Refused, match="Somebody other than ada"):
        answer(scene, run_id, "yes", by=by)
    assert answered(scene, run_id) == {}
    assert answer(scene, run_id, "yes", by="kim") == "may-we-really"


def test_who_started_the_run_may_always_stop_it(scene: Scene) -> None:
    assert answer(scene, ask(scene, SECOND), "stop", by="ada") == "may-we-really"


def test_a_single_answer_can_need_a_second_person(scene: Scene) -> None:
    both = (Answer("yes", "m"), Answer("bold", "m", second_person=True))
    run_id = ask(scene, Question("q", "R", "Q?", both))
    with pytest.raises(Refused):
        answer(scene, run_id, "bold", by="ada")
    assert answer(scene, run_id, "yes", by="ada") == "q"


def test_an_answer_that_is_named_for_a_second_person_is_one_even_to_stop(scene: Scene) -> None:
    """A whole question leaves the safe answers to whoever started; an answer by name does not."""
    named = (Answer("yes", "m"), Answer("stop", "m", second_person=True))
    run_id = ask(scene, Question("q", "R", "Q?", named))
    with pytest.raises(Refused):
        answer(scene, run_id, "stop", by="ada")
    assert answer(scene, run_id, "stop", by="kim") == "q"


def test_a_run_that_waits_for_nothing_takes_no_answer(scene: Scene) -> None:
    run_id = scene.open()
    with pytest.raises(InvalidRequest, match="waits for no answer; it is requested"):
        answer(scene, run_id, "yes")


def test_an_answered_question_takes_no_second_answer(scene: Scene) -> None:
    run_id = ask(scene)
    answer(scene, run_id, "yes")
    with pytest.raises(InvalidRequest, match="waits for no answer"):
        answer(scene, run_id, "stop")
    assert answered(scene, run_id) == {"may-we": "yes"}


def test_of_many_answers_at_once_the_first_counts(scene: Scene) -> None:
    run_id = ask(scene)
    given = ["yes", "stop"] * 3
    results = together(lambda number: answer(scene, run_id, given[number], by=f"p{number}"))
    assert results.count("may-we") == 1
    assert [type(r) for r in results if r != "may-we"] == [InvalidRequest] * 5
    winner = given[results.index("may-we")]
    assert answered(scene, run_id) == {"may-we": winner}
    assert scene.kinds(run_id).count("question.answered") == 1


def test_a_withdrawn_question_takes_no_answer_and_gives_none(scene: Scene) -> None:
    run_id = ask(scene)
    with scene.journal.write() as tx:
        runs.lock(tx, run_id)
        closing.withdraw(tx, run_id, by="kim")
    with pytest.raises(InvalidRequest, match="waits for no answer"):
        answer(scene, run_id, "yes")
    assert answered(scene, run_id) == {}
    assert scene.kinds(run_id)[-1] == "question.withdrawn"


def test_a_run_has_one_open_question_at_most(scene: Scene) -> None:
    run_id = ask(scene)
    with pytest.raises(Exception, match=r"(?i)unique"), scene.journal.write() as tx:
        questions.ask(tx, run_id, SECOND, actor="kim")
    assert scene.count("questions") == 1


def test_the_newest_answer_to_a_question_counts_and_each_round_has_its_own(scene: Scene) -> None:
    run_id = ask(scene)
    answer(scene, run_id, "stop")
    with scene.journal.write() as tx:
        questions.ask(tx, run_id, QUESTION, actor="one")
    answer(scene, run_id, "yes")
    with scene.journal.write() as tx:
        runs.send_on(tx, run_id, orphan_milliseconds=1, round=2)
        questions.ask(tx, run_id, SECOND, actor="one")
    answer(scene, run_id, "yes")
    assert answered(scene, run_id, 1) == {"may-we": "yes"}
    assert answered(scene, run_id, 2) == {"may-we-really": "yes"}


def test_an_answer_names_the_plan_that_was_shown(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.execute("UPDATE runs SET plan_checksum = 'abc'")
    scene.wait(lease)
    answer(scene, run_id, "yes")
    assert scene.events(run_id)[-1]["data"]["plan"] == "abc"


def test_space_and_letter_case_make_no_second_person(scene: Scene) -> None:
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"), SECOND)
    for same in ("ada ", " ADA", "ada\t"):
        with pytest.raises(Refused, match="Somebody other than ada"):
            answer(scene, run_id, "yes", by=same)
