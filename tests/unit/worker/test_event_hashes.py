"""An event's hash: one spelling per content, and every field counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.journal.append_only import statements
from worker.journal.events import GENESIS, canonical, hash_of

BODY: dict[str, Any] = {
    "run_id": "ho-1",
    "n": 1,
    "at": 1_700_000_000_000,
    "kind": "step.done",
    "actor": "host:1",
    "step": "verify",
    "fence": 1,
    "data": "{}",
    "prev": GENESIS,
}


def test_a_hash_that_was_recorded_years_ago_still_verifies() -> None:
    """Whoever changes this number breaks every journal there is."""
    expected = "9520a10865614d5938fd4d55588cb325c473947d22227b7285e208442a6352d5"
    assert hash_of(BODY) == expected


@pytest.mark.parametrize("field", sorted(BODY))
def test_every_field_counts(field: str) -> None:
    assert hash_of({**BODY, field: "changed"}) != hash_of(BODY)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers() | st.booleans()))
def test_the_order_of_fields_does_not_matter(data: dict[str, Any]) -> None:
    assert canonical(dict(reversed(list(data.items())))) == canonical(data)


def test_the_triggers_name_their_table() -> None:
    for dialect in ("sqlite", "postgresql"):
        assert all("events" in statement for statement in statements(dialect, "events"))
