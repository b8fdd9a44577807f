"""When a postal field says what was asked for, although Zuora gives it back in another way."""

import pytest

from domain.changes import differing, matches
from domain.errors import InvalidRequest
from domain.records import State
from domain.requests import parse_request

NL: State = {"country": "Netherlands", "state": "", "city": "Utrecht"}
US: State = {"country": "United States", "state": "California", "city": "Oakland"}


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (NL, {"country": "NL"}),
        (NL, {"country": "nld"}),
        (NL, {"country": "netherlands "}),
        (US, {"country": "US", "state": "CA"}),
        (US, {"state": "california"}),
        ({"country": "US", "state": "CA"}, {"country": "United States", "state": "California"}),
        ({"country": "Turkey"}, {"country": "Turkey"}),
        ({"country": None, "state": ""}, {"country": "", "state": None}),
        ({"address1": "1  Main St "}, {"address1": "1 Main St"}),
    ],
)
def test_it_is_the_same(found: State, wanted: State) -> None:
    assert matches({"id": "z1", **found}, wanted)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (NL, {"country": "BE"}),
        (NL, {"country": "Nowhere"}),
        (US, {"state": "CO"}),
        ({"country": "Australia", "state": "Western Australia"}, {"state": "Washington"}),
        ({"country": "Canada", "state": "Ontario"}, {"state": "CA"}),
        ({"country": "Nowhere", "state": "California"}, {"state": "CA"}),
        (NL, {"city": "utrecht"}),
        ({"postal_code": ""}, {"postal_code": "3511 AA"}),
    ],
)
def test_it_differs(found: State, wanted: State) -> None:
    assert differing({"id": "z1", **found}, wanted) == tuple(wanted)


def asking(**address: str) -> object:
    """A request for this address."""
    return parse_request(
        {
            "workflow": "update-sold-to",
            "ticket": "1",
            "account": "A00000001",
            "requester_email": "a@b.test",
            "current_email": "a@b.test",
            "reason_without_evidence": "the customer has moved",
            "contact": {"address": address},
        }
    )


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ({}, "contact: names nothing that shall change"),
        ({"country": "US"}, "contact.address: needs a `state` besides that country"),
        ({"city": ""}, "contact.address.city: is empty"),
        ({"city": "x" * 41}, "contact.address.city: is too long; 40 characters at most"),
        ({"state": "x" * 41}, "contact.address.state: is too long; 40"),
        ({"postal_code": "x" * 21}, "contact.address.postal_code: is too long; 20"),
        ({"country": "x" * 65}, "contact.address.country: is too long; 64"),
        ({"address1": "x" * 256}, "contact.address.address1: is too long; 255"),
        ({"address2": "Tower 🦊"}, "contact.address.address2: contains an emoji"),
        ({"zip": "1"}, "contact.address.zip: is not a field here"),
    ],
)
def test_what_zuora_could_not_keep_is_refused(address: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asking(**address)
    assert str(caught.value).count("\n") == 1
    assert problem in str(caught.value)


def test_a_country_with_a_state_is_taken() -> None:
    assert asking(country="Canada", state="ON", address1="x" * 255)
