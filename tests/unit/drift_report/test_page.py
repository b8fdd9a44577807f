"""The page of a drift report: what stands on it, and that it needs and tells nobody anything."""

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup, Tag

from domain.drift.kinds import Kind
from domain.drift.remedies import Remedy
from handover.drift.report import render
from handover.drift.reports import Report
from tests.unit.drift_report.invented import (
    CANARIES,
    NIGHT,
    acknowledged,
    drifted,
    finding,
    findings,
    report,
    scan,
)

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ 7 * 7 }}\u202eabc"


def page(made: Report) -> BeautifulSoup:
    return BeautifulSoup(render(made), "html.parser")


def rows(found: BeautifulSoup) -> list[Tag]:
    return found.select("table.findings > tbody > tr")


def one(found: BeautifulSoup | Tag, selector: str) -> Tag:
    tags = found.select(selector)
    assert len(tags) == 1, f"{len(tags)} of {selector}"
    return tags[0]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


FULL = report([*findings(40), acknowledged(99)], [scan(2), drifted(1, 7, 2), drifted(0, 41, 12)])


def test_the_page_asks_nobody_for_anything() -> None:
    text, found = render(FULL), page(FULL)
    assert "://" not in text
    assert not re.search(r"url\(|@import|@font-face", one(found, "style").get_text())
    assert not re.search(
        r"fetch|XMLHttp|import\(|Beacon|WebSocket", one(found, "script").get_text()
    )
    assert not found.select("[src], [srcset], link, iframe, object, embed, img, base, [action]")
    assert {link["href"] for link in found.select("[href]")} == {"#differences"}
    assert found.select("#differences")


def test_the_policy_allows_its_own_style_and_script_and_nothing_else() -> None:
    found = page(FULL)
    policy = one(found, "meta[http-equiv]")
    allowed = dict(part.strip().split(" ", 1) for part in str(policy["content"]).split(";"))
    assert allowed == {
        "default-src": "'none'",
        "style-src": hashed(one(found, "style")),
        "script-src": hashed(one(found, "script")),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    before = [tag.name for tag in policy.find_previous_siblings()]
    assert before == ["meta"], "a policy holds only for what comes after it"
    refused = [
        name for tag in found.find_all() for name in tag.attrs if name.startswith(("on", "style"))
    ]
    assert not refused, "the policy would refuse them"


def hashed(tag: Tag) -> str:
    digest = hashlib.sha256(tag.get_text().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@pytest.mark.rule("D3")
def test_every_difference_is_a_row_with_both_sides_and_what_comes_next() -> None:
    found = page(FULL)
    assert len(rows(found)) == 41
    for row, each in zip(rows(found), FULL.findings, strict=True):
        assert row["data-kind"] == each.kind
        assert one(row, "th b").get_text() == each.account
        assert each.id in words(row)
        assert each.meaning in words(row)
        assert one(row, "code").get_text() == each.next_command
        for field in each.fields:
            assert field.replace("_", " ") in words(one(row, ".sides"))


def test_one_difference_as_it_is_read() -> None:
    row = rows(page(report([finding(0)], [drifted(0, 1, 1)])))[0]
    zuora, customersdot = row.select(".sides > div")
    assert words(zuora) == "Zuora email a ***@a***.example last name L ***"
    assert words(customersdot) == "CustomersDot email c ***@a***.example last name K ***"
    assert [mark.get_text() for mark in row.select("mark")] == ["a", "L", "c", "K"]
    assert one(row, ".state").get_text() == "new"
    assert one(row, "time")["datetime"] == "2026-11-23T02:31:00Z"


def test_values_that_are_masked_alike_are_said_to_differ() -> None:
    sides = {side: {"last_name": "L***"} for side in ("zuora", "customersdot")}
    row = rows(page(report([finding(sides=sides, fields=("last_name",))])))[0]
    assert [mark.get_text() for mark in row.select("mark")] == ["L***", "L***"]
    assert words(one(row, ".sides")).count("(alike once masked)") == 2


@pytest.mark.parametrize(
    ("kind", "lacks"),
    [
        (Kind.COPY_MISSING, "CustomersDot no copy"),
        (Kind.NO_CUSTOMER, "CustomersDot no Customer"),
        (Kind.ONLY_IN_ZUORA, "CustomersDot no billing account"),
        (Kind.ONLY_IN_CUSTOMERSDOT, "Zuora no account"),
    ],
)
def test_a_side_that_has_nothing_says_so(kind: Kind, lacks: str) -> None:
    sides = rows(page(report([finding(kind=kind)])))[0].select(".sides > div")
    assert lacks in [words(side) for side in sides]
    assert words(sides[0]).startswith("Zuora")


def test_an_acknowledged_difference_says_who_knows_and_until_when() -> None:
    row = rows(page(report([acknowledged(1)])))[0]
    assert row["data-state"] == "acknowledged"
    said = "Acknowledged by ops-1 until 2 Dec 2026 : Billing merges both accounts"
    assert said in words(row)


def test_a_difference_that_the_last_scan_did_not_look_at_says_when_it_was_seen() -> None:
    old = finding(last_seen_at=NIGHT - 1)
    assert "last seen 23 Nov 2026" in words(rows(page(report([old])))[0])
    assert "last seen" not in words(rows(page(report([finding()])))[0])


def test_what_is_only_advice_is_advice_and_what_is_a_command_a_command() -> None:
    row = rows(page(report([finding(kind=Kind.COPY_MISSING)])))[0]
    assert "Hand over to Billing" in words(one(row, ".next"))
    assert one(row, ".next code").get_text() == "handover prove A00000000"


def test_whatever_people_wrote_is_text() -> None:
    sides = {"zuora": {"email": HOSTILE, HOSTILE: HOSTILE}, "customersdot": {"email": "x"}}
    hostile = finding(
        account=HOSTILE,
        sides=sides,
        fields=("email", HOSTILE),
        next_command=HOSTILE,
        remedies=(Remedy(HOSTILE, HOSTILE),),
    )
    failed = scan(0, result="failed", reason=HOSTILE, summary=HOSTILE, id=HOSTILE)
    found = page(report([hostile, acknowledged(1, HOSTILE)], [scan(1), failed]))
    assert len(found.select("script")) == 1
    assert not found.select("img")
    row = rows(found)[0]
    assert one(row, "th bdi").get_text() == HOSTILE
    assert one(row, "code").get_text() == HOSTILE
    assert HOSTILE in rows(found)[1].get_text()
    assert f"({HOSTILE})" in one(found, ".notice").get_text()
    assert "49" not in found.get_text()


def test_nothing_personal_is_on_the_page() -> None:
    text = render(FULL)
    assert "a</mark>***@a***.example" in text, "their masked forms are"
    assert not [canary for canary in CANARIES if canary in text]


def test_the_kinds_that_there_are_stand_with_their_counts_and_filter() -> None:
    found = page(FULL)
    listed = {
        one(each, "a").get_text(): words(one(each, ".count")) for each in found.select(".kinds li")
    }
    assert listed == {kind.value: str(count) for kind, count in FULL.totals.by_kind.items()}
    offered = [each.get_text() for each in found.select("select[name=kind] option")]
    assert offered == ["all kinds", *listed]
    assert {str(link["data-kind"]) for link in found.select(".kinds a")} == set(listed)


def test_what_needs_the_script_is_hidden_without_it() -> None:
    found = page(FULL)
    assert one(found, "form.filter").has_attr("hidden")
    assert all(
        button.has_attr("hidden") or button.find_parent("form") for button in found.select("button")
    )
    assert not [row for row in rows(found) if row.has_attr("hidden")]


def test_more_than_the_page_holds_is_said_with_the_way_to_all() -> None:
    found = page(report(findings(20), left_out=12_345))
    assert "12,345 more are in the CSV: handover drift report --csv" in words(found)
    assert "in the CSV" not in words(page(report(findings(20))))


def test_whoever_can_not_see_it_finds_their_way() -> None:
    found = page(FULL)
    assert one(found, "html")["lang"] == "en"
    assert (
        one(found, "head > title").get_text()
        == f"Drift, 23 Nov 2026: {one(found, 'h1').get_text()}"
    )
    assert [each.name for each in found.select("h1, h2, h3")] == ["h1", "h2", "h2", "h2"]
    assert all(field.find_parent("label") for field in found.select("input, select"))
    assert one(found, ".chart")["aria-label"]
    assert one(found, ".shown")["role"] == "status"
    assert [
        [words(cell) for cell in row.select("th, td")] for row in found.select(".scans tr")
    ] == [
        ["Full scan", "Found", "By kind"],
        [
            "23 Nov 2026, 02:30 UTC",
            "41 open, 12 of them new; 6 resolved",
            "contact-differs 28, nobody-manages 13",
        ],
        [
            "22 Nov 2026, 02:30 UTC",
            "7 open, 2 of them new; 1 resolved",
            "contact-differs 5, nobody-manages 2",
        ],
        ["21 Nov 2026, 02:30 UTC", "no drift", ""],
    ]


def test_a_page_without_drift_has_no_table_and_nothing_to_filter() -> None:
    found = page(report())
    assert one(found, "h1").get_text() == "No drift"
    assert not found.select("table.findings, form, .kinds")
