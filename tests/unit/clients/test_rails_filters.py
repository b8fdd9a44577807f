"""Filters that can't be dropped in silence."""

from typing import Any

import pytest

from clients.rails_filters import Contains, Equals, LinkedTo, checked_id
from domain.errors import Defect


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
@pytest.mark.parametrize("kind", [Contains, Equals])
def test_a_blank_value_is_refused(kind: Any, blank: str) -> None:
    """A blank value would return every row, so it can't even be made."""
    with pytest.raises(Defect) as caught:
        kind("email", blank)
    assert caught.value.code == "blank-filter"


@pytest.mark.parametrize("bad", ["", "0", "1abc", "-1", "1 ", "1\n", "²", "1" * 20, "01"])
def test_only_digits_are_an_id(bad: Any) -> None:
    """rails_admin takes `1abc` for 1; we take digits only."""
    with pytest.raises(Defect) as caught:
        checked_id(bad)
    assert caught.value.code == "bad-id"
    with pytest.raises(Defect):
        LinkedTo("customer", "customer_id", bad)


def test_the_parameters() -> None:
    """Field, number and operator stand where rails_admin looks for them."""
    assert Contains("email", "a@b").params(1) == [
        ("f[email][1][o]", "like"),
        ("f[email][1][v]", "a@b"),
    ]
    assert Equals("zuora_account_id", "8a").params(2)[0] == ("f[zuora_account_id][2][o]", "is")
    assert LinkedTo("customer", "customer_id", "7").params(1)[1] == ("f[customer][1][v]", "7")


@pytest.mark.parametrize(
    ("value", "stored", "expected"),
    [
        ("ada@x.example", "Nada@X.example", True),
        ("a_a@x", "ala@x", True),
        ("a%a@x", "alalala@x", True),
        ("a.a@x", "ala@x", False),
        ("ada@x", "bob@x", False),
        ("ada@x", None, False),
    ],
)
def test_what_like_may_return(value: Any, stored: str | None, expected: bool) -> None:
    """The server's LIKE: any letter case, any place, `_` and `%` as wildcards, the dot not."""
    assert Contains("email", value).matches({"email": stored}) is expected


def test_what_is_may_return() -> None:
    """The server's `is` counts letter case."""
    assert Equals("key", "8a").matches({"key": "8a"})
    assert not Equals("key", "8a").matches({"key": "8A"})
    assert not Equals("key", "8a").matches({})


def test_what_a_link_may_return() -> None:
    """Ids count as equal whether they are printed as numbers or as text."""
    link = LinkedTo("customer", "customer_id", "7")
    assert link.matches({"customer_id": 7})
    assert link.matches({"customer_id": "7"})
    assert not link.matches({"customer_id": 70})


def test_values_are_not_printed() -> None:
    """A filter holds an email; its printed form does not."""
    assert "ada" not in repr(Contains("email", "ada@x.example"))
    assert "ada" not in repr(Equals("email", "ada@x.example"))
