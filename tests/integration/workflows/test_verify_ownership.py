"""verify-ownership (V): each proof accepted, each refused, and a better one on the same run."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import handover
from config.settings import settings
from domain.errors import InvalidRequest, Refused
from tests.integration.workflows import proofs
from tests.integration.workflows.proofs import Account, answer, begin, came_to
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.zuora_by_hand import rename_sold_to

Make = Callable[[Rehearsal, Account], dict[str, Any]]
PLAIN: dict[str, Any] = {}
SELF_MANAGED = {"licence": "offline"}
SAAS = {"namespace": True}
RESOLD = {"reseller": True, "licence": "cloud"}
IN_USE = {"reseller": True, "licence": "cloud-used"}


@pytest.fixture(scope="module")
def reading(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation that reads GitLab and Zendesk too."""
    with rehearsal(redis_server) as made:
        made.add_worker().wait_ready()
        yield made
        assert made.leaks() == []


def rule_of(installation: Rehearsal, run_id: str) -> tuple[str, str]:
    """By which rule the evidence was accepted, and who saw what no machine could."""
    [data] = [e["data"] for e in installation.events(run_id) if e["kind"] == "evidence.accepted"]
    return data["rule"], data["seen_by"]


PROOFS: list[tuple[str, dict[str, Any], Make]] = [
    ("V1", PLAIN, lambda _, account: proofs.approval(account)),
    ("V2", PLAIN, lambda _, account: proofs.contract(account)),
    ("V3", PLAIN, proofs.invoice_of),
    ("V3", IN_USE, proofs.resellers_invoice),
    ("V6", RESOLD, lambda box, account: proofs.vouch(proofs.copied(box, account))),
    ("V6", RESOLD, lambda box, account: proofs.vouch(proofs.own_ticket(box, account))),
]


@pytest.mark.rule("V1", "V2", "V3", "V6")
@pytest.mark.parametrize(("rule", "order", "make"), PROOFS)
def test_a_second_person_confirms_what_no_machine_saw(
    reading: Rehearsal, rule: str, order: dict[str, Any], make: Make
) -> None:
    account = reading.account(**order)
    run_id = begin(reading, account, make(reading, account))
    assert came_to(reading, run_id) == ("evidence-seen", 7), reading.wait(run_id)["summary"]
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "confirmed", reason="I saw it", by="Kim")
    assert answer(reading, run_id, "confirmed") == ("proved", 0)
    assert rule_of(reading, run_id) == (rule, "a second person")
    assert reading.writes(account) == []


@pytest.mark.rule("V4", "V5")
@pytest.mark.parametrize(
    ("rule", "order", "make"),
    [("V4", SELF_MANAGED, proofs.licence_of), ("V5", SAAS, proofs.namespace_of)],
)
def test_what_a_machine_saw_needs_nobody(
    reading: Rehearsal, rule: str, order: dict[str, Any], make: Make
) -> None:
    account = reading.account(**order)
    run_id = begin(reading, account, make(reading, account))
    assert came_to(reading, run_id) == ("proved", 0)
    assert rule_of(reading, run_id) == (rule, "a machine")


def of_another(box: Rehearsal, account: Account) -> dict[str, Any]:
    """A licence that decodes, of somebody else."""
    return proofs.licence_of(box, box.account(licence="offline"))


REFUSED: list[tuple[str, str, dict[str, Any], Make]] = [
    ("V1", "approval-by-bill-to", PLAIN,
     lambda _, a: proofs.approval(a, approver_email=a["bill_to"]["email"])),
    ("V1", "approval-by-stranger", PLAIN,
     lambda _, a: proofs.approval(a, approver_email=a["new"]["email"])),
    ("V1", "comment-by-somebody-else", PLAIN,
     lambda _, a: proofs.approval(a, comment=a["ticket"]["asked"])),
    ("V1", "no-such-comment", PLAIN, lambda _, a: proofs.approval(a, comment="999999")),
    ("V1", "no-such-comment", PLAIN, lambda _, a: proofs.approval(a, ticket="999999")),
    ("V3", "invoice-of-reseller-customer", RESOLD,
     lambda box, a: {**proofs.resellers_invoice(box, a), "supplied_by": "customer",
                     "reseller": None}),
    ("V3", "invoice-too-old", {"invoice_age_days": 400}, proofs.invoice_of),
    ("V3", "licence-not-activated", RESOLD, proofs.resellers_invoice),
    ("V4", "no-licence", SELF_MANAGED, lambda *_: {"kind": "licence", "text": "c2NyZWVu"}),
    ("V4", "licence-of-another", SELF_MANAGED, of_another),
    ("V5", "answer-differs", SAAS,
     lambda box, a: proofs.namespace_of(box, a, plan_code="ultimate")),
    ("V5", "no-namespace", PLAIN,
     lambda *_: {"kind": "namespace", "namespace": "any", "pasted": "{}"}),
    ("V6", "licence-activated", IN_USE,
     lambda box, a: proofs.vouch(proofs.copied(box, a))),
    ("V6", "no-reseller", PLAIN,
     lambda box, a: proofs.vouch(proofs.copied(box, a, email="sam@else.test"))),
    ("V6", "not-the-invoice-owner", RESOLD,
     lambda box, a: proofs.vouch(proofs.copied(box, a, email="sam@else.test"))),
    ("V7", "team-member-vouch", PLAIN, lambda *_: {"kind": "team-member-vouch"}),
    ("V7", "screenshot", PLAIN, lambda *_: {"kind": "screenshot"}),
    ("V7", "activation-code-email", PLAIN, lambda *_: {"kind": "activation-code-email"}),
    ("V7", "support-contact-entitlement", PLAIN,
     lambda *_: {"kind": "support-contact-entitlement"}),
]  # fmt: skip


@pytest.mark.rule("V1", "V3", "V4", "V5", "V6", "V7")
@pytest.mark.parametrize(("rule", "code", "order", "make"), REFUSED)
def test_what_does_not_count_is_a_question_and_writes_nothing(
    reading: Rehearsal, rule: str, code: str, order: dict[str, Any], make: Make
) -> None:
    """Exit 3 while it waits, with the rule, and with what this customer could show instead."""
    account = reading.account(**order)
    run_id = begin(reading, account, make(reading, account))
    report = reading.wait(run_id)
    asked = report["question"]
    assert (asked["kind"], asked["rule"], report["exit_code"]) == ("evidence-refused", rule, 3)
    assert [a["id"] for a in asked["answers"]] == ["better-evidence", "escalate", "stop"]
    assert "Accepted instead: the Sold To's approval in a comment (V1); " in asked["text"]
    assert code in [
        e["data"]["code"] for e in reading.events(run_id) if e["kind"] == "evidence.refused"
    ]
    assert answer(reading, run_id, "stop", by="kim") == ("refused", 3)
    assert reading.writes(account) == []


@pytest.mark.rule("V3", "V4", "V5", "V6")
@pytest.mark.parametrize(
    ("order", "offered"),
    [
        (SELF_MANAGED, "V1 V2 V3 V4"),
        (SAAS, "V1 V2 V3 V5"),
        (RESOLD, "V1 V2 V6 V4"),
        (IN_USE, "V1 V2 V3 V4"),
    ],
)
def test_a_refusal_offers_what_this_customer_can_show(
    reading: Rehearsal, order: dict[str, Any], offered: str
) -> None:
    """As the plan and as a run say it: by reseller, by what is in use, SaaS or self-managed."""
    account = reading.account(**order)
    shown = {"kind": "screenshot"}
    run_id = begin(reading, account, shown)
    with pytest.raises(Refused) as caught:
        handover.preview(reading.ask("verify-ownership", account, evidence=shown))
    for text in (reading.wait(run_id)["question"]["text"], str(caught.value)):
        instead = text.partition("Accepted instead: ")[2]
        assert re.findall(r"\((V\d)\)", instead) == offered.split()


@pytest.mark.rule("V1", "V3", "V7")
def test_a_second_proof_goes_on_with_the_same_run(reading: Rehearsal) -> None:
    """Each proof is judged and confirmed for itself: what was said of one counts for no other."""
    account = reading.account()
    run_id = begin(
        reading, account, {"kind": "screenshot"}, workflow="add-contact",
        contact_email=account["new"]["email"],
    )  # fmt: skip
    assert came_to(reading, run_id) == ("evidence-refused", 3)
    invoice = proofs.invoice_of(reading, account)
    given = answer(reading, run_id, "better-evidence", by="kim", evidence=invoice)
    assert given == ("evidence-seen", 7)
    assert answer(reading, run_id, "not-confirmed") == ("evidence-refused", 3)
    approval = {"evidence": proofs.approval(account)}
    given = answer(reading, run_id, "better-evidence", evidence=approval)
    assert given == ("evidence-seen", 7)
    assert reading.writes(account) == []
    [asked] = [one for one in handover.questions() if one["run"] == run_id]
    assert asked["no_second_person"] == ["kim", "lee"]
    for who, may in (("kim", False), ("lee", False), ("mo", True)):
        found = [one["run"] for one in handover.questions(answerable_by=who)]
        assert (run_id in found) is may
    for claimant in ("kim", "lee", " LEE", "l\u200bee", "\uff4cee"):
        with pytest.raises(Refused, match=r"Somebody other than (kim|lee), who (started|gave)"):
            answer(reading, run_id, "confirmed", by=claimant)
    assert answer(reading, run_id, "confirmed", by="mo") == ("proved", 0)
    assert reading.written(account) == [("billing_account_membership", "create")]
    kinds = [e["data"]["kind"] for e in reading.events(run_id) if e["kind"] == "evidence.given"]
    assert kinds == ["invoice", "contact-approval"]


@pytest.mark.rule("V7")
def test_evidence_that_is_wrong_is_named_and_nothing_is_lost(reading: Rehearsal) -> None:
    account = reading.account()
    run_id = begin(reading, account, {"kind": "screenshot"})
    assert came_to(reading, run_id) == ("evidence-refused", 3)
    wrong = {"kind": "invoice", "invoice": "#"}
    with pytest.raises(InvalidRequest) as caught:
        answer(reading, run_id, "better-evidence", evidence=wrong)
    assert [p.split(":")[0] for p in caught.value.problems] == [
        "evidence.invoice",
        "evidence.document",
    ]
    for given, evidence in (("better-evidence", None), ("stop", proofs.approval(account))):
        with pytest.raises(InvalidRequest, match="evidence"):
            answer(reading, run_id, given, evidence=evidence)
    assert came_to(reading, run_id) == ("evidence-refused", 3)
    better = proofs.approval(account)
    assert answer(reading, run_id, "better-evidence", evidence=better)[0] == "evidence-seen"


@pytest.mark.rule("V8")
@pytest.mark.parametrize(
    "evidence", [{"kind": "screenshot"}, {"kind": "contract", "document": "x"}]
)
@pytest.mark.parametrize(
    ("says", "end"), [("legal-agrees", ("proved", 0)), ("legal-refuses", ("refused", 3))]
)
def test_legal_decides_in_doubt(
    reading: Rehearsal, evidence: dict[str, Any], says: str, end: tuple[str, int]
) -> None:
    account = reading.account()
    run_id = begin(reading, account, evidence)
    reading.wait(run_id)
    assert answer(reading, run_id, "escalate") == ("with-legal", 7)
    assert answer(reading, run_id, says) == end
    if says == "legal-agrees":
        assert rule_of(reading, run_id) == ("V8", "Legal")


@pytest.mark.rule("V2", "V8")
@pytest.mark.parametrize("answers", [["confirmed"], ["escalate", "legal-agrees"]])
def test_a_persons_word_counts_for_the_sold_to_who_was_asked_about(
    reading: Rehearsal, answers: list[str]
) -> None:
    """Somebody else by the time of the answer: whose account it is was not decided about them."""
    account = reading.account()
    evidence = {"kind": "contract", "document": "attachment 3"}
    more = {"workflow": "add-contact", "contact_email": account["new"]["email"]}
    run_id = begin(reading, account, evidence, **more)
    assert came_to(reading, run_id) == ("evidence-seen", 7)
    for given in answers[:-1]:
        answer(reading, run_id, given)
    rename_sold_to(reading, account)
    assert answer(reading, run_id, answers[-1]) == ("stale", 5)
    assert reading.writes_by_run(account) == []


@pytest.mark.rule("V6")
def test_an_author_who_is_not_verified_is_asked_about(reading: Rehearsal) -> None:
    account = reading.account(**RESOLD)
    vouch = proofs.vouch(proofs.copied(reading, account, verified=False))
    report = reading.wait(begin(reading, account, vouch))
    assert report["question"]["kind"] == "evidence-seen"
    assert "whose address the ticket system has not verified" in report["question"]["text"]


@pytest.mark.rule("V1")
def test_the_approval_on_a_ticket_of_its_own(reading: Rehearsal) -> None:
    """As it must be where somebody else asks: the Sold To is never copied on their ticket (G5)."""
    account = reading.account()
    approves = {"author": account["sold_to"]["email"], "body": "Yes."}
    body = {"requester": account["sold_to"]["email"], "comments": [approves]}
    made = reading.control("POST", "tickets", body)
    evidence = proofs.approval(account, ticket=made["id"], comment=made["comments"][0])
    run_id = begin(reading, account, evidence)
    assert came_to(reading, run_id) == ("evidence-seen", 7), reading.wait(run_id)["summary"]
    assert answer(reading, run_id, "confirmed") == ("proved", 0)


# a reason in place of evidence (decision 5)

REASON = "the person has left and HR confirmed it"


@pytest.mark.rule("V8")
@pytest.mark.parametrize(
    ("given", "end"),
    [("go-on", ("proved", 0)), ("stop", ("cancelled", 9)), ("escalate", ("with-legal", 7))],
)
def test_a_reason_is_accepted_by_a_second_person(
    reading: Rehearsal, given: str, end: tuple[str, int]
) -> None:
    account = reading.account(new_person="customer", extra_members=1)
    fields = {"contact_email": account["sold_to"]["email"], "evidence": None}
    run_id = reading.begin("remove-contact", account, **fields, reason_without_evidence=REASON)
    report = reading.wait(run_id)
    assert (report["question"]["kind"], report["exit_code"]) == ("without-evidence", 7)
    assert handover.evidence(run_id)["reason_without_evidence"] == REASON
    assert REASON not in str(report) + str(reading.events(run_id))
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "go-on", reason="it is fine", by="kim")
    assert answer(reading, run_id, given) == end
    assert bool(reading.writes(account)) == (given == "go-on")


def test_evidence_may_be_given_after_all(reading: Rehearsal) -> None:
    account = reading.account(licence="offline", extra_members=1)
    fields = {"contact_email": account["sold_to"]["email"], "evidence": None}
    run_id = reading.begin("remove-contact", account, **fields, reason_without_evidence=REASON)
    assert came_to(reading, run_id) == ("without-evidence", 7)
    licence = proofs.licence_of(reading, account)
    assert answer(reading, run_id, "better-evidence", evidence=licence) == ("proved", 0)
    assert rule_of(reading, run_id) == ("V4", "a machine")


def test_a_workflow_that_may_not_go_without_is_refused_at_once(
    reading: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOVER_WITHOUT_EVIDENCE", "confirm-login")
    settings.cache_clear()
    account = reading.account()
    fields = {"contact_email": account["sold_to"]["email"], "evidence": None}
    with pytest.raises(InvalidRequest, match="remove-contact needs `evidence` here"):
        reading.begin("remove-contact", account, **fields, reason_without_evidence=REASON)
    monkeypatch.undo()
    settings.cache_clear()
    told = f"{REASON}: write to hr@else.test"
    with pytest.raises(InvalidRequest, match="contains an email address"):
        reading.begin("remove-contact", account, **fields, reason_without_evidence=told)
