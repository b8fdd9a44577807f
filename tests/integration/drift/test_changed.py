"""The fast lane: only accounts of which something has changed are looked at, each of them live."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from domain.errors import Defect
from domain.records import BillingAccount
from tasks.drift import changed
from tests.integration.drift.scanning import KINDS, Scanning, scanning
from tests.parts.folders import short_folder
from tests.parts.sandbox import sandbox_process

# What is deleted, nobody can list.
DELETED = {"no-customer", "customer-not-member", "nobody", "copy-missing"} | {
    "only-in-zuora",
    "only-in-customersdot",
}


@pytest.fixture
def scanner() -> Iterator[Scanning]:
    """60 accounts that agree, and were looked at."""
    with (
        sandbox_process(arguments=("--seed", "tidy", "--accounts", "60", "--number", "3")) as made,
        short_folder("state") as state,
        scanning(made, state, "", {}) as installation,
    ):
        assert installation.scan().result == "clean"
        yield installation


@pytest.mark.rule("D1")
def test_what_has_changed_is_looked_at(scanner: Scanning, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice, because nothing else had shown it; what has gone is left to the night."""
    monkeypatch.setattr(changed, "CLOCKS", changed.FIRST * 0)
    for kind in KINDS:
        scanner.control("POST", "differences", {"kind": kind})
    row = scanner.scan("changed")
    seen = {p["account_id"] for p in scanner.planted() if p["kind"] not in DELETED}
    assert {account for _, account in scanner.found()} >= seen
    assert scanner.found() <= scanner.expected()
    assert row.result == "drift"
    assert len(scanner.suspects(row.id)) < 60
    assert scanner.scan().result == "drift"
    assert scanner.found() == scanner.expected()


def test_too_much_has_changed(scanner: Scanning, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a full scan costs less, and this one says so."""
    monkeypatch.setattr(changed, "MOST", 5)
    monkeypatch.setattr(changed, "CLOCKS", changed.FIRST * 3000)
    row = scanner.scan("changed")
    assert (row.result, row.reason) == ("failed", "too-many-changed")


def test_a_record_that_tells_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a billing account of none, or with a blank id: the others are looked at."""
    rows: dict[str, list[dict[str, Any]]] = {
        "billing_account": [{"zuora_account_id": one} for one in (None, " ", "a1")],
        "billing_account_contact": [],
        "billing_account_membership": [{"billing_account_id": n} for n in (None, 7, 8)],
        "customer": [],
    }

    def billing_account(key: str) -> BillingAccount:
        if key == "7":
            raise Defect("a record has no zuora_account_id")
        return BillingAccount(id=key, zuora_account_id="a8")

    nothing = SimpleNamespace(changed_accounts=lambda _: [], changed_contacts=lambda _: [])
    bulk = SimpleNamespace(changed=lambda model, _: rows[model])
    monkeypatch.setattr(changed, "zuora_bulk", lambda: nothing)
    monkeypatch.setattr(changed, "customersdot_bulk", lambda: bulk)
    one = SimpleNamespace(billing_account=billing_account)
    monkeypatch.setattr(changed, "customersdot", lambda: one)
    assert list(changed._changed(datetime.now(UTC))) == ["a1", "a8"]
