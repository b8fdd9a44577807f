"""D1 as facts: what both systems say about a Sold To, compared without reading anything."""

from typing import Any

import pytest

from domain.agreement import Fact, Sides, agreement
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
    ZuoraAccount,
    ZuoraContact,
)

EMAIL = "ada.canary@example.org"
SOLD_TO = ZuoraContact(id="c1", first_name="Ada", last_name="Canary", work_email=EMAIL)
ACCOUNT = ZuoraAccount(
    id="a1", number="A00000001", name="Acme", status="Active", sold_to=SOLD_TO, bill_to=SOLD_TO
)
COPY = BillingAccountContact(
    id="7",
    zuora_contact_id="c1",
    zuora_account_id="a1",
    first_name="Ada",
    last_name="Canary",
    work_email="Ada.Canary@Example.org",
)
CUSTOMER = Customer(id="5", first_name="Ada", last_name="Canary", email=EMAIL, login_activated=True)
ALL = Sides(
    account=ACCOUNT,
    billing_accounts=(BillingAccount(id="2", zuora_account_id="a1"),),
    copies=(COPY,),
    customers=(CUSTOMER,),
    members=(
        Membership(id="8", customer_id="9", billing_account_id="2"),
        Membership(id="9", customer_id="5", billing_account_id="2"),
    ),
)


def _failing(sides: Sides, email: str | None = None) -> dict[str, Fact]:
    return {fact.name: fact for fact in agreement(sides, email) if not fact.holds}


def test_all_agrees() -> None:
    """Another member is normal, and letter case of an email is no difference."""
    assert [fact.name for fact in agreement(ALL)] == [
        "billing-account",
        "somebody-manages",
        "sold-to-copy",
        "customer-with-sold-to-email",
        "customer-name",
        "customer-email-confirmed",
        "customer-login",
        "sold-to-is-member",
    ]
    assert _failing(ALL) == {}


@pytest.mark.parametrize(
    ("changes", "name", "differs"),
    [
        ({"copies": ()}, "sold-to-copy", ["first_name", "last_name", "work_email"]),
        (
            {"copies": (COPY.model_copy(update={"last_name": "Else"}),)},
            "sold-to-copy",
            ["last_name"],
        ),
        ({"customers": ()}, "customer-with-sold-to-email", ["email", "customers"]),
        (
            {"customers": (CUSTOMER, CUSTOMER.model_copy(update={"id": "6"}))},
            "customer-with-sold-to-email",
            ["customers"],
        ),
        (
            {"customers": (CUSTOMER.model_copy(update={"first_name": "Al"}),)},
            "customer-name",
            ["first_name"],
        ),
        (
            {"customers": (CUSTOMER.model_copy(update={"unconfirmed_email": "al@example.org"}),)},
            "customer-email-confirmed",
            ["unconfirmed_email"],
        ),
        (
            {"customers": (CUSTOMER.model_copy(update={"login_activated": False}),)},
            "customer-login",
            ["login_activated"],
        ),
        ({"members": ALL.members[:1]}, "sold-to-is-member", ["customer_id"]),
    ],
)
def test_one_thing_differs(changes: dict[str, Any], name: str, differs: list[str]) -> None:
    """Exactly that fact does not hold, and its fields are named."""
    failing = _failing(ALL.model_copy(update=changes))
    assert list(failing) == [name]
    assert failing[name].outline()["differs"] == differs


def test_without_a_customer_nothing_is_said_about_them() -> None:
    """The name and the membership of nobody are no facts."""
    facts = agreement(ALL.model_copy(update={"customers": ()}))
    assert [fact.name for fact in facts][-2:] == ["sold-to-copy", "customer-with-sold-to-email"]


def test_an_account_that_nobody_manages() -> None:
    """Neither does the Sold To; without a billing account nobody can."""
    assert list(_failing(ALL.model_copy(update={"members": ()}))) == [
        "somebody-manages",
        "sold-to-is-member",
    ]
    without = ALL.model_copy(update={"members": (), "billing_accounts": ()})
    assert "billing-account" in _failing(without)


def test_the_email_that_was_given_comes_first() -> None:
    """It is compared with Zuora's Sold To."""
    assert agreement(ALL, EMAIL.upper())[0].holds
    failing = _failing(ALL, "bob@example.org")
    assert list(failing) == ["sold-to-email"]


def test_what_is_shown_is_masked() -> None:
    """No outline holds a name or an address, whether the fact holds or not."""
    for sides in (ALL, ALL.model_copy(update={"copies": ()})):
        shown = repr([fact.outline() for fact in agreement(sides, "bob.canary@example.org")])
        assert "canary" not in shown.lower()
        assert "a***@e***.org" in shown
