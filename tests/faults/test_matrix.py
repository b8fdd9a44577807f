"""A part of the matrix: every kind of fault and every call of the job at least once."""

import pytest

from tests.faults.matrix import Case, every_case, some_cases
from tests.faults.trial import theatre
from tests.parts.exchange import Call
from tests.parts.redis import RedisServer

WERE_WRONG = (
    "login@GET./customersdot/admin/customer/export#6@403",
    "login@GET./customersdot/admin/customer/export#1@empty-list",
    "plain@GET./customersdot/admin/customer/export#1@empty-list",
    "login@GET./customersdot/admin/customer/export#5@stale-lasting",
)
"""Cases that found something; they are played for good."""


@pytest.mark.timeout(900)
def test_every_kind_and_every_call(redis_server: RedisServer) -> None:
    """Proved or at a question, or ended unwritten; then brought on until it is proved."""
    with theatre(redis_server) as stage:
        cases = some_cases(list(every_case(stage.learn())))
        cases += [Case.named(name) for name in WERE_WRONG]
        outcomes = list(stage.play(cases))
    wrong = [f"{outcome.name}: {'; '.join(outcome.wrong)}" for outcome in outcomes if outcome.wrong]
    assert wrong == [], "run one again with make campaign CASES=NAME"
    assert {outcome.first for outcome in outcomes} > {"proved", "failed", "asks half-applied"}


def test_a_case_is_found_by_its_name() -> None:
    """What the campaign prints is enough to play it again."""
    name = "login@POST./customersdot/admin/customer/ID/edit#2@reset-after"
    case = Case.named(name)
    assert case.name == name
    fault = case.fault()
    call = "POST./customersdot/admin/customer/ID/edit"
    assert [fault.strikes(call, n) for n in (1, 2, 2, 3)] == [False, True, False, False]


def test_some_cases_leave_out_no_kind_and_no_call() -> None:
    """The part that every push plays is a part of the whole in both directions."""
    names = (
        "GET./zuora/v1/accounts/ID",
        "POST./zuora/v1/action/query",
        "GET./customersdot/admin/customer/export",
        "POST./customersdot/admin/customer/ID/edit",
    )
    calls = [Call("ho-1", name, n, "/", "export" in name) for name in names for n in (1, 2, 3)]
    every = list(every_case({"login": calls}))
    some = some_cases(every)
    assert len(some) < len(every) / 3
    assert {case.kind for case in some} == {case.kind for case in every}
    assert {case.call for case in some} == {call.title for call in calls}
