"""Zuora's limits: calls at once, calls over time, tokens for each address."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import CLIENT, Control, Zuora, running
from tests.parts.waiting import wait_until

READ = "v1/accounts/A00000001"
BIG = "select Id from Account where AccountNumber = 'A00000001'"


@contextmanager
def held(box: Control, count: int, call: Any) -> Iterator[None]:
    """So many calls under way at Zuora while the block runs."""
    fault = box.fault("hold_before_commit", system="zuora", times=count)
    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(call) for _ in range(count)]
        wait_until(lambda: len(box.get(f"faults/{fault}")["held"]) == count, 20, "held calls")
        yield
        box.post(f"faults/{fault}/release")
        assert [one.result().status_code for one in waiting] == [200] * count


def test_too_many_at_once_are_refused(box: Control, zuora: Zuora) -> None:
    """429 in the shape of v1 with Retry-After 120, until one of the others is through."""
    box.set(concurrency_limit=2)
    with held(box, 2, lambda: zuora.call("GET", READ)):
        answer = zuora.call("GET", READ)
        body = answer.json()
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "120")
        assert (body["success"], body["reasons"][0]["code"]) == (False, 50000070)
        assert answer.headers["Concurrency-Limit-Remaining"] == "0"
        old = {"Zuora-Version": "2023-10-24"}
        late = zuora.call("GET", READ, headers=old)
        assert (late.status_code, late.json()["success"]) == (200, False)
    assert zuora.call("GET", READ).status_code == 200


@pytest.mark.parametrize(
    ("setting", "method", "path", "body"),
    [
        ("object_query_concurrency", "GET", "object-query/accounts", None),
        ("big_query_concurrency", "POST", "v1/action/query", {"queryString": BIG}),
    ],
)
def test_queries_have_limits_of_their_own(
    box: Control, zuora: Zuora, setting: str, method: str, path: str, body: Any
) -> None:
    """They do not count as other calls, nor those as them."""
    box.set(**{setting: 1})

    def query() -> requests.Response:
        return zuora.call(method, path, json=body)

    with held(box, 1, query):
        assert query().status_code == 429
        assert zuora.call("GET", READ).status_code == 200
        small = zuora.query("select Id from Contact where Id = 'x'")
        assert small.status_code == 200


def test_the_concurrency_headers(zuora: Zuora) -> None:
    """Every answer says which limit it fell under and how much is left."""
    plain = zuora.call("GET", READ).headers
    assert plain["Concurrency-Limit-Type"] == "Default"
    assert (plain["Concurrency-Limit-Limit"], plain["Concurrency-Limit-Remaining"]) == ("40", "39")
    query = zuora.call("GET", "object-query/accounts").headers
    assert (query["Concurrency-Limit-Type"], query["Concurrency-Limit-Limit"]) == (
        "Object-Query",
        "80",
    )


def test_a_call_that_breaks_off_is_no_longer_under_way(box: Control, zuora: Zuora) -> None:
    """A hung-up connection frees its place."""
    box.set(concurrency_limit=1)
    box.fault("refuse", system="zuora")
    with pytest.raises(requests.ConnectionError):
        zuora.call("GET", READ)
    wait_until(lambda: zuora.call("GET", READ).status_code == 200, 20, "a free place")


def test_too_many_a_minute_are_refused(box: Control, zuora: Zuora) -> None:
    """429 with a two-digit code, no `success`, RateLimit-Reset and no Retry-After."""
    box.set(rate_per_minute=3)
    left = [zuora.call("GET", READ).headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = zuora.call("GET", "v1/nothing")
    assert answer.status_code == 429
    (reason,) = answer.json()["reasons"]
    assert reason["code"] == 70
    assert reason["message"].startswith("API Rate limit exceeded for the minute, retry after ")
    assert sorted(answer.json()) == ["reasons"]
    assert 0 < int(answer.headers["RateLimit-Reset"]) <= 60
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(("setting", "name"), [("rate_per_hour", "hour"), ("rate_per_day", "day")])
def test_longer_windows(box: Control, zuora: Zuora, setting: str, name: str) -> None:
    """The message names the window, and its wait is longer than a minute."""
    box.set(**{setting: 1})
    zuora.call("GET", READ)
    answer = zuora.call("GET", READ)
    assert f"for the {name}" in answer.json()["reasons"][0]["message"]
    assert int(answer.headers["RateLimit-Reset"]) > 60


def test_failed_calls_count(box: Control, zuora: Zuora) -> None:
    """A 404 uses the limit up like a success."""
    box.set(rate_per_minute=1)
    assert zuora.call("GET", "v1/contacts/0").status_code == 404
    assert zuora.call("GET", READ).status_code == 429


def test_a_minute_ends(box: Control, zuora: Zuora) -> None:
    """Once it is over, calls are answered again."""
    box.set(rate_per_minute=1, minute=0.2)
    wait_until(lambda: zuora.call("GET", READ).status_code == 429, 20, "a used-up minute")
    wait_until(lambda: zuora.call("GET", READ).status_code == 200, 20, "a new minute")


def test_the_rate_headers(zuora: Zuora) -> None:
    """Limit with all windows, remaining, and seconds until the reset."""
    headers = zuora.call("GET", READ).headers
    policies = headers["RateLimit-Limit"].split(", ")
    assert policies[1:] == ["50000;w=60", "2250000;w=3600", "27000000;w=86400"]
    assert policies[0] in {"50000", "2250000", "27000000"}
    assert int(headers["RateLimit-Remaining"]) > 0


def test_a_limit_of_nothing_is_none(box: Control, zuora: Zuora) -> None:
    """For measuring the sandbox itself."""
    box.set(rate_per_minute=0, rate_per_hour=0, rate_per_day=0, concurrency_limit=0)
    assert zuora.call("GET", READ).status_code == 200


def test_tokens_are_limited_for_each_address(box: Control) -> None:
    """The 429 has a message and no reasons; other calls are not affected."""
    box.set(tokens_per_minute=2)
    url = f"{box.root}/zuora/oauth/token"
    answers = [requests.post(url, data=CLIENT, timeout=20) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["X-RateLimit-Remaining-minute"] for one in answers] == ["1", "0", "0"]
    assert sorted(answers[2].json()) == ["message"]
    token = answers[0].json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Zuora-Version": "2025-08-12"}
    assert requests.get(f"{box.root}/zuora/{READ}", headers=headers, timeout=20).ok


def test_a_token_call_is_not_bound_by_concurrency(box: Control, zuora: Zuora) -> None:
    """Even with no place left a token can be had."""
    box.set(concurrency_limit=1)
    with held(box, 1, lambda: zuora.call("GET", READ)):
        answer = requests.post(f"{box.root}/zuora/oauth/token", data=CLIENT, timeout=20)
        assert answer.status_code == 200


def test_a_reset_forgets_what_was_counted() -> None:
    """A fresh world is not refused for what was done to the old one."""
    with running(rate_per_minute=1) as box:
        zuora = Zuora(box.root)
        assert [zuora.call("GET", READ).status_code for _ in range(2)] == [200, 429]
        box.post("reset")
        assert Zuora(box.root).call("GET", READ).status_code == 200


def test_the_admin_has_no_such_limits(box: Control) -> None:
    """They are Zuora's."""
    box.set(rate_per_minute=1, concurrency_limit=1)
    codes = set[int]()
    page = f"{box.root}/customersdot/admins/sign_in"
    threads = [
        threading.Thread(target=lambda: codes.add(requests.get(page, timeout=20).status_code))
        for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert codes == {200}
