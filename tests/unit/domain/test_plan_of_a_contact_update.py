"""What update-sold-to (S) plans, asks and refuses, without any system."""

from typing import Any

import pytest

from domain.errors import NeedsPerson, Refused, Stale
from domain.plan import Plan
from domain.plans.update_sold_to import derive
from domain.records import BillingAccountContact
from domain.requests import UpdateSoldTo, parse_request
from domain.snapshot import Snapshot
from tests.unit.domain.model_world import World
from tests.unit.domain.worlds import (
    BILL_TO,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    SOLD_TO,
    account,
    contact,
    copy_of,
    snapshot,
)

ROLES = {"c1": ("sold to",), "c2": ("bill to",)}
SHARED: dict[str, Any] = {
    "account": account(SOLD_TO, SOLD_TO),
    "contacts": (copy_of(SOLD_TO),),
    "shown_roles": {"c1": ("bill to", "sold to")},
}
NAME = {"last_name": "Newname"}


def asking(
    wanted: dict[str, Any], *, of: str = "olga@old.test", role: str | None = None
) -> UpdateSoldTo:
    """A request for these fields."""
    parsed = parse_request(
        {
            "workflow": "update-sold-to",
            "ticket": "1",
            "account": "A00000001",
            "requester_email": "olga@old.test",
            "current_email": of,
            "contact": wanted,
            "reason_without_evidence": "they asked in person",
            **({"role": role} if role else {}),
        }
    )
    assert isinstance(parsed, UpdateSoldTo)
    return parsed


def world(**changed: Any) -> Snapshot:
    """Olga is Sold To; nobody else has a Customer."""
    return snapshot(**{"shown_roles": ROLES, "new_customer": OLD_CUSTOMER, **changed})


def planned(request: UpdateSoldTo, now: Snapshot, answers: dict[str, str] | None = None) -> Plan:
    """The plan of the first round."""
    return derive(request, now, now.pin(), answers or {})


def asked(request: UpdateSoldTo, now: Snapshot, answers: dict[str, str] | None = None) -> str:
    """The key of the question that is open."""
    with pytest.raises(NeedsPerson) as caught:
        planned(request, now, answers)
    assert "@" not in caught.value.question.text
    return caught.value.question.key


@pytest.mark.rule("S3", "C7")
@pytest.mark.parametrize(
    ("of", "change", "step"),
    [("olga@old.test", "update-sold-to", "c1"), ("BILL@pay.test", "update-bill-to", "c2")],
)
def test_one_contact_is_changed_and_proved(of: str, change: str, step: str) -> None:
    there = World()
    request = asking({**NAME, "address": {"city": "Rotterdam"}}, of=of)
    plan = planned(request, there.look(request))
    [one] = plan.changes
    assert (one.id, one.target.id, one.step, one.rule) == (change, step, "update_sold_to", "S3")
    assert one.values == {"last_name": "Newname", "city": "Rotterdam"}
    there.carry_out_all(plan)
    names = [e.name for e in plan.expectations]
    assert {"zuora-sold-to", "zuora-bill-to"} <= set(names)


@pytest.mark.rule("C7")
def test_a_field_that_did_not_arrive_or_another_that_moved_fails_the_proof() -> None:
    """Each field asked for of the role, and everything of the other one."""
    request = asking({**NAME, "address": {"city": "Rotterdam"}})
    plan = planned(request, world())
    found = {e.name: e.allowed for e in plan.expectations}
    assert found["zuora-sold-to"][0]["last_name"] == "Newname"
    assert found["zuora-sold-to-address"] == ({"city": "Rotterdam"},)
    assert found["sold-to-copy-address"] == ({"city": "Rotterdam"},)
    assert found["zuora-bill-to"][0]["last_name"] == "Payer"
    assert set(found["zuora-bill-to-address"][0]) >= {"address1", "country", "postal_code"}


@pytest.mark.rule("S2", "S3")
@pytest.mark.parametrize("of", ["olga@old.test", "bill@pay.test"])
@pytest.mark.parametrize("role", ["sold_to", "bill_to"])
def test_a_write_looks_at_both_roles_right_before(of: str, role: str) -> None:
    """Whichever of them somebody else has changed meanwhile, nothing is written."""
    there = World()
    request = asking(NAME, of=of)
    plan = planned(request, there.look(request))
    before = getattr(there, role)
    setattr(there, role, contact(before, first_name="Somebody"))
    with pytest.raises(AssertionError):
        there.carry_out_all(plan)
    assert getattr(there, role).last_name == before.last_name


@pytest.mark.rule("S2", "S6")
def test_one_contact_in_both_roles() -> None:
    assert asked(asking(NAME), world(**SHARED)) == "shared-contact:z1"
    plan = planned(asking(NAME), world(**SHARED), {"shared-contact:z1": "change-both"})
    assert len(plan.changes) == 1
    assert "Sold To and Bill To" in plan.changes[0].title
    found = {e.name: e.allowed[0] for e in plan.expectations}
    assert found["zuora-sold-to"] == found["zuora-bill-to"]


TWO = (SOLD_TO, contact(BILL_TO, work_email="Olga@old.test"))
TWICE: dict[str, Any] = {
    "account": account(*TWO),
    "contacts": (copy_of(TWO[0], "c1"), copy_of(TWO[1], "c2")),
}


@pytest.mark.rule("S1", "S2")
@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ("sold-to", ["update-sold-to"]),
        ("bill-to", ["update-bill-to"]),
        ("both-contacts", ["update-bill-to", "update-sold-to"]),
    ],
)
def test_two_contacts_with_one_email(given: str, changes: list[str]) -> None:
    now = world(**TWICE)
    assert asked(asking(NAME), now) == "which-contact:acc-1"
    plan = planned(asking(NAME), now, {"which-contact:acc-1": given})
    assert [c.id for c in plan.changes] == changes
    if given != "both-contacts":
        assert [c.id for c in planned(asking(NAME, role=given), now).changes] == changes


@pytest.mark.rule("S1")
def test_both_contacts_with_one_email_are_carried_out() -> None:
    there = World(sold_to=TWO[0], bill_to=TWO[1])
    request = asking(NAME)
    plan = planned(request, there.look(request), {"which-contact:acc-1": "both-contacts"})
    there.carry_out_all(plan)
    assert (there.sold_to.last_name, there.bill_to.last_name) == ("Newname", "Newname")


@pytest.mark.rule("S1")
@pytest.mark.parametrize("of", ["nobody@old.test", "olga+x@old.test"])
def test_an_email_that_is_not_on_record_here(of: str) -> None:
    with pytest.raises(Refused, match="acc-9") as caught:
        planned(asking(NAME, of=of), world(elsewhere_on_record=("acc-9",)))
    assert caught.value.code == "no-such-contact"


@pytest.mark.rule("S1")
def test_a_role_that_the_contact_does_not_have() -> None:
    with pytest.raises(Refused, match="Bill To"):
        planned(asking(NAME, role="bill-to"), world())


@pytest.mark.rule("S1")
def test_no_copy_to_write_to() -> None:
    with pytest.raises(Refused, match="has no copy of the account's Bill To"):
        planned(asking(NAME, of="bill@pay.test"), world(contacts=(copy_of(SOLD_TO),)))


@pytest.mark.rule("S2")
@pytest.mark.parametrize("shown", [(), ("bill to",), ("bill to", "sold to")])
def test_a_page_that_names_other_roles(shown: tuple[str, ...]) -> None:
    assert asked(asking(NAME), world(shown_roles={"c1": shown})) == "roles-disagree:c1"


@pytest.mark.rule("G4")
@pytest.mark.parametrize(
    ("of", "wanted", "certain"),
    [
        ("olga@old.test", {"email": "nobody@new.test"}, True),
        ("olga@old.test", NAME, True),
        ("bill@pay.test", {"email": "nobody@new.test"}, False),
    ],
)
def test_a_customer_who_would_appear(of: str, wanted: dict[str, str], certain: bool) -> None:
    now = world(new_customer=None, sold_to_customer=None)
    request = asking(wanted, of=of)
    assert asked(request, now) == "creates-customer"
    plan = planned(request, now, {"creates-customer": "go-on"})
    names = [e.name for e in plan.expectations]
    assert ("customer-appeared" in names) == certain
    assert "customer-with-new-email" not in names


@pytest.mark.rule("G4", "C7")
def test_no_other_customer_may_appear() -> None:
    plan = planned(asking({"email": "nina@new.test"}), world(new_customer=NEW_CUSTOMER))
    found = {e.name: e.allowed for e in plan.expectations}
    assert found["customer-with-new-email"] == ({"id": "22"},)
    assert found["customer-with-original-email"] == ({"id": "11"},)
    quiet = planned(asking(NAME, of="bill@pay.test"), world(new_customer=None))
    assert "customer-appeared" not in [e.name for e in quiet.expectations]


@pytest.mark.rule("S6")
def test_a_copy_that_zuora_did_not_follow() -> None:
    copy: BillingAccountContact = copy_of(contact(SOLD_TO, last_name="Newname"))
    now = world(contacts=(copy, copy_of(BILL_TO, "c2")))
    assert asked(asking(NAME), now) == "zuora-did-not-follow:c1"


@pytest.mark.rule("S3")
@pytest.mark.parametrize("wanted", [{"last_name": "Old"}, {"email": "OLGA@old.test"}])
def test_what_is_so_already_is_proved_and_not_written(wanted: dict[str, str]) -> None:
    plan = planned(asking(wanted), world())
    assert plan.changes == ()
    assert any("already says" in note for note in plan.notes)


@pytest.mark.rule("S3")
def test_the_same_request_after_its_end_finds_it_done() -> None:
    done = contact(SOLD_TO, work_email="nina@new.test")
    now = world(
        account=account(done),
        contacts=(copy_of(done), copy_of(BILL_TO, "c2")),
        new_customer=NEW_CUSTOMER,
        sold_to_customer=NEW_CUSTOMER,
    )
    assert planned(asking({"email": "nina@new.test"}), now).changes == ()


@pytest.mark.rule("C7")
@pytest.mark.parametrize("role", ["sold_to", "bill_to"])
def test_somebody_else_s_work_is_not_written_over(role: str) -> None:
    pinned = world().pin()
    stranger = {"sold_to": SOLD_TO, "bill_to": BILL_TO}
    stranger[role] = contact(stranger[role], first_name="Somebody")
    now = world(account=account(**stranger))
    with pytest.raises(Stale, match="Sold To" if role == "sold_to" else "Bill To"):
        derive(asking(NAME), now, pinned, {})


@pytest.mark.rule("S3")
def test_planned_anew_after_the_write_nothing_is_left() -> None:
    there = World()
    request = asking(NAME)
    before = there.look(request)
    there.carry_out_all(planned(request, before))
    again = derive(request, there.look(request), before.pin(), {})
    assert again.changes == ()
    there.carry_out_all(again)


@pytest.mark.rule("S1")
def test_what_is_not_reached_is_said() -> None:
    now = world(own_sold_to=("A-S1",), elsewhere_on_record=("acc-9",))
    notes = " ".join(planned(asking(NAME), now).notes)
    assert "A-S1" in notes
    assert "acc-9" in notes
    assert "A-S1" not in " ".join(planned(asking(NAME, of="bill@pay.test"), now).notes)


@pytest.mark.rule("G4")
def test_the_email_is_written_as_its_customer_has_it() -> None:
    known = NEW_CUSTOMER.model_copy(update={"email": "nina@xn--bcher-kva.test"})
    plan = planned(asking({"email": "nina@bücher.test"}), world(new_customer=known))
    assert plan.changes[0].values["work_email"] == known.email
