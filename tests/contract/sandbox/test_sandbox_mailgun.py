"""Mailgun's log, both ways to ask it: times, pages, what is kept, and how failures look."""

import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Control, Neighbour, mailgun

DOMAIN = "customers.gitlab.com"
DAY = 86_400


@pytest.fixture
def mail(box: Control) -> Neighbour:
    return mailgun(box.root)


def events(mail: Neighbour, **params: Any) -> list[dict[str, Any]]:
    """All pages, to the first empty one."""
    page = mail.get(f"v3/{DOMAIN}/events", **{"ascending": "yes", **params})
    found: list[dict[str, Any]] = []
    while page["items"]:
        found += page["items"]
        page = mail.get(page["paging"]["next"].removeprefix(f"{mail.url}/"))
    return found


def log_page(mail: Neighbour, token: str = "", **body: Any) -> Any:
    whole = {"start": formatdate(time.time() - 29 * DAY), "include_totals": True, **body}
    whole["pagination"] = {"token": token, "limit": 2} if token else {"limit": 2}
    answer = mail.call("POST", "v1/analytics/logs", json=whole)
    assert answer.status_code == 200, answer.text
    return answer.json()


def log_pages(mail: Neighbour, **body: Any) -> Iterator[Any]:
    page = log_page(mail, **body)
    while page["items"]:
        yield page
        page = log_page(mail, page["pagination"]["next"], **body)


def where(**tests: str) -> dict[str, Any]:
    return {
        "AND": [
            {"attribute": name, "comparator": "=", "values": [{"label": value, "value": value}]}
            for name, value in tests.items()
        ]
    }


def one(mail: Neighbour, box: Control, outcome: str) -> dict[str, Any]:
    """The one event of a mail that came to such an end, as the older interface shows it."""
    recipient = f"{outcome}-{time.monotonic_ns()}@fresh.example"
    box.post("mail", recipient=recipient, outcome=outcome)
    (found,) = events(mail, to=recipient)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("key", ["", "wrong"])
def test_the_key_is_needed(box: Control, key: str) -> None:
    assert mailgun(box.root, key).call("GET", f"v3/{DOMAIN}/events").status_code == 401


@pytest.mark.parametrize(
    ("outcome", "severity", "reason", "code"),
    [
        ("no-mailbox", "permanent", "bounce", 550),
        ("suppressed", "permanent", "suppress-bounce", 605),
        ("no-mx", "temporary", "generic", 498),
        ("no-mx-old", "temporary", "old", 498),
        ("greylisted", "temporary", "generic", 450),
    ],
)
def test_failures(
    box: Control, mail: Neighbour, outcome: str, severity: str, reason: str, code: int
) -> None:
    """The event is `failed` each time; the suppressed one met no server."""
    found = one(mail, box, outcome)
    assert (found["event"], found["severity"], found["reason"]) == ("failed", severity, reason)
    assert found["delivery-status"]["code"] == code
    assert bool(found["delivery-status"]["mx-host"]) == (code in (550, 450))


def test_delivered_and_rejected(box: Control, mail: Neighbour) -> None:
    """A rejected mail has no recipient, so that only `to` finds it."""
    assert one(mail, box, "delivered")["delivery-status"]["code"] == 250
    rejected = one(mail, box, "rejected")
    assert (rejected["event"], "recipient" in rejected) == ("rejected", False)
    assert events(mail, recipient=rejected["message"]["headers"]["to"]) == []


def test_times_of_both_kinds(box: Control, mail: Neighbour) -> None:
    """Seconds in events; RFC 2822 in and ISO out in logs."""
    box.post("mail", recipient="when@fresh.example", age=3600)
    (event,) = events(mail, recipient="when@fresh.example")
    assert time.time() - 3700 < event["timestamp"] < time.time() - 3500
    (page,) = log_pages(mail, filter=where(recipient="when@fresh.example", domain=DOMAIN))
    (item,) = page["items"]
    assert item["@timestamp"].endswith("Z")
    assert "timestamp" not in item
    assert (item["id"], page["pagination"]["total"]) == (event["id"], 1)


def test_next_never_ends(box: Control, mail: Neighbour) -> None:
    """Both interfaces name a next page behind the last one; it is empty."""
    for age in range(5):
        box.post("mail", recipient="many@fresh.example", age=100 + age)
    assert len(events(mail, recipient="many@fresh.example", limit=2)) == 5
    pages = list(log_pages(mail, filter=where(recipient="many@fresh.example")))
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    last = mail.get(f"v3/{DOMAIN}/events", recipient="nobody@fresh.example", ascending="yes")
    assert (last["items"], bool(last["paging"]["next"])) == ([], True)


def test_what_is_kept(box: Control, mail: Neighbour) -> None:
    """Events for days, logs for a month; what is forgotten looks like nothing."""
    recipient = "old@fresh.example"
    for days in (1, 10, 40):
        box.post("mail", recipient=recipient, age=days * DAY)
    assert len(events(mail, recipient=recipient)) == 1
    span = formatdate(time.time() - 300 * DAY)
    pages = log_pages(mail, start=span, filter=where(recipient=recipient))
    assert sum(len(page["items"]) for page in pages) == 2
    assert len(box.get("mail", recipient=recipient)) == 3


def test_bad_queries(box: Control, mail: Neighbour) -> None:
    now = time.time()
    assert mail.call("GET", f"v3/{DOMAIN}/events", params={"begin": now}).status_code == 400
    assert mail.call("GET", f"v3/{DOMAIN}/events", params={"limit": 301}).status_code == 400
    assert mail.call("GET", "v3/other.example/events").status_code == 404
    for body in ({"start": "yesterday"}, {"filter": where(colour="red")}):
        assert mail.call("POST", "v1/analytics/logs", json=body).status_code == 400


def test_logs_may_be_missing(box: Control, mail: Neighbour) -> None:
    box.set(mail_logs=False)
    assert mail.call("POST", "v1/analytics/logs", json={}).status_code == 404


def test_duration_and_kinds(box: Control, mail: Neighbour) -> None:
    """A duration instead of an end; only the events that are asked for."""
    box.post("mail", recipient="kinds@fresh.example", outcome="no-mailbox", age=7200)
    box.post("mail", recipient="kinds@fresh.example", age=60)
    only = where(recipient="kinds@fresh.example")
    (page,) = log_pages(mail, duration="1h", filter=only)
    assert [item["event"] for item in page["items"]] == ["delivered"]
    (page,) = log_pages(mail, events=["failed"], filter=only)
    assert [item["event"] for item in page["items"]] == ["failed"]


def test_the_demo_world(box: Control, mail: Neighbour) -> None:
    """One address for each way it can end, and one whose log is gone."""
    (bounce,) = events(mail, recipient="petra.oldahm@copperleaf.example")
    assert bounce["delivery-status"]["code"] == 550
    assert len(events(mail, recipient="petra.oldham@copperlaef.example")) == 2
    assert events(mail, recipient="ole.oldfeild@heathmills.example") == []
    assert len(box.get("mail", recipient="ole.oldfeild@heathmills.example")) == 1
