"""Which fields a fix writes: those that differ, as the side that is kept has them."""

import pytest

from domain.drift.differences import Sides
from domain.drift.fixes import as_contact, wanted
from domain.drift.kinds import Kind
from domain.errors import Refused
from domain.records import Address, BillingAccountContact, Customer, ZuoraAccount, ZuoraContact
from domain.requests import parse_request

HERE = {"first_name": "Ada", "last_name": "Old", "work_email": "ada@one.example"}


def _sides(there: dict[str, str], address: dict[str, str], *people: Customer) -> Sides:
    """Zuora says HERE with a postal address in Utrecht; CustomersDot says what is given."""
    home = Address(address1="1 Way", city="Utrecht", country="Netherlands")
    sold_to = ZuoraContact(id="c1", address=home, **HERE)
    copy = BillingAccountContact(
        id="7",
        zuora_contact_id="c1",
        zuora_account_id="z1",
        address=home.model_copy(update=address),
        **{**HERE, **there},
    )
    account = ZuoraAccount(
        id="z1", number="A1", name="One", status="Active", sold_to=sold_to, bill_to=sold_to
    )
    return Sides(account=account, billing_accounts=(), copies=(copy,), customers=people, members=())


def test_only_what_differs_is_written() -> None:
    """Letter case and codes of countries are no difference; each side can be kept."""
    sides = _sides({"last_name": "New", "first_name": "ADA"}, {"city": "Breda", "country": "NL"})
    kept = wanted(Kind.CONTACT_DIFFERS, sides, "zuora")
    assert kept == {"last_name": "Old", "city": "Utrecht"}
    other = wanted(Kind.CONTACT_DIFFERS, sides, "customersdot")
    assert other == {"last_name": "New", "city": "Breda"}
    assert wanted(Kind.CONTACT_DIFFERS, _sides({}, {}), "zuora") == {}


def test_what_is_asked_for_is_a_request() -> None:
    """By the names that requests have, with the state that Zuora taxes by beside its country."""
    america = {"country": "United States", "state": "Ohio"}
    sides = _sides({"work_email": "ada@two.example"}, america)
    fields = wanted(Kind.CONTACT_DIFFERS, sides, "customersdot")
    contact = as_contact(fields)
    assert contact == {"email": "ada@two.example", "address": america}
    rest = {"ticket": "1", "account": "A1", "requester_email": "a@b.example"}
    why = {"reason_without_evidence": "both systems disagree"}
    ask = {"workflow": "update-sold-to", "current_email": "a@b.example", "contact": contact}
    assert parse_request({**rest, **why, **ask})


def test_a_field_that_would_be_emptied() -> None:
    """Refused, naming the field and not what stands in it."""
    sides = _sides({}, {"address2": "Back door"})
    with pytest.raises(Refused, match=r"nothing stands in address2") as caught:
        wanted(Kind.CONTACT_DIFFERS, sides, "zuora")
    assert "Back door" not in str(caught.value)
    kept = wanted(Kind.CONTACT_DIFFERS, sides, "customersdot")
    assert kept == {"address2": "Back door"}


def test_a_customer_of_another_name() -> None:
    """The Sold To gets their name; without exactly one Customer nobody's."""
    customer = Customer(
        id="3", first_name="Ada", last_name="Wed", email=HERE["work_email"], login_activated=True
    )
    assert wanted(Kind.CUSTOMER_DIFFERS, _sides({}, {}, customer), "customersdot") == {
        "last_name": "Wed"
    }
    with pytest.raises(Refused, match="Not exactly one Customer"):
        wanted(Kind.CUSTOMER_DIFFERS, _sides({}, {}), "customersdot")


def test_a_copy_that_is_gone() -> None:
    sides = _sides({}, {}).model_copy(update={"copies": ()})
    with pytest.raises(Refused, match="no copy"):
        wanted(Kind.CONTACT_DIFFERS, sides, "zuora")
