"""Misbehaviour on order: each kind does what it says, and commits or not as it says."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora, running

SHORT = 0.3
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account()


@pytest.fixture
def rename(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> Callable[..., requests.Response]:
    """A write to Zuora with a time limit."""

    def send(timeout: float = 20) -> requests.Response:
        path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
        return zuora.call("PUT", path, json={"city": "Delft"}, timeout=timeout)

    return send


def committed(box: Control, fresh: dict[str, Any]) -> bool:
    """Whether the write is in the log."""
    return bool(box.writes(account=fresh["account_number"]))


def eventually(found: Callable[[], bool]) -> None:
    """Wait for another thread; the limit is only there to end a broken test."""
    for _ in range(2000):
        if found():
            return
        time.sleep(0.005)
    raise AssertionError("it never happened")


def held(box: Control, fault: int) -> list[dict[str, Any]]:
    """What a fault keeps waiting."""
    found = box.get(f"faults/{fault}")["held"]
    assert isinstance(found, list)
    return found


def in_background(call: Callable[[], requests.Response]) -> list[Any]:
    """Start a request; its answer or error appears in the list."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BROKEN as error:
            outcome.append(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


@pytest.mark.parametrize("kind", ["refuse", "reset"])
def test_a_broken_connection_commits_nothing(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any], kind: str
) -> None:
    """No answer, no write, and the next request goes well."""
    box.fault(kind, system="zuora")
    with pytest.raises(requests.ConnectionError) as caught:
        rename()
    assert ("reset" in str(caught.value).lower()) or kind == "refuse"
    assert not committed(box, fresh)
    assert rename().status_code == 200


def test_a_late_answer_is_a_good_answer(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """Latency outlasts an impatient client and serves a patient one."""
    box.fault("latency", seconds=2 * SHORT, times=2)
    with pytest.raises(requests.ReadTimeout):
        rename(timeout=SHORT)
    assert rename().status_code == 200


def test_a_timeout_before_the_commit(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """Silence, and nothing was written, not even later."""
    fault = box.fault("timeout_before")
    with pytest.raises(requests.ReadTimeout):
        rename(timeout=SHORT)
    eventually(lambda: held(box, fault) == [])
    assert not committed(box, fresh)


def test_a_timeout_after_the_commit(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """Silence, and the write is there, once."""
    box.fault("timeout_after")
    with pytest.raises(requests.ReadTimeout):
        rename(timeout=SHORT)
    assert len(box.writes(account=fresh["account_number"])) == 1


def test_a_request_held_before_the_commit(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """It is visible while it waits, commits when released, and is answered."""
    fault = box.fault("hold_before_commit", system="zuora", method="PUT")
    outcome = in_background(rename)
    eventually(lambda: len(held(box, fault)) == 1)
    (waiting,) = held(box, fault)
    assert (waiting["method"], waiting["stage"]) == ("PUT", "before-commit")
    assert waiting["client_alive"] is True
    assert not committed(box, fresh)
    assert box.post(f"faults/{fault}/release") == {"released": 1}
    eventually(lambda: bool(outcome))
    assert outcome[0].status_code == 200
    assert committed(box, fresh)


@pytest.mark.parametrize("drop", [False, True])
def test_a_held_request_whose_client_is_gone(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any], drop: bool
) -> None:
    """It is still carried out when released, unless the fault says `drop`."""
    fault = box.fault("hold_before_commit", drop=drop)
    with pytest.raises(requests.ReadTimeout):
        rename(timeout=SHORT)
    eventually(lambda: not held(box, fault)[0]["client_alive"])
    box.post(f"faults/{fault}/release")
    eventually(lambda: held(box, fault) == [])
    if drop:
        assert not committed(box, fresh)
    else:
        eventually(lambda: committed(box, fresh))


def test_an_answer_held_after_the_commit(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """The write is there while the client still waits."""
    fault = box.fault("hold_after_commit")
    outcome = in_background(rename)
    eventually(lambda: len(held(box, fault)) == 1)
    assert committed(box, fresh)
    assert outcome == []
    box.post(f"faults/{fault}/release")
    eventually(lambda: bool(outcome))
    assert outcome[0].status_code == 200


def test_taking_faults_back_drops_what_they_hold(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """A held request ends without an answer and without a write."""
    fault = box.fault("hold_before_commit")
    outcome = in_background(rename)
    eventually(lambda: len(held(box, fault)) == 1)
    box.clear_faults()
    eventually(lambda: bool(outcome))
    assert isinstance(outcome[0], requests.ConnectionError)
    assert not committed(box, fresh)


@pytest.mark.parametrize(("kind", "written"), [("status", False), ("status_after", True)])
def test_a_status_of_choice(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any], kind: str, written: bool
) -> None:
    """Instead of the work or after it."""
    box.fault(kind, code=503, body="<h1>Service Unavailable</h1>", headers={"Retry-After": "7"})
    answer = rename()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert committed(box, fresh) is written


def test_the_two_kinds_of_429(box: Control, zuora: Zuora) -> None:
    """One has Retry-After and eight digits, the other RateLimit-Reset and two."""
    box.fault("rate_concurrency")
    box.fault("rate_limit")
    first = zuora.call("GET", "v1/accounts/A00000001")
    assert (first.status_code, first.headers["Retry-After"]) == (429, "120")
    assert first.json()["reasons"][0]["code"] == 50000070
    second = zuora.call("GET", "v1/accounts/A00000001")
    assert (second.status_code, second.headers["RateLimit-Reset"]) == (429, "600")
    assert "Retry-After" not in second.headers
    assert "success" not in second.json()
    assert second.json()["reasons"][0]["code"] == 70


def test_a_truncated_answer(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """The work is done, the body breaks off."""
    box.fault("truncated")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        rename()
    assert committed(box, fresh)


def test_a_dripping_answer_is_whole_in_the_end(box: Control, zuora: Zuora) -> None:
    """Byte by byte, yet the same."""
    expected = zuora.account("A00000001")
    fault = box.fault("drip", seconds=0)
    assert zuora.account("A00000001") == expected
    assert box.get(f"faults/{fault}")["hits"] == 1


def test_an_expired_token(box: Control, zuora: Zuora) -> None:
    """401 from now on, not for one request only."""
    box.fault("expired_session", system="zuora")
    for _ in range(2):
        assert zuora.call("GET", "v1/accounts/A00000001").status_code == 401


def test_an_expired_cookie(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """The write is refused as a forgery, and the session stays over."""
    box.fault("expired_session", system="customersdot")
    path = f"customer/{fresh['new']['customer_id']}"
    assert admin.put(path, first_name="Zed").status_code == 422
    assert admin.call("GET", f"admin/{path}.json").status_code == 401
    assert box.writes(model="customer", record_id=fresh["new"]["customer_id"]) == []


def test_a_200_that_is_a_failure(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """`success` is false, the category says lock, nothing is written."""
    box.fault("success_false", system="zuora")
    answer = rename()
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert answer.json()["reasons"][0]["code"] % 100 == 50
    assert not committed(box, fresh)


def test_a_sign_in_page_with_200(box: Control, admin: Admin) -> None:
    """HTML where JSON was asked for."""
    box.fault("login_page_200", system="customersdot")
    answer = admin.call("GET", "admin/customer/1.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Sign in" in answer.text


def test_a_stale_read_of_zuora(
    box: Control, zuora: Zuora, fresh: dict[str, Any], rename: Callable[..., Any]
) -> None:
    """The contact and its account answer with what was before the write."""
    rename()
    box.fault("stale_read", seconds=60, times=2)
    contact = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    assert zuora.call("GET", contact).json()["city"] == "Utrecht"
    number = fresh["account_number"]
    assert zuora.account(number)["soldToContact"]["city"] == "Utrecht"
    assert zuora.account(number)["soldToContact"]["city"] == "Delft"


def test_a_stale_read_of_the_admin(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A changed record is old again, a deleted one back, a new one missing."""
    model, member = "billing_account_membership", fresh["sold_to"]["membership_id"]
    admin.put(f"customer/{fresh['new']['customer_id']}", first_name="Neu")
    admin.write("DELETE", f"{model}/{member}/delete")
    pair = {
        "customer_id": fresh["new"]["customer_id"],
        "billing_account_id": fresh["billing_account_id"],
    }
    new = admin.write("POST", f"{model}/new.json", json={model: pair}).json()["id"]
    box.fault("stale_read", seconds=60, times=3)
    found = admin.json(f"customer/{fresh['new']['customer_id']}")
    assert found["first_name"] == fresh["new"]["first_name"]
    assert admin.json(f"{model}/{member}")["customer_id"] == fresh["sold_to"]["customer_id"]
    assert admin.json(model, **{"bulk_ids[]": new}) == []
    assert len(admin.json(model, **{"bulk_ids[]": new})) == 1


def test_a_fault_strikes_only_what_it_is_about(box: Control, admin: Admin, zuora: Zuora) -> None:
    """System, method and path must all fit."""
    fault = box.fault("status", system="zuora", method="put", path=r"^/v1/contacts/", times=None)
    assert zuora.call("GET", "v1/contacts/9").status_code == 404
    assert zuora.call("PUT", "v1/accounts/9", json={}).status_code == 404
    assert admin.call("GET", "admin/customer/1.json").status_code == 200
    assert box.get(f"faults/{fault}")["hits"] == 0
    assert zuora.call("PUT", "v1/contacts/9", json={}).status_code == 500
    assert box.get(f"faults/{fault}")["hits"] == 1


def test_after_and_times(box: Control, zuora: Zuora) -> None:
    """One passes, two are struck, the rest pass."""
    box.fault("status", after=1, times=2, code=500)
    codes = [zuora.call("GET", "v1/accounts/A00000001").status_code for _ in range(5)]
    assert codes == [200, 500, 500, 200, 200]


def test_a_request_that_breaks_off_commits_nothing(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """Half a form from a client that died is not acted on."""
    customer = fresh["new"]["customer_id"]
    body = f"_method=put&authenticity_token={admin.meta}&customer[first_name]=Half"
    cookie = "; ".join(f"{name}={value}" for name, value in admin.http.cookies.items())
    head = (
        f"POST /customersdot/admin/customer/{customer}/edit HTTP/1.1\r\nHost: x\r\n"
        f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: {length}\r\n\r\n"
    )
    port = int(box.root.rpartition(":")[2])
    for length, written in ((len(body) + 9, 0), (len(body), 1)):
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(f"{head.format(length=length)}{body}".encode())
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4096):
                pass
        assert len(box.writes(model="customer", record_id=customer)) == written


def test_a_stop_ends_what_is_held() -> None:
    """A sandbox that is stopped keeps nobody waiting."""
    with running() as control:
        zuora = Zuora(control.root)
        fault = control.fault("hold_before_commit", system="zuora")
        outcome = in_background(lambda: zuora.call("GET", "v1/accounts/A00000001"))
        eventually(lambda: len(held(control, fault)) == 1)
    eventually(lambda: bool(outcome))
    assert isinstance(outcome[0], requests.ConnectionError)


def test_the_usual_latency_is_a_setting(
    box: Control, fresh: dict[str, Any], rename: Callable[..., Any], zuora: Zuora
) -> None:
    """Writes can be slow while reads are not."""
    box.set(write_latency=2 * SHORT)
    with pytest.raises(requests.ReadTimeout):
        rename(timeout=SHORT)
    path = "v1/accounts/A00000001"
    assert zuora.call("GET", path, timeout=20).status_code == 200
