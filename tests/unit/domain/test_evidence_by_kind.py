"""What each kind of evidence is refused for, and what it leaves to be confirmed."""

import json
from typing import Any

import pytest

from domain.evidence import AttachedNamespace, decide
from tests.unit.domain.evidence_worlds import (
    LICENCE,
    NEVER,
    OWNER,
    PASTED,
    RESELLER,
    World,
    comment,
    evidence,
    invoice,
    refused_as,
)
from tests.unit.domain.worlds import contact, subscription

OWN_TICKET = "reseller vouches by ticket"
RESOLD = World(reseller=True)
SAAS = World(saas=True)
TWO = (subscription(), subscription(id="s2", number="A-S2"))


def unseen(name: str, world: World, given: dict[str, Any] | None = None, **facts: Any) -> str:
    """All that is left to be confirmed."""
    return "; ".join(decide(evidence(name, **(given or {})), world.facts(**facts)).unseen)


# comments (V1, V3, V6)


@pytest.mark.rule("V1")
def test_the_machine_sees_who_wrote_and_a_person_reads_what() -> None:
    assert unseen("sold-to approves", World()) == "comment 81 on ticket 4711 approves this change"


@pytest.mark.rule("V1")
@pytest.mark.parametrize(
    ("found", "code"),
    [
        (comment("81", "eve@else.test"), "comment-by-somebody-else"),
        (comment("81", ""), "comment-by-somebody-else"),
        (comment("81", "", exists=False), "no-such-comment"),
    ],
)
def test_a_comment_that_is_not_the_sold_tos_is_refused(found: Any, code: str) -> None:
    facts = World().facts(comments=(found,))
    assert refused_as(evidence("sold-to approves"), facts) == ("V1", code)


@pytest.mark.rule("V1")
@pytest.mark.parametrize("doubt", [{"author_verified": False}, {"public": False}])
def test_a_doubtful_author_is_a_question(doubt: dict[str, Any]) -> None:
    found = comment("81", "olga@old.test", **doubt)
    assert "really" in unseen("sold-to approves", World(), comments=(found,))


@pytest.mark.rule("V1")
def test_the_approval_may_stand_on_a_ticket_of_its_own() -> None:
    elsewhere = comment("81", "olga@old.test", ticket="900")
    said = unseen("sold-to approves", World(), {"ticket": "900"}, comments=(elsewhere,))
    assert said == "comment 81 on ticket 900 approves this change"
    here = World().facts(comments=(comment("81", "eve@else.test"), elsewhere))
    assert refused_as(evidence("sold-to approves"), here) == ("V1", "comment-by-somebody-else")


# resellers (V3, V6)


@pytest.mark.rule("V6")
@pytest.mark.parametrize("domain", ["else.test", "mail.reseller.test", "reseller.test.else"])
def test_only_the_invoice_owners_domain_vouches(domain: str) -> None:
    owner = OWNER.model_copy(update={"sold_to": contact(OWNER.sold_to, work_email=f"o@{domain}")})
    facts = RESOLD.facts(invoice_owner=owner)
    assert refused_as(evidence("reseller vouches"), facts) == ("V6", "not-the-invoice-owner")


@pytest.mark.rule("V6")
@pytest.mark.parametrize("email", ["sam@mail.reseller.test", "sam@evilreseller.test"])
def test_a_domain_that_only_ends_alike_does_not_vouch(email: str) -> None:
    part = {"email": email, "takes_part": "own-ticket", "comment": "52"}
    facts = RESOLD.facts(comments=(), opened_by=None)
    given = evidence("reseller vouches", reseller=part)
    assert refused_as(given, facts) == ("V6", "not-the-invoice-owner")


@pytest.mark.rule("V6", "V3")
@pytest.mark.parametrize("name", ["reseller vouches", "reseller's invoice"])
def test_nobody_vouches_for_what_was_not_resold(name: str) -> None:
    facts = World().facts(invoice_owner=OWNER, invoice=invoice(account_id="acc-9"))
    assert refused_as(evidence(name), facts)[1] == "no-reseller"


@pytest.mark.rule("V6")
def test_a_domain_counts_however_it_is_spelt() -> None:
    owner = contact(OWNER.sold_to, work_email="o@xn--mnchen-3ya.test")
    part = {"email": "sam@MÜNCHEN.test", "takes_part": "own-ticket", "comment": "52"}
    facts = RESOLD.facts(
        invoice_owner=OWNER.model_copy(update={"sold_to": owner}), comments=(), opened_by=None
    )
    assert decide(evidence("reseller vouches", reseller=part), facts).rule == "V6"


@pytest.mark.rule("V6")
def test_an_owner_without_a_readable_address_vouches_for_nobody() -> None:
    owner = OWNER.model_copy(update={"sold_to": contact(OWNER.sold_to, work_email="")})
    facts = RESOLD.facts(invoice_owner=owner)
    assert refused_as(evidence("reseller vouches"), facts) == ("V6", "not-the-invoice-owner")


@pytest.mark.rule("V6")
def test_a_copied_reseller_is_authorised_by_the_customer_who_asks() -> None:
    others = (comment("51", RESELLER), comment("50", RESELLER))
    facts = RESOLD.facts(comments=others)
    assert refused_as(evidence("reseller vouches"), facts) == ("V6", "comment-by-somebody-else")
    assert "comment 50 authorises the reseller" in unseen("reseller vouches", RESOLD)


@pytest.mark.rule("V6")
def test_their_own_ticket_is_opened_by_them() -> None:
    facts = RESOLD.facts(opened_by="nina@new.test")
    assert refused_as(evidence(OWN_TICKET), facts) == ("V6", "not-the-resellers-ticket")
    assert "opened" not in unseen(OWN_TICKET, RESOLD)
    assert "ticket 4712 was opened by the reseller" in unseen(OWN_TICKET, RESOLD, opened_by=None)


@pytest.mark.rule("V3", "V6")
def test_whether_a_licence_is_activated_is_asked_where_nobody_could_read_it() -> None:
    assert "licence is not activated" in unseen("reseller vouches", RESOLD)
    assert "licence is activated" in unseen("reseller's invoice", RESOLD)
    known = World(reseller=True, activated=False)
    assert "activated" not in unseen("reseller vouches", known)


@pytest.mark.rule("V3")
def test_the_resellers_invoice_is_on_the_invoice_owners_account() -> None:
    facts = RESOLD.facts(invoice=invoice(account_id="acc-1"))
    assert refused_as(evidence("reseller's invoice"), facts) == ("V3", "invoice-not-on-account")
    old = RESOLD.facts(invoice=invoice(account_id="acc-9", date="2025-06-14"))
    assert refused_as(evidence("reseller's invoice"), old) == ("V3", "invoice-too-old")
    assert "invoice INV1 covers subscription A-S00000001" in unseen("reseller's invoice", RESOLD)


@pytest.mark.rule("V3")
def test_an_invoice_from_another_domain_is_a_question() -> None:
    owner = OWNER.model_copy(update={"sold_to": contact(OWNER.sold_to, work_email="o@x.test")})
    assert "although" in unseen("reseller's invoice", RESOLD, invoice_owner=owner)
    assert "although" not in unseen("reseller's invoice", RESOLD)


# licences (V4)


@pytest.mark.rule("V4")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"licence": None}, "no-licence"),
        ({"licence": LICENCE.model_copy(update={"trial": True})}, "trial-licence"),
        ({"licence": LICENCE.model_copy(update={"expires_on": "2026-06-14"})}, "licence-expired"),
        ({"licence": LICENCE.model_copy(update={"licence_id": ""})}, "licence-of-another"),
        ({"account_licences": ("4", "55")}, "licence-of-another"),
        ({"delivery": "saas"}, "not-self-managed"),
    ],
)
def test_only_this_customers_licence_counts(changed: dict[str, Any], code: str) -> None:
    assert refused_as(evidence("licence"), World().facts(**changed)) == ("V4", code)


@pytest.mark.rule("V4")
def test_a_licence_counts_on_its_last_day_and_without_an_end() -> None:
    for end in ("2026-06-15", ""):
        last = LICENCE.model_copy(update={"expires_on": end})
        assert unseen("licence", World(), licence=last) == ""


# namespaces (V5)


@pytest.mark.rule("V5")
@pytest.mark.parametrize(
    ("group", "field", "value"),
    [
        ("plan", "code", "ultimate"),
        ("plan", "trial", True),
        ("billing", "subscription_start_date", "2026-01-02"),
        ("billing", "subscription_end_date", None),
    ],
)
def test_what_is_exact_must_be_equal(group: str, field: str, value: object) -> None:
    pasted = json.loads(PASTED)
    pasted[group][field] = value
    given = evidence("namespace", pasted=json.dumps(pasted))
    assert refused_as(given, SAAS.facts()) == ("V5", "answer-differs")


@pytest.mark.rule("V5")
@pytest.mark.parametrize(("seats", "asked"), [(20, False), (10, False), (31, True), (0, True)])
def test_counters_may_move_and_far_moves_are_a_question(seats: int, asked: bool) -> None:
    pasted = json.loads(PASTED)
    pasted["usage"]["seats_in_use"] = seats
    said = unseen("namespace", SAAS, {"pasted": json.dumps(pasted)})
    assert ("seats_in_use" in said) == asked


@pytest.mark.rule("V5")
@pytest.mark.parametrize("text", ["see the picture", "[" * 9000, "[]", '{"plan": 5}', "{}"])
def test_what_can_not_be_read_is_a_question_and_no_refusal(text: str) -> None:
    assert "says the same" in unseen("namespace", SAAS, {"pasted": text})
    assert "says the same" in unseen("namespace", SAAS, namespace=None)


@pytest.mark.rule("V5")
def test_an_answer_without_a_plan_proves_nothing() -> None:
    empty = {"plan": {"code": None}, "usage": {}, "billing": {}}
    given = evidence("namespace", pasted=json.dumps(empty))
    assert refused_as(given, SAAS.facts()) == ("V5", "empty-answer")


@pytest.mark.rule("V5")
def test_only_the_attached_namespace_counts() -> None:
    other = SAAS.facts(claimed_namespace_id="32")
    assert refused_as(evidence("namespace"), other) == ("V5", "another-namespace")
    assert refused_as(evidence("namespace", namespace="32"), SAAS.facts())[1] == "another-namespace"
    assert unseen("namespace", SAAS, {"namespace": "31"}) == ""
    renamed = (AttachedNamespace(id="31", name="Brightwater Inc"),)
    assert unseen("namespace", SAAS, attached=renamed, claimed_namespace_id="31") == ""
    said = unseen("namespace", SAAS, attached=renamed)
    assert said == "the named namespace is the one attached to A-S00000001"
    none = SAAS.facts(attached=())
    assert refused_as(evidence("namespace"), none) == ("V5", "no-namespace")


# several subscriptions


@pytest.mark.rule("V3", "V5", "V6")
@pytest.mark.parametrize("name", ["reseller's invoice", "namespace", "reseller vouches"])
def test_of_several_subscriptions_one_is_named(name: str) -> None:
    facts = World(reseller=True, saas=True).facts(subscriptions=TWO)
    _, code = refused_as(evidence(name), facts)
    assert code == "subscription-not-named"
    elsewhere = evidence(name, subscription="A-S3")
    assert refused_as(elsewhere, facts)[1] == "subscription-not-on-account"
    with pytest.raises(Exception, match=r"A-S00000001, A-S2 \("):
        decide(evidence(name), facts)


@pytest.mark.rule("V3")
def test_where_only_some_were_resold_the_invoice_says_which_it_is_about() -> None:
    mixed = (subscription(), subscription(id="s2", number="A-S2", invoice_owner_number="A9"))
    facts = World().facts(subscriptions=mixed)
    assert refused_as(evidence("invoice"), facts)[1] == "subscription-not-named"
    assert decide(evidence("invoice", subscription="A-S00000001"), facts).rule == "V3"
    resold = evidence("invoice", subscription="A-S2")
    assert refused_as(resold, facts)[1] == "invoice-of-reseller-customer"


@pytest.mark.rule("V5")
def test_a_subscription_that_has_ended_is_not_in_the_way() -> None:
    ended = subscription(id="s0", number="A-S0", status="Cancelled")
    assert unseen("namespace", SAAS, subscriptions=(ended, subscription())) == ""


# what never counts (V7), and what would


@pytest.mark.rule("V7", "V4")
@pytest.mark.parametrize("name", NEVER)
def test_some_kinds_never_count(name: str) -> None:
    given = evidence(name)
    assert refused_as(given, World().facts()) == ("V7", given.kind)
    with pytest.raises(Exception, match="Accepted instead"):
        decide(given, World().facts())


@pytest.mark.rule("V4")
def test_an_activation_code_is_to_be_redacted() -> None:
    with pytest.raises(Exception, match="Redact the code from the ticket in comment 12 now"):
        decide(evidence("activation code"), World().facts())


@pytest.mark.rule("V3", "V4", "V5", "V6")
@pytest.mark.parametrize(
    ("world", "offered"),
    [
        (World(saas=False), "V1 V2 V3 V4"),
        (World(saas=True), "V1 V2 V3 V5"),
        (World(), "V1 V2 V3 V4 V5"),
        (World(reseller=True, activated=True, saas=False), "V1 V2 V3 V4"),
        (World(reseller=True, activated=False, saas=True), "V1 V2 V6 V5"),
        (World(reseller=True), "V1 V2 V3 V6 V4 V5"),
    ],
)
def test_a_refusal_offers_what_this_customer_can_show(world: World, offered: str) -> None:
    with pytest.raises(Exception, match="Accepted instead") as caught:
        decide(evidence("screenshot"), world.facts())
    instead = str(caught.value).partition("instead: ")[2]
    assert [part.rpartition("(")[2].rstrip(").") for part in instead.split("; ")] == offered.split()
