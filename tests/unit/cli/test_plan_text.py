"""The plan as a diff: what changes, what is saved as it is, and what depends on an answer."""

from typing import Any

import click

from handover.cli.plan_text import plan_diff

SET: dict[str, Any] = {
    "number": 1,
    "id": "activate-login",
    "kind": "set",
    "rule": "L2",
    "step": "activate_login",
    "title": "Activate the new contact's login",
    "record": "customer/5",
    "before": {"email": "n***@c***.example", "login_activated": False},
    "after": {"email": "n***@c***.example", "login_activated": True},
    "side_effects": ["may replace the Sold To (G1)"],
    "only_if": None,
}


def _lines(*changes: dict[str, Any], notes: tuple[str, ...] = ()) -> list[str]:
    return click.unstyle(plan_diff(changes, notes)).splitlines()


def test_only_what_differs_is_shown() -> None:
    """A field that stays as it is is left out; booleans look like booleans."""
    assert _lines(SET) == [
        "@@ 1. Activate the new contact's login (L2) @@",
        "  set customer/5",
        "- login_activated: false",
        "+ login_activated: true",
        "  side effect: may replace the Sold To (G1)",
    ]


def test_a_difference_that_masking_hides_is_shown_where_it_is_told() -> None:
    """Nora and Nils are both N***: the plan says that the field changes."""
    change = SET | {
        "before": {"first_name": "N***"},
        "after": {"first_name": "N***"},
        "changed": ["first_name"],
    }
    assert _lines(change)[2:4] == ["- first_name: N***", "+ first_name: N***"]


def test_creating_and_deleting() -> None:
    """What appears has only plus lines, what goes has only minus lines."""
    created = _lines(SET | {"kind": "create", "before": {}, "side_effects": []})
    assert [line[0] for line in created[2:]] == ["+", "+"]
    deleted = _lines(SET | {"kind": "delete", "after": {}, "side_effects": []})
    assert [line[0] for line in deleted[2:]] == ["-", "-"]


def test_an_unchanged_save_and_a_condition() -> None:
    """A touch says that nothing changes; a condition names the question and its answer."""
    change = SET | {"kind": "touch", "only_if": "sold-to-not-restored=restore"}
    assert _lines(change) == [
        "@@ 1. Activate the new contact's login (L2) @@",
        "  customer/5: saved as it is",
        "  side effect: may replace the Sold To (G1)",
        "  only if a person answers sold-to-not-restored with restore",
    ]


def test_a_plan_without_changes() -> None:
    """It says so, and its notes say why."""
    assert _lines(notes=("All is so already.",)) == [
        "  nothing to change",
        "  note: All is so already.",
    ]


def test_plain_lines_carry_no_colour_codes() -> None:
    """Only lines with a colour are wrapped in codes."""
    styled = plan_diff([SET]).splitlines()
    assert ["\x1b" in line for line in styled] == [True, False, True, True, False]
