"""The judge can find fault: each thing that must never happen is seen, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest

from tests.faults.verdict import (
    Story,
    Verdict,
    judge_end,
    judge_intents,
    judge_stop,
    judge_truth,
    judge_writes,
)

RUN = "ho-0123456789"


def person(name: str, customer: int, **ids: int) -> dict[str, Any]:
    return {
        "first_name": name,
        "last_name": "Example",
        "email": f"{name.lower()}@example.org",
        "customer_id": customer,
        **ids,
    }


OLD = person("Old", 1, membership_id=11, copy_id=21, contact_id=31)
ACCOUNT = {"sold_to": OLD, "bill_to": person("Bill", 2), "new": person("New", 3)}
STORY = Story(ACCOUNT, with_login=True)
NEW_CONTACT = {"first_name": "New", "last_name": "Example", "work_email": "new@example.org"}


def entry(model: str, action: str, record: int, **after: Any) -> dict[str, Any]:
    request = f"{RUN}-1-x-1"
    names = {"customer": "customer", "contact": "billing_account_contact"}
    model = names.get(model, "billing_account_membership")
    row = {"model": model, "action": action, "record_id": str(record), "after": after}
    return {**row, "request_id": request}


CREATE = entry("membership", "create", 12, customer_id=3)
LOGIN = entry("customer", "update", 3, login_activated=True)
TOUCH = entry("customer", "unchanged-save", 1)
DELETE = entry("membership", "delete", 11)
SOLD_TO = entry("contact", "update", 21, **NEW_CONTACT)
LOGIN_AGAIN = entry("customer", "unchanged-save", 3)
JOB = [CREATE, LOGIN, TOUCH, DELETE, SOLD_TO]


def wrong_writes(story: Story, log: list[dict[str, Any]]) -> list[str]:
    verdict = Verdict()
    judge_writes(story, log, RUN, verdict)
    return verdict.wrong


@pytest.mark.parametrize("length", range(6))
def test_every_prefix_of_the_job_is_right(length: int) -> None:
    assert wrong_writes(STORY, JOB[:length]) == []


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ([CREATE, TOUCH, LOGIN], "came after"),
        ([CREATE, DELETE], "order"),
        ([DELETE], "no member"),
        ([CREATE, CREATE], "took effect twice"),
        ([CREATE, LOGIN, LOGIN_AGAIN], "without need"),
        ([CREATE, LOGIN, TOUCH, LOGIN_AGAIN], "came after"),
        ([{**CREATE, "after": {"customer_id": 2}}], "undocumented"),
        ([*JOB[:4], {**SOLD_TO, "record_id": "99"}], "undocumented"),
        ([*JOB[:4], {**SOLD_TO, "after": {"address_1": "x"}}], "undocumented"),
        ([{**CREATE, "request_id": None}], "names another run"),
    ],
)
def test_wrong_writes_are_seen(log: list[dict[str, Any]], said: str) -> None:
    assert any(said in wrong for wrong in wrong_writes(STORY, log))


def test_equal_values_may_be_sent_twice_only_in_doubt() -> None:
    doubtful = Story(ACCOUNT, with_login=True, doubt=True)
    assert wrong_writes(doubtful, [CREATE, LOGIN, LOGIN_AGAIN, *JOB[2:]]) == []
    assert wrong_writes(doubtful, [CREATE, LOGIN, TOUCH, LOGIN_AGAIN, *JOB[3:]]) == []
    assert wrong_writes(doubtful, [CREATE, TOUCH, LOGIN]) != []
    assert wrong_writes(doubtful, [CREATE, LOGIN, LOGIN_AGAIN, LOGIN_AGAIN]) != []


def truth(**changes: Any) -> dict[str, Any]:
    """What the sandbox tells after a change that went well."""
    found: dict[str, Any] = {
        "zuora": {
            "sold_to": dict(NEW_CONTACT),
            "bill_to": {
                "first_name": "Bill",
                "last_name": "Example",
                "work_email": "bill@example.org",
            },
        },
        "customersdot": {
            "contacts": [{**NEW_CONTACT, "zuora_contact_id": 31}],
            "memberships": [{"customer_id": 3}],
            "customers": [{"id": 3, "login_activated": True}, {"id": 1, "login_activated": True}],
        },
    }
    for path, value in changes.items():
        system, key = path.split("__")
        found[system][key] = value
    return found


def wrong_truth(found: dict[str, Any], *, proved: bool = True) -> list[str]:
    verdict = Verdict()
    judge_truth(STORY, deepcopy(found), proved=proved, verdict=verdict)
    return verdict.wrong


def test_a_change_that_went_well_is_right() -> None:
    assert wrong_truth(truth()) == []


ORIGINAL = {"first_name": "Old", "last_name": "Example", "work_email": "old@example.org"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"zuora__sold_to": {**NEW_CONTACT, "last_name": "X"}}, "somebody else"),
        ({"zuora__sold_to": ORIGINAL}, "not the new contact"),
        ({"zuora__bill_to": NEW_CONTACT}, "Bill To changed"),
        ({"customersdot__contacts": [{**ORIGINAL, "zuora_contact_id": 31}]}, "another copy"),
        ({"customersdot__memberships": []}, "no member"),
        ({"customersdot__memberships": [{"customer_id": 9}]}, "stranger"),
        ({"customersdot__memberships": [{"customer_id": 1}]}, "wrong members"),
        ({"customersdot__customers": [{"id": 9, "login_activated": True}]}, "came into being"),
        ({"customersdot__customers": [{"id": 3, "login_activated": False}]}, "without a login"),
    ],
)
def test_a_wrong_world_is_seen(changes: dict[str, Any], said: str) -> None:
    assert any(said in wrong for wrong in wrong_truth(truth(**changes)))


def test_the_original_is_right_while_nothing_is_proved() -> None:
    world = truth(zuora__sold_to=ORIGINAL, customersdot__memberships=[{"customer_id": 1}])
    assert wrong_truth(world, proved=False) == []


@pytest.mark.parametrize(
    ("report", "log", "holds"),
    [
        ({"state": "waiting", "result": None, "question": {"kind": "sign-in"}}, JOB[:2], True),
        ({"state": "waiting", "result": None, "question": {"kind": "not-proved"}}, JOB, False),
        ({"state": "ended", "result": "proved"}, JOB, True),
        ({"state": "ended", "result": "refused"}, [], True),
        ({"state": "ended", "result": "refused"}, JOB[:1], False),
        ({"state": "ended", "result": "cancelled"}, [], False),
        ({"state": "applying", "result": None}, [], False),
    ],
)
def test_how_a_run_may_stop(report: dict[str, Any], log: list[Any], holds: bool) -> None:
    verdict = Verdict()
    judge_stop(report, log, verdict)
    assert (verdict.wrong == []) is holds


def test_trouble_that_passes_needs_nobody() -> None:
    asks = {"state": "waiting", "result": None, "question": {"kind": "keeps-failing"}}
    verdict = Verdict()
    judge_stop(asks, [], verdict, passes=True)
    assert verdict.wrong == ["trouble that passes was not got over"]


def test_a_lie_may_make_a_run_ask_about_the_world() -> None:
    asks = {"state": "waiting", "result": None, "question": {"kind": "not-proved"}}
    verdict = Verdict()
    judge_stop(asks, [], verdict, lies=True)
    assert verdict.wrong == []


def test_in_the_end_nothing_is_missing() -> None:
    verdict = Verdict()
    judge_end(STORY, JOB[:4], verdict)
    assert verdict.wrong == ["proved although a documented write is missing"]


@pytest.mark.parametrize(("write", "holds"), [(f"{RUN}.1.x.1", True), (f"{RUN}.1.y.1", False)])
def test_an_intent_stands_before_each_write(write: str, holds: bool) -> None:
    verdict = Verdict()
    judge_intents({"writes": [{"write": write}]}, JOB, verdict)
    assert (verdict.wrong == []) is holds
