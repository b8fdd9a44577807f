"""The judge itself: it notices what is missed, false, or told with other fields."""

from typing import Any

import pytest

from tests.drift.verdict import CALLED, judge


def planted(kind: str = "copy-address", **changes: Any) -> dict[str, Any]:
    """A line of the sandbox's list."""
    records = {"sold_to_contact_id": "c1", "customer_id": 7}
    line = {"kind": kind, "account_id": "a1", "fields": ["address_1"], "records": records}
    return {**line, "undone_at": None, **changes}


def found(**changes: Any) -> dict[str, Any]:
    """A finding as the command tells it."""
    line = {"kind": "contact-differs", "account_id": "a1", "subject": "c1", "fields": ["address1"]}
    return {**line, **changes}


def test_agreement() -> None:
    assert judge([planted()], [found()]).wrong == []
    assert judge([planted(undone_at=1.0)], []).wrong == []


@pytest.mark.parametrize(
    "changes",
    [{"kind": "copy-missing"}, {"account_id": "a2"}, {"subject": "c2"}],
)
def test_another_finding_is_one_missed_and_one_false(changes: dict[str, str]) -> None:
    seen = judge([planted()], [found(**changes)])
    assert (len(seen.missed), len(seen.false)) == (1, 1)


def test_what_is_missing_or_too_much() -> None:
    assert len(judge([planted()], []).missed) == 1
    assert len(judge([], [found()]).false) == 1
    assert (
        len(judge([planted()], [found(), found(kind="login-deactivated", subject="7")]).false) == 1
    )
    assert len(judge([planted()], [found(fields=["city"])]).other_fields) == 1


def test_every_planted_kind_has_a_name() -> None:
    """A kind that the sandbox learns to plant is not passed over in silence."""
    with pytest.raises(KeyError):
        judge([planted("of-tomorrow")], [])
    assert len(CALLED) == 17
