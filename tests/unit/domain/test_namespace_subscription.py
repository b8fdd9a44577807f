"""The answer of GitLab's `gitlab_subscription`, from GitLab itself or pasted by a customer."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.namespaces import NamespaceSubscription, subscription_in

ANSWER: dict[str, Any] = {
    "plan": {"code": "premium", "name": "Premium", "trial": False, "auto_renew": None},
    "usage": {"seats_in_subscription": 80, "seats_in_use": 82, "max_seats_used": 83},
    "billing": {
        "subscription_start_date": "2026-07-15",
        "subscription_end_date": "2027-07-15",
        "trial_ends_on": None,
    },
}
NOTHING = {name: dict.fromkeys(values) for name, values in ANSWER.items()}


@pytest.mark.rule("V5")
def test_an_answer() -> None:
    assert subscription_in(ANSWER | {"more": 1}) == NamespaceSubscription(
        plan_code="premium",
        trial=False,
        start_date="2026-07-15",
        end_date="2027-07-15",
        seats_in_subscription=80,
        seats_in_use=82,
        max_seats_used=83,
    )


@pytest.mark.rule("V5")
def test_nulls_are_no_subscription() -> None:
    """GitLab answers 200 for a namespace that has none."""
    assert subscription_in(NOTHING) is None


def test_a_part_of_it_may_be_unknown() -> None:
    """A free plan without dates is a plan."""
    free = NOTHING | {"plan": {"code": "free", "trial": None}}
    found = subscription_in(free)
    assert found is not None
    assert (found.plan_code, found.start_date, found.seats_in_use) == ("free", "", None)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "text",
        [],
        {},
        {"plan": None, "usage": {}, "billing": {}},
        ANSWER | {"plan": {"code": 7}},
        ANSWER | {"plan": {"code": "premium", "trial": "no"}},
        ANSWER | {"usage": {"seats_in_use": "82"}},
        ANSWER | {"usage": {"seats_in_use": True}},
        ANSWER | {"billing": {"subscription_start_date": 2026}},
    ],
)
def test_what_is_no_answer(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"^(there is no|a value that is)"):
        subscription_in(wrong)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["plan", "code", "x"]), inner),
)


@given(_JSON, _JSON, _JSON)
def test_any_pasted_text_is_read_or_refused(plan: object, usage: object, billing: object) -> None:
    """Nothing else than ValueError is raised, whatever somebody pastes."""
    with suppress(ValueError):
        subscription_in({"plan": plan, "usage": usage, "billing": billing})
