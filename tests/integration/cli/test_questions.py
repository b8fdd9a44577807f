"""`handover questions` and `resume`: what waits for whom, and having a run sent on."""

import pytest

import handover
from tests.integration.cli.calls import DEAD
from tests.integration.cli.operators import Operator


def test_open_questions_of_all_runs(ops: Operator) -> None:
    """Whose run, what is asked, and the command for each answer; own ones need somebody else."""
    run = ops.asked()
    asked = ops("questions", "--json", env={"HANDOVER_OPERATOR": "Kim"}).json["questions"]
    (mine,) = [question for question in asked if question["run"] == run]
    assert (mine["account"], mine["ticket"]) == (ops.number, ops.ticket)
    assert (mine["kind"], mine["rule"], mine["requested_by"]) == ("evidence-seen", "V1", "kim")
    assert [answer["id"] for answer in mine["answers"]] == [
        "confirmed",
        "not-confirmed",
        "escalate",
    ]
    assert mine["second_person"] is True
    assert mine["for_you"] is False
    assert [one["asked_at"] for one in asked] == sorted(one["asked_at"] for one in asked)
    told = ops("questions").out
    assert f"change-contact of account {ops.number}, ticket {ops.ticket}, started by kim" in told
    assert "Written so far: nothing." in told
    assert f"{run}: evidence-seen (V1)" in told
    assert "Somebody other than kim has to answer." in told
    assert f"handover answer {run} confirmed --reason TEXT" in told
    assert f"`handover show {run} --evidence`" in told


@pytest.mark.parametrize(("who", "listed"), [("kim", False), ("sam", True)])
def test_only_those_that_i_may_answer(ops: Operator, who: str, listed: bool) -> None:
    """A second person's question of one's own run is left out."""
    run = ops.asked()
    for option in ("--for-me", "--mine"):
        called = ops("questions", option, "--json", env={"HANDOVER_OPERATOR": who})
        assert called.code == 0
        assert (run in [question["run"] for question in called.json["questions"]]) is listed


def test_what_whoever_started_may_answer(ops: Operator) -> None:
    """A question that needs no second person is theirs, too."""
    shared = Operator(ops.world, ops.folder, shared_contact=True)
    called = shared("start", "--file", shared.file(), "--as", "kim", "--wait", "60", "--json")
    assert called.code == 7, called
    mine = shared("questions", "--mine", "--json", env={"HANDOVER_OPERATOR": "kim"}).json
    assert called.json["run"] in [question["run"] for question in mine["questions"]]


def test_a_misspelt_answer_is_guessed(ops: Operator) -> None:
    """The nearest answer is named, what was typed is not repeated, and nothing is recorded."""
    run = ops.asked()
    called = ops("answer", run, "confirmet", "--reason", "saw it", "--as", "sam")
    assert called.code == 64
    assert "did you mean confirmed?" in called.err
    assert "confirmet" not in called.err
    assert ops("show", run, "--json").json["state"] == "waiting"


def test_an_answer_that_could_not_be_sent(ops: Operator) -> None:
    """It can't be given twice: exit 0, both are said, and recovery sends the run by itself."""
    run = ops.asked()
    words = ("--reason", "saw it", "--as", "sam", "--json")
    called = ops("answer", run, "confirmed", *words, env={"REDIS_URL": DEAD})
    assert called.code == 0, called
    assert "The answer is recorded." in called.err
    assert f"Redis can't be reached. Run {run} is recorded" in called.err
    assert called.json["question"] is None
    assert ops("watch", run).code == 0


def test_resuming_what_waits_or_has_ended(ops: Operator) -> None:
    """Exit 7 with the question; after the end, the run's own exit code."""
    run = ops.asked()
    waiting = ops("resume", run)
    assert waiting.code == 7
    assert f"handover answer {run} confirmed --reason TEXT" in waiting.out
    refused = ops("answer", run, "not-confirmed", "--reason", "no", "--as", "sam", "--wait", "60")
    assert refused.code == 3
    assert ops("resume", run).code == 3
    assert ops("answer", run, "stop", "--reason", "no").code == 0
    ended = ops("resume", run, "--json")
    assert ended.code == 3
    assert (ended.json["sent"], ended.json["state"]) == (False, "ended")


def test_resuming_does_not_double_work(ops: Operator) -> None:
    """Somebody who has a run sent on all the time: every step and every write is done once."""
    run = ops.world.start(ops.account)
    sent = 0
    while handover.report(run)["state"] != "ended":
        sent += handover.resume(run).sent
    report = handover.report(run)
    assert sent > 0
    assert report["result"] == "proved"
    assert len(ops.world.writes_by_run(ops.account)) == len(report["plan"])
    done = [event["step"] for event in ops.world.events(run) if event["kind"] == "step.done"]
    assert len(done) == len(set(done)) == len(report["steps"])
