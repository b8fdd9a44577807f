"""HANDOVER_SECOND_PERSON: questions and answers that whoever started a run can't give."""

from collections.abc import Iterator

import pytest

import handover
from domain.errors import InvalidRequest, Refused
from tests.integration.workflows.asking import CANCELLED, PROVED, answered, asks, begun, ended
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal

NAMED = {"HANDOVER_SECOND_PERSON": "shared-contact, no-customer=rename, with-billing=leave"}


@pytest.fixture(scope="module")
def careful(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation whose settings name one question, and one answer of two others."""
    with rehearsal(redis_server, env=NAMED) as made:
        made.add_worker().wait_ready()
        yield made


def test_a_question_that_is_named_is_for_somebody_else(careful: Rehearsal) -> None:
    """By name of the question, whoever started may still stop it."""
    account = careful.account(shared_contact=True)
    run_id = careful.start(account)
    report = careful.wait(run_id)
    assert (asks(report), report["question"]["second_person"]) == ("shared-contact", True)
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "change-both", reason="sure", by="kim")
    assert careful.writes(account) == []
    assert ended(answered(careful, run_id, "change-both")) == PROVED
    other = careful.account(shared_contact=True)
    stopped = careful.start(other)
    careful.wait(stopped)
    assert ended(answered(careful, stopped, "stop", by="kim")) == CANCELLED


def test_what_follows_needs_one_only_where_it_is_named(careful: Rehearsal) -> None:
    """The second person of one question is not taken for one of all."""
    run_id = careful.start(careful.account(shared_contact=True))
    careful.wait(run_id)
    report = answered(careful, run_id, "must-be-separate", by="kim")
    assert (asks(report), report["question"]["second_person"]) == ("with-billing", False)
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "leave", reason="never mind", by="kim")
    assert asks(answered(careful, run_id, "billing-done", by="kim")) == "shared-contact"


def test_an_answer_that_is_named_is_for_somebody_else(careful: Rehearsal) -> None:
    """The others of the same question are everybody's."""
    account = careful.account(new_person="none")
    shown = handover.preview(careful.request(account))["answers"]
    assert [a["id"] for a in shown if a["second_person"]] == ["rename"]
    run_id = careful.start(account)
    report = careful.wait(run_id)
    assert (asks(report), report["question"]["second_person"]) == ("no-customer", False)
    seconds = {a["id"]: a["second_person"] for a in report["question"]["answers"]}
    assert seconds == {"signed-up": False, "rename": True, "stop": False}
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "rename", reason="sure", by="kim")
    assert asks(answered(careful, run_id, "signed-up", by="kim")) == "no-customer"
    assert careful.writes(account) == []
    assert ended(answered(careful, run_id, "rename")) == PROVED


def test_what_is_not_named_is_everybody_s(careful: Rehearsal) -> None:
    account = careful.account(new_person="member-elsewhere")
    _, report = begun(careful, "add-contact", account, contact_email=account["new"]["email"])
    assert asks(report) == "member-elsewhere"
    given = [report["question"]["second_person"]]
    assert not any([*given, *(a["second_person"] for a in report["question"]["answers"])])
    with pytest.raises(InvalidRequest, match="must be one of: gives-it-up, plan-anew, stop"):
        handover.answer(report["run"], "rename", reason="sure", by="lee")
    assert ended(answered(careful, report["run"], "stop", by="kim")) == CANCELLED
