"""Self-service (C2, C3, C4): what is seen of the customer's change, and what is left to plan."""

from pathlib import Path
from typing import Any

import pytest

from domain.changes import matches_any
from domain.errors import InvalidRequest, NeedsPerson, Refused, Stale
from domain.plan import Plan
from domain.plans import derive_plan
from domain.questions_self_service import CHANGED, CUSTOMER_ACTS, TAKEN
from domain.records import Customer
from domain.requests import SelfService, parse_request, parse_yaml
from domain.self_service import Sight, require_owner, sight, standing_now
from domain.snapshot import Pinned, Snapshot, customer_as_contact
from tests.unit.domain.worlds import (
    BILL_TO,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    REQUEST,
    SOLD_TO,
    account,
    contact,
    copy_of,
    customer,
    snapshot,
)

NEW_EMAIL = "nina@new.test"
PINNED = snapshot(new_customer=None).pin()
TAKEN_OVER = customer(OLD_CUSTOMER, first_name="Nina", last_name="New", email=NEW_EMAIL)
SYNCED = contact(SOLD_TO, first_name="Nina", last_name="New", work_email=NEW_EMAIL)
STRANGER = contact(SOLD_TO, work_email="sam@else.test")


def request(**changed: Any) -> SelfService:
    """A valid request without evidence."""
    common = {name: REQUEST[name] for name in ("ticket", "account", "requester_email")}
    fields = {"workflow": "self-service", "access": "owners-mailbox", **common}
    return SelfService.model_validate({**fields, "new_contact": REQUEST["new_contact"], **changed})


def after(**changed: Any) -> Snapshot:
    """The world after the customer has taken the account over, and before Zuora follows."""
    return snapshot(**{"sold_to_customer": TAKEN_OVER, "new_customer": TAKEN_OVER, **changed})


def plan(now: Snapshot, way: str = CHANGED.id, pinned: Pinned = PINNED, **answers: str) -> Plan:
    """The plan in a world, for the way in which it was reached."""
    return derive_plan(request(), now, pinned, {CUSTOMER_ACTS: way, **answers})


def expected(found: Plan, name: str) -> Any:
    """The states that a plan's proof allows somewhere."""
    return next(e.allowed for e in found.expectations if e.name == name)


@pytest.mark.rule("C2", "C4", "C7")
@pytest.mark.parametrize(
    ("owner", "holder", "sold_to", "seen"),
    [
        (OLD_CUSTOMER, None, SOLD_TO, Sight.NOTHING),
        (TAKEN_OVER, TAKEN_OVER, SOLD_TO, Sight.CHANGED),
        (TAKEN_OVER, TAKEN_OVER, SYNCED, Sight.CHANGED),
        (customer(TAKEN_OVER, email=NEW_EMAIL.upper()), None, SOLD_TO, Sight.CHANGED),
        (customer(OLD_CUSTOMER, first_name="Nina"), None, SOLD_TO, Sight.NOTHING),
        (customer(OLD_CUSTOMER, email="x@y.test"), None, SOLD_TO, Sight.ANOTHER_EMAIL),
        (customer(OLD_CUSTOMER, email="x@y.test"), NEW_CUSTOMER, SOLD_TO, Sight.ANOTHER_EMAIL),
        (OLD_CUSTOMER, NEW_CUSTOMER, SOLD_TO, Sight.TAKEN),
        (customer(OLD_CUSTOMER, login_activated=False), None, SOLD_TO, Sight.LOGIN_OFF),
        (customer(OLD_CUSTOMER, login_activated=False), NEW_CUSTOMER, SOLD_TO, Sight.TAKEN),
        (None, None, SOLD_TO, Sight.GONE),
        (OLD_CUSTOMER, None, STRANGER, Sight.STRANGER),
        (TAKEN_OVER, TAKEN_OVER, STRANGER, Sight.STRANGER),
    ],
)
def test_what_is_seen(owner: Customer | None, holder: Any, sold_to: Any, seen: Sight) -> None:
    assert sight(account(sold_to), PINNED, owner, holder, NEW_EMAIL) is seen


@pytest.mark.rule("C2")
def test_nobody_is_guided_to_an_account_that_is_not_there() -> None:
    assert require_owner(snapshot()) == OLD_CUSTOMER
    for now in (snapshot(sold_to_customer=None), snapshot(members=())):
        with pytest.raises(Refused) as caught:
            require_owner(now)
        assert caught.value.rule == "C2"


def test_without_a_run_the_customers_turn_is_a_question() -> None:
    with pytest.raises(NeedsPerson) as caught:
        standing_now(request(), snapshot(new_customer=None))
    assert caught.value.question.kind == CUSTOMER_ACTS
    assert standing_now(request(), snapshot()) == {CUSTOMER_ACTS: TAKEN.id}
    assert standing_now(request(), after()) == {CUSTOMER_ACTS: CHANGED.id}


@pytest.mark.rule("C3", "C7")
def test_nothing_is_left_where_zuora_followed() -> None:
    found = plan(after(account=account(SYNCED), contacts=(copy_of(SYNCED),)))
    assert found.changes == ()
    assert expected(found, "zuora-sold-to") == (customer_as_contact(TAKEN_OVER),)
    assert expected(found, "customer-with-new-email") == ({"id": "11"},)
    assert expected(found, "customer-with-original-email") == ({},)
    assert expected(found, "zuora-bill-to") == (customer_as_contact_of_bill_to(),)


def customer_as_contact_of_bill_to() -> dict[str, str]:
    """The Bill To as it was."""
    names = {"first_name": BILL_TO.first_name, "last_name": BILL_TO.last_name}
    return {**names, "work_email": BILL_TO.work_email}


@pytest.mark.rule("C3", "S3")
@pytest.mark.parametrize("sold_to", [SOLD_TO, contact(SYNCED, last_name="Old")])
def test_s_is_left_where_zuora_did_not_follow(sold_to: Any) -> None:
    """Only S: nobody is added, removed or saved."""
    found = plan(after(account=account(sold_to), contacts=(copy_of(sold_to),)))
    assert [change.id for change in found.changes] == ["update-sold-to"]
    assert found.changes[0].after == customer_as_contact(TAKEN_OVER)


@pytest.mark.rule("C3")
def test_the_portal_account_is_what_counts_and_not_the_request() -> None:
    """The customer may spell their name otherwise than the request did."""
    owner = customer(TAKEN_OVER, first_name="Antonina")
    found = plan(after(sold_to_customer=owner, new_customer=owner))
    assert found.changes[0].after["first_name"] == "Antonina"


@pytest.mark.rule("S2")
def test_one_contact_in_both_roles_is_asked_about_only_where_s_is_left() -> None:
    shared = account(SOLD_TO, SOLD_TO)
    pinned = snapshot(account=shared, new_customer=None).pin()
    with pytest.raises(NeedsPerson) as caught:
        plan(after(account=shared), pinned=pinned)
    assert caught.value.question.rule == "S2"
    answers = {caught.value.question.key: "change-both"}
    assert len(plan(after(account=shared), pinned=pinned, **answers).changes) == 1
    synced = after(account=account(SYNCED, SYNCED), contacts=(copy_of(SYNCED),))
    found = plan(synced, pinned=pinned)
    assert found.changes == ()
    assert matches_any(customer_as_contact(TAKEN_OVER), expected(found, "zuora-bill-to"))


@pytest.mark.rule("G1", "C7")
def test_a_bill_to_with_the_new_email_may_get_the_new_names() -> None:
    bill_to = contact(BILL_TO, work_email=NEW_EMAIL)
    pinned = snapshot(account=account(SOLD_TO, bill_to), new_customer=None).pin()
    found = plan(after(account=account(SOLD_TO, bill_to)), pinned=pinned)
    assert matches_any(customer_as_contact(TAKEN_OVER), expected(found, "zuora-bill-to"))


@pytest.mark.rule("C3", "C4")
@pytest.mark.parametrize(
    "now",
    [
        snapshot(),  # the change was taken back, and somebody else signed up with the email
        after(sold_to_customer=customer(TAKEN_OVER, email="third@else.test")),
        after(sold_to_customer=None),
        after(account=account(STRANGER)),
    ],
)
def test_a_change_without_evidence_never_becomes_another_one(now: Snapshot) -> None:
    """What was seen before V was skipped decides: the world can't turn it into C5."""
    with pytest.raises(Stale):
        plan(now)


@pytest.mark.rule("C4", "C5", "G4")
def test_a_taken_email_is_c5_in_its_order() -> None:
    assert [change.id for change in plan(snapshot(), TAKEN.id).changes] == [
        "create-membership",
        "remove-membership",
        "update-sold-to",
    ]


def test_the_request_needs_no_evidence_but_says_how_they_can() -> None:
    assert request().evidence is None
    with pytest.raises(InvalidRequest) as caught:
        parse_request({**request().model_dump(mode="json"), "access": "a colleague"})
    assert caught.value.problems == ("access: must be 'portal-account' or 'owners-mailbox'",)


def test_the_example_is_a_request() -> None:
    example = Path("docs/examples/self-service.yaml").read_text()
    assert isinstance(parse_request(parse_yaml(example)), SelfService)
