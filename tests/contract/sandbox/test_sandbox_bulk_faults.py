"""Misbehaviour of bulk reads, on order and by chance."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control, Zuora, running

BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
RANGE = [
    ("json", "1"),
    ("f[id][1][o]", "between"),
    *(("f[id][1][v][]", value) for value in ("", "1", "50")),
    ("per", "50"),
    ("schema[only][]", "id"),
]


@pytest.fixture(scope="module")
def module_box() -> Iterator[Control]:
    """Instead of the demo world: a tidy one."""
    with running() as control:
        control.post("reset", seed="tidy", accounts=60, number=3, today="2026-06-01")
        yield control


@pytest.fixture(params=["zuora", "customersdot"])
def ask(request: pytest.FixtureRequest, zuora: Zuora, admin: Admin) -> Callable[..., Any]:
    """One bulk read of a system; the answer."""

    def query(timeout: float = 20) -> requests.Response:
        body = {"queryString": "select Id from Account where CreatedDate > '2001-01-01T00:00:00Z'"}
        return zuora.call("POST", "v1/action/query", json=body, timeout=timeout)

    def export(timeout: float = 20) -> requests.Response:
        path = "admin/customer/export"
        return admin.call("GET", path, params=RANGE, headers=JSON, timeout=timeout)

    return query if request.param == "zuora" else export


@pytest.mark.parametrize(
    ("kind", "options", "status"),
    [
        ("status", {"code": 503}, 503),
        ("rate_concurrency", {"seconds": 2}, 429),
        ("rate_limit", {"seconds": 2}, 429),
    ],
)
def test_refused_bulk_reads(
    box: Control, ask: Callable[..., Any], kind: str, options: dict[str, Any], status: int
) -> None:
    box.fault(kind, path="query|export", **options)
    assert ask().status_code == status
    assert ask().status_code == 200


@pytest.mark.parametrize("kind", ["truncated", "refuse", "reset"])
def test_bulk_reads_that_break_off(box: Control, ask: Callable[..., Any], kind: str) -> None:
    box.fault(kind, path="query|export")
    with pytest.raises(BROKEN):
        ask()
    assert ask().status_code == 200


def test_bulk_reads_that_are_never_answered(box: Control, ask: Callable[..., Any]) -> None:
    box.fault("timeout_before", path="query|export")
    with pytest.raises(requests.Timeout):
        ask(timeout=0.2)


def fates(box: Control, zuora: Zuora, **order: Any) -> list[bool]:
    """Which of a row of calls were struck by a fault."""
    box.clear_faults()
    box.fault("status", times=None, **order)
    path = "v1/accounts/A10000001"
    return [zuora.call("GET", path).status_code == 500 for _ in range(60)]


def test_a_share_of_the_calls_drawn_from_a_number(box: Control, zuora: Zuora) -> None:
    """The same number strikes the same calls, another one others."""
    first = fates(box, zuora, share=0.2, number=7)
    assert 4 < sum(first) < 25
    assert fates(box, zuora, share=0.2, number=7) == first
    assert fates(box, zuora, share=0.2, number=8) != first


def test_a_share_is_of_calls_behind_after_and_up_to_times(box: Control, zuora: Zuora) -> None:
    fault = box.fault("status", share=0.5, after=5, times=3)
    for _ in range(30):
        zuora.call("GET", "v1/accounts/A10000001")
    assert box.get(f"faults/{fault}")["hits"] == 3


def test_a_mixture_strikes_in_all_ways(box: Control, zuora: Zuora) -> None:
    """Together as often as ordered, and each sort among them."""
    ordered = box.post("faults/mixture", share=0.5, number=4, system="zuora", seconds=0.01)
    for _ in range(120):
        try:
            zuora.call("GET", "v1/accounts/A10000001")
        except BROKEN:
            continue
    hits: Counter[str] = Counter(dict.fromkeys((str(one["kind"]) for one in ordered), 0))
    for one in box.get("faults"):
        hits[one["kind"]] += one["hits"]
    assert 40 < hits.total() < 80
    assert min(hits.values()) > 0


def test_shares_that_make_no_sense_are_refused(box: Control) -> None:
    for share in (0, -1, 2):
        order = {"kind": "status", "share": share}
        assert requests.post(f"{box.url}/faults", json=order, timeout=20).status_code == 400
    unknown = {"share": 0.1, "bogus": 1}
    assert requests.post(f"{box.url}/faults/mixture", json=unknown, timeout=20).status_code == 400
