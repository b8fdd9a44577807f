"""L1: whether a login was switched off after the record was created, read from the history."""

import pytest

from domain.plans.logins import disabled_on_purpose
from domain.records import HistoryLine
from tests.unit.domain.worlds import CREATED, line

OFF = line("update", "login_activated = false")
ON = line("update", "login_activated = true")


@pytest.mark.rule("L1")
@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((CREATED,), False),
        ((CREATED, ON), False),
        ((CREATED, OFF), True),
        ((CREATED, OFF, ON), True),
        ((CREATED, line("update", "email = a@b.test, login_activated = false")), True),
        ((line("create", "id = 22, login_activated = false"),), False),
        ((line("create", "id = 22, login_activated = false"), OFF), True),
        ((CREATED, line("update", "last_name = New")), False),
    ],
)
def test_only_a_change_after_the_creation_counts(
    history: tuple[HistoryLine, ...], expected: bool
) -> None:
    assert disabled_on_purpose(history) is expected


@pytest.mark.rule("L1")
def test_a_name_that_reads_like_the_field_makes_a_person_look() -> None:
    odd = line("update", "first_name = X, login_activated = false, last_name = Y")
    assert disabled_on_purpose((CREATED, odd))


@pytest.mark.parametrize("history", [(), (ON,), (line("update", "last_name = New"),)])
def test_a_history_that_does_not_show_the_creation_makes_a_person_look(
    history: tuple[HistoryLine, ...],
) -> None:
    assert disabled_on_purpose(history)


def test_what_stands_before_the_creation_is_not_of_this_record() -> None:
    assert not disabled_on_purpose((OFF, CREATED))
