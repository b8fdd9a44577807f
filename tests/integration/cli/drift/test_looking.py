"""`handover drift list`, `show` and `scans`: what the journal holds, and nothing but that."""

import csv
import io
import json
from typing import Any

import pytest

from domain.drift.kinds import Kind
from tests.integration.cli.calls import Called
from tests.integration.cli.drift.desk import Desk, promised


def _ids(called: Called) -> list[str]:
    return [one["id"] for one in _found(called)]


def _found(called: Called) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = called.json["findings"]
    return found


def test_the_open_ones_are_listed_and_filtered(desk: Desk) -> None:
    """By default those that nobody has acknowledged, the newest first; exit 2 if any."""
    scan = desk.scan(3)
    old = desk.finding(scan, 3)
    other = desk.finding(scan, 2, kind=Kind.LOGIN_OFF, account_number="")
    gone = desk.finding(scan, 2, resolved_at=desk.days(1), resolved_scan=scan)
    known = desk.finding(scan, 1)
    desk("acknowledge", known, "--reason", "it is so", "--days", "2")
    called = desk("list", "--json")
    assert (called.code, called.json["exit_code"], _ids(called)) == (2, 2, [other, old])
    promised(desk("list", "--all", "--json"), "handover.drift-findings-1")
    assert _ids(desk("list", "--all", "--json")) == [other, old, known, gone]
    assert _ids(desk("list", "--kind", "login-deactivated", "--json")) == [other]
    assert _ids(desk("list", "--account", "a00000002", "--json")) == [old]
    assert _ids(desk("list", "--account", _found(called)[0]["account"], "--json")) == [other]
    only = desk("list", "--acknowledged", "--json")
    assert (only.code, _ids(only)) == (0, [known])
    cut = desk("list", "--limit", "1", "--json")
    assert (cut.json["more"], _ids(cut)) == (True, [other])
    assert "The first 1 of more" in cut.err
    table = desk("list").out.splitlines()
    assert table[0].split() == ["FINDING", "KIND", "ACCOUNT", "FIELDS", "SINCE", "STATE"]
    assert [line.split()[0] for line in table[1:]] == [other, old]
    none = desk("list", "--account", "A99999999")
    assert (none.code, "No such finding." in none.err) == (0, True)


def test_what_is_new(desk: Desk) -> None:
    """What the last full scan but one did not know; without two of these all is new."""
    first = desk.scan(2)
    old = desk.finding(first, 2.01)
    assert _ids(desk("list", "--new", "--json")) == [old]
    desk.scan(1.5, result="failed")
    desk.scan(1.2, kind="changed")
    last = desk.scan(1)
    young = desk.finding(last, 1.01)
    assert _ids(desk("list", "--new", "--json")) == [young]
    assert [one["new"] for one in _found(desk("list", "--json"))] == [True, False]
    desk("acknowledge", young, "--reason", "it is so", "--days", "2")
    new = desk("list", "--new", "--json")
    assert (new.code, _ids(new)) == (0, [])


def test_a_spreadsheet(desk: Desk) -> None:
    """All of them, one line each; what would be a formula is text."""
    scan = desk.scan(1)
    for _ in range(3):
        desk.finding(scan, 1)
    first = desk.made[1]
    desk("acknowledge", first, "--reason", '=HYPERLINK("x"), says kim', "--days", "2")
    called = desk("list", "--csv", "--acknowledged")
    (row,) = csv.DictReader(io.StringIO(called.out))
    assert row["acknowledged_reason"] == '\'=HYPERLINK("x"), says kim'
    assert row["shown"] == "zuora: last_name O***; customersdot: last_name M***"
    assert (row["finding"], row["fields"], row["new"]) == (first, "last_name", "no")
    assert row["next"].startswith(f"handover drift fix {first} ")
    assert len(desk("list", "--csv").out.splitlines()) == 3
    assert len(desk("list", "--csv", "--limit", "1").out.splitlines()) == 2


def test_one_finding(desk: Desk) -> None:
    """What it means, both sides, since when, its history, and the next command with its account."""
    scan = desk.scan(1)
    one = desk.finding(scan, 1)
    called = desk("show", one.lower())
    assert called.code == 0
    said = called.out
    assert f"Finding {one}: contact-differs, new" in said
    assert Kind.CONTACT_DIFFERS.meaning in said
    assert "last_name: zuora O***, customersdot M***" in said
    assert f"by scan {scan}" in said
    assert "found, by worker" in said
    assert f"handover drift fix {one} --ticket TICKET --keep zuora" in said
    assert "handover prove A00000002" in said
    as_json = desk("show", one, "--json")
    promised(as_json, "handover.drift-finding-1")
    assert as_json.json["finding"]["next_command"] in said


def test_sides_that_know_different_things(desk: Desk) -> None:
    """Each side says what it knows; what is empty there is called so, and whom it is about."""
    scan = desk.scan(1)
    shown = {"customersdot": {"customer_id": "16"}, "zuora": {"work_email": "w***@d***.example"}}
    made = {"subject": "16", "fields": "[]", "shown": json.dumps(shown)}
    said = desk("show", desk.finding(scan, 1, kind=Kind.NOT_A_MEMBER, **made)).out
    assert "about record 16\n" in said
    assert "work_email: zuora w***@d***.example\n" in said
    assert "customer_id: customersdot 16\n" in said
    empty = {"customersdot": {"state": None}, "zuora": {"state": "B***"}}
    made = {"subject": "ho-1", "fields": '["state"]', "shown": json.dumps(empty)}
    said = desk("show", desk.finding(scan, 1, kind=Kind.CHANGE_UNDONE, **made)).out
    assert "about run ho-1\n" in said
    assert "state: zuora B***, customersdot (empty)\n" in said


def test_a_resolved_one_has_nothing_next(desk: Desk) -> None:
    scan = desk.scan(1)
    gone = desk.finding(scan, 2, resolved_at=desk.days(1), resolved_scan=scan)
    said = desk("show", gone).out
    assert f"scan {scan} no longer saw it" in said
    assert "Next" not in said


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_mistyped_word_gets_the_nearest_named(desk: Desk) -> None:
    """Exit 64; what is like none of them gets none."""
    for typed, meant in (
        (("list", "--kind", "Contact-Difers"), "contact-differs"),
        (("scan", "--kind", "fulll"), "full"),
        (("scans", "--kind", "change"), "changed"),
        (("fix", "F-2345ABCD", "--ticket", "1", "--keep", "zora"), "zuora"),
    ):
        called = desk(*typed)
        assert (called.code, f"Did you mean '{meant}'?" in called.err) == (64, True), called
    assert "Did you mean" not in desk("scan", "--kind", "xyz").err


def test_an_unknown_one_gets_the_nearest_named(desk: Desk) -> None:
    """Exit 64, and what was typed is not repeated."""
    one = desk.finding(desk.scan(1), 1)
    other = f"{one[:-1]}{'R' if one.endswith('Q') else 'Q'}"
    for words in (
        ("show", other),
        ("acknowledge", other, "--reason", "it is so", "--days", "3"),
        ("fix", other, "--ticket", "4711"),
    ):
        called = desk(*words)
        assert called.code == 64
        assert f"did you mean {one}?" in called.err
    called = desk("show", "canary@example.org")
    assert "`handover drift list --all` lists them" in called.err
    assert "canary" not in called.err


def test_the_scans(desk: Desk) -> None:
    """Those at work first, with how far they are; then by when they ended."""
    first = desk.scan(2, result="drift")
    desk.finding(first, 2.01)
    last = desk.scan(1, kind="proved", result="failed", reason="sign-in")
    desk.finding(first, 2.01, resolved_at=desk.days(1.01), resolved_scan=last)
    at_work = desk.at_work(accounts=20, calls_zuora=2, unreadable=1)
    called = desk("scans", "--json")
    promised(called, "handover.drift-scans-1")
    scans = called.json["scans"]
    assert [one["id"] for one in scans] == [at_work, last, first]
    assert scans[0]["progress"] == {"phase": "read", "done": 1, "known": 2, "why": None}
    assert (scans[0]["accounts"], scans[0]["calls"]["zuora"]) == (40, 4)
    assert (scans[2]["new"], scans[2]["open"]) == (2, {"contact-differs": 2})
    assert (scans[1]["resolved"], scans[1]["open"]) == (1, {"contact-differs": 1})
    assert [one["id"] for one in desk("scans", "--kind", "full", "--json").json["scans"]] == [
        at_work,
        first,
    ]
    said = desk("scans").out
    assert "read 1 of 2" in said
    assert scans[0]["unreadable"] == 2
    assert "failed, sign-in" in said
