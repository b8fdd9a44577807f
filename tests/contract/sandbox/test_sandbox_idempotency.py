"""Idempotency keys: replayed successes and failures, keys in progress, keys misused."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Control, Zuora
from tests.parts.waiting import wait_until


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="idem")


def post(zuora: Zuora, key: str, fresh: dict[str, Any], **fields: Any) -> requests.Response:
    """A new contact under a key."""
    body = {"accountId": fresh["account_id"], "firstName": "Ida", "lastName": "Potent"}
    headers = {"Idempotency-Key": key}
    return zuora.call("POST", "v1/contacts", json=body | fields, headers=headers)


def contacts(box: Control, fresh: dict[str, Any]) -> int:
    return len(box.truth(fresh["account_number"])["zuora"]["contacts"])


def test_a_repeated_key_is_answered_from_memory(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """The same status and body, whatever the body says now, and nothing is created again."""
    before = contacts(box, fresh)
    first = post(zuora, "repeat", fresh)
    again = post(zuora, "repeat", fresh, lastName="Another")
    assert (again.status_code, again.json()) == (200, first.json())
    assert contacts(box, fresh) == before + 1
    assert post(zuora, "another", fresh).json()["id"] != first.json()["id"]


def test_a_failure_is_repeated_too(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """A right body under the key of a wrong one still fails."""
    wrong = post(zuora, "wrong", fresh, firstName="")
    right = post(zuora, "wrong", fresh)
    assert (right.status_code, right.json()) == (400, wrong.json())


def test_a_key_is_forgotten_in_the_end(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """After 24 hours; a setting shortens them."""
    first = post(zuora, "old", fresh).json()["id"]
    box.set(idempotency_ttl=0)
    assert post(zuora, "old", fresh).json()["id"] != first


def test_a_key_in_progress_is_409(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Not the 409 of a lock: its category is another one. Afterwards the answer is replayed."""
    before = contacts(box, fresh)
    fault = box.fault("hold_before_commit", system="zuora", method="POST")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, zuora, "slow", fresh)
        wait_until(lambda: box.get(f"faults/{fault}")["held"], 20, "the held request")
        second = post(Zuora(box.root), "slow", fresh)
        assert second.status_code == 409
        assert second.json()["reasons"][0]["code"] % 100 != 50
        box.post(f"faults/{fault}/release")
        answer = first.result()
    assert post(zuora, "slow", fresh).json() == answer.json()
    assert contacts(box, fresh) == before + 1


def test_a_lost_answer_can_be_asked_for_again(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """What the network made up is not kept: the same key brings the true outcome."""
    before = contacts(box, fresh)
    box.fault("status_after", system="zuora", method="POST", code=504, body="gateway timeout")
    assert post(zuora, "lost", fresh).status_code == 504
    assert post(zuora, "lost", fresh).status_code == 200
    assert contacts(box, fresh) == before + 1


def test_a_key_is_for_one_request(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """422 when it comes with another address."""
    post(zuora, "spent", fresh)
    other = zuora.call(
        "POST",
        "v1/action/query",
        json={"queryString": "select Id from Account"},
        headers={"Idempotency-Key": "spent"},
    )
    assert other.status_code == 422


@pytest.mark.parametrize("key", ["x" * 255, ""])
def test_keys_have_a_length(zuora: Zuora, fresh: dict[str, Any], key: str) -> None:
    """Less than 255 characters."""
    assert post(zuora, key, fresh).status_code == 400
    assert post(zuora, "x" * 254, fresh).status_code == 200


def test_put_and_get(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """PUT refuses a key in words known from a live tenant; a GET does not mind it."""
    headers = {"Idempotency-Key": "k"}
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    answer = zuora.call("PUT", path, json={"city": "Gent"}, headers=headers)
    message = answer.json()["reasons"][0]["message"]
    assert answer.status_code == 400
    assert message == "Request method 'PUT' not supported with Idempotency-Key header"
    assert zuora.call("GET", path, headers=headers).status_code == 200
