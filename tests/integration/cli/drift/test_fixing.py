"""`handover drift fix` against the sandbox: a plan first, a run only by a person's word (D3)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import handover
from domain.drift.kinds import Kind
from handover import api, drift
from tests.integration.cli.calls import Called
from tests.integration.cli.drift.desk import Desk, promised
from tests.parts.rehearsal import CANARY, Rehearsal


class Fixer(Desk):
    """A desk beside a worker and both systems, with one account on which they disagree."""

    def __init__(self, world: Rehearsal, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.world = world
        self.account = world.account()
        self.ticket = str(self.account["ticket"]["id"])
        self.number = str(self.account["account_number"])

    def __call__(self, *arguments: str) -> Called:
        """Nobody is named in what it says."""
        called = super().__call__(*arguments)
        assert not CANARY.search((called.out + called.err).lower().encode())
        return called

    def plant(self, kind: str) -> list[str]:
        """Has the systems disagree in a way that the sandbox knows; in which fields."""
        order = {"kind": kind, "account": self.number}
        (planted,) = self.world.control("POST", "differences", order)
        self.planted = planted["id"]
        return list(planted["fields"])

    def undo(self) -> None:
        """Has them agree again."""
        self.world.control("POST", f"differences/{self.planted}/undo")

    def renamed(self, **changes: Any) -> str:
        """A finding about the Sold To, whose copy in CustomersDot has another name."""
        self.plant("copy-name")
        return self.found(Kind.CONTACT_DIFFERS, **changes)

    def found(self, kind: Kind, **changes: Any) -> str:
        """A finding about the account."""
        of = {name: self.account[name] for name in ("account_id", "account_number")}
        id_of = "customer_id" if kind is Kind.CUSTOMER_DIFFERS else "contact_id"
        of["subject"] = str(self.account["sold_to"][id_of])
        return self.finding(self.scan(0, result="drift"), 0, **{**of, "kind": kind, **changes})

    def fix(self, finding: str, *words: str) -> Called:
        """Calls it for the account's ticket."""
        return self("fix", finding, "--ticket", self.ticket, *words)

    def agree(self) -> bool:
        """Whether the Sold To has one name, in Zuora and in CustomersDot's copy."""
        truth = self.world.truth(self.account)
        copies = truth["customersdot"]["contacts"]
        copy = next(c for c in copies if c["id"] == self.account["sold_to"]["copy_id"])
        sold_to = truth["zuora"]["sold_to"]
        return all(copy[name] == sold_to[name] for name in ("first_name", "last_name"))


@pytest.fixture
def fixer(world: Rehearsal, capsys: pytest.CaptureFixture[str]) -> Fixer:
    """One of them."""
    return Fixer(world, capsys)


@pytest.mark.rule("D3")
def test_a_plan_then_a_run(fixer: Fixer) -> None:
    """Nothing is changed before a person names the plan; then the copy says what Zuora says."""
    one = fixer.renamed()
    seen = fixer.fix(one, "--json")
    assert (seen.code, seen.json["keep"]) == (2, "zuora")
    promised(seen, "handover.drift-fix-1")
    other = fixer.fix(one, "--start", "0123456789ab")
    assert (other.code, "--ticket" in other.err) == (5, True)
    assert not fixer.agree()
    assert handover.runs(account=fixer.number) == []
    next_one = seen.json["next"].split()
    assert next_one[:4] == ["handover", "drift", "fix", one]
    started = fixer(*next_one[2:], "--json")
    run = started.json["run"]
    assert (started.code, started.json["new"]) == (0, True)
    assert handover.wait(run, 60)["question"]["kind"] == "without-evidence"
    assert fixer(*next_one[2:], "--json").json["new"] is False
    handover.answer(run, "go-on", reason="looked at both", by="lee")
    assert handover.wait(run, 60)["result"] == "proved"
    assert fixer.agree()
    assert fixer("show", one, "--json").json["runs"] == [run]
    assert f"fix-started: run {run}, by kim" in fixer("show", one).out
    agreed = fixer.fix(one)
    assert (agreed.code, "the next scan resolves it" in agreed.err) == (0, True)


def test_the_plan_that_was_seen_is_the_one_that_is_started(fixer: Fixer) -> None:
    """Exit 5 where somebody changed something meanwhile; no run, and nothing is noted."""
    one = fixer.renamed()
    seen = fixer.fix(one, "--json").json["checksum"]
    fixer.undo()
    fixer.plant("copy-email")
    stale = fixer.fix(one, "--start", seen)
    assert (stale.code, "leave out --start" in stale.err) == (5, True)
    assert drift.finding(one).runs == ()
    assert handover.runs(account=fixer.number) == []


@pytest.mark.rule("D3")
@pytest.mark.parametrize(
    ("difference", "kind"),
    [("copy-name", Kind.CONTACT_DIFFERS), ("customer-name", Kind.CUSTOMER_DIFFERS)],
)
def test_somebody_else_by_now(fixer: Fixer, difference: str, kind: Kind) -> None:
    """Exit 5: what was found about one person is no reason to change another."""
    fixer.plant(difference)
    stale = fixer.fix(fixer.found(kind, subject="999"), "--json")
    assert (stale.code, "another Sold To by now" in stale.err) == (5, True)


def test_without_redis(fixer: Fixer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 69: the run is recorded and goes on by itself, so it is noted with the finding."""
    one = fixer.renamed()
    checksum = fixer.fix(one, "--json").json["checksum"]

    def away(*_: object, **__: object) -> None:
        raise handover.NotSent("Redis can't be reached.", run="ho-2222222222")

    monkeypatch.setattr(api, "start", away)
    called = fixer.fix(one, "--start", checksum, "--json")
    assert (called.code, called.json["run"]) == (69, "ho-2222222222")
    assert drift.finding(one).runs == ("ho-2222222222",)


def test_the_copy_is_right(fixer: Fixer) -> None:
    """Exit 7: only Billing writes to Zuora what CustomersDot has already (S6)."""
    called = fixer.fix(fixer.renamed(), "--keep", "customersdot")
    assert called.code == 7, called
    assert "Billing can change it in Zuora" in called.out


def test_a_customer_of_another_name(fixer: Fixer) -> None:
    """Theirs is kept, since no workflow writes a Customer's name alone."""
    fields = fixer.plant("customer-name")
    one = fixer.found(Kind.CUSTOMER_DIFFERS)
    called = fixer.fix(one, "--json")
    assert called.code == 2, called
    assert (called.json["keep"], called.json["fields"]) == ("customersdot", fields)
    assert {*called.json["preview"]["changes"][0]["after"]} == {*fields}
    wrong = fixer.fix(one, "--keep", "zuora")
    assert (wrong.code, "it must be customersdot" in wrong.err) == (64, True)


def test_evidence_and_a_requester(fixer: Fixer, tmp_path: Path) -> None:
    """In the place of a reason; the address is not repeated in the command that comes next."""
    asked = fixer.world.request(fixer.account)["evidence"]
    (tmp_path / "evidence.yaml").write_text(yaml.safe_dump(asked))
    one, file = fixer.renamed(), str(tmp_path / "evidence.yaml")
    words = ("--evidence", file, "--requester-email", fixer.account["new"]["email"])
    called = fixer.fix(one, *words)
    assert called.code == 2, called
    assert "--requester-email EMAIL" in called.err
    assert fixer.fix(one, *words, "--reason", "the systems disagree").code == 64


def test_what_such_a_run_cannot_fix(fixer: Fixer) -> None:
    """Exit 3 with what can; 64 for what is resolved, and for a ticket that is none."""
    called = fixer.fix(fixer.found(Kind.LOGIN_OFF))
    assert called.code == 3
    assert f"handover start confirm-login --account {fixer.number}" in called.err
    words_first = fixer.found(Kind.ONLY_IN_ZUORA)
    said = fixer.fix(words_first).err
    assert "Billing, naming the account" in said
    assert f"handover drift show {words_first}" in said
    assert "handover prove" not in said
    gone = {"resolved_at": fixer.days(0), "resolved_scan": fixer.scan()}
    one = fixer.renamed()
    assert fixer.fix(fixer.found(Kind.CONTACT_DIFFERS, subject="c2", **gone)).code == 64
    wrong = fixer("fix", one, "--ticket", "soon", "--requester-email", "nobody", "--json")
    assert wrong.code == 64
    assert [p.split(":")[0] for p in wrong.json["problems"]] == ["ticket", "requester_email"]
