"""docs/weekly.md: every case says all of it, its rules are rules and its tests are there."""

import re

import pytest

from domain.rules import RULES
from tests.parts.environment import ROOT

PAGE = (ROOT / "docs" / "weekly.md").read_text()
CASES = dict(re.findall(r"^## (.+)\n\n((?:.+\n)+)", PAGE, re.MULTILINE))
PARTS = ["Ticket", "Type", "You see", "Asked", "Ends", "Rules", "Test"]
COUNT = 16
"""What the weekly list has, colleague and transfer and each trouble with a typo by itself."""


def all_tests() -> set[str]:
    """Every test of the suite as `file::name`."""
    return {
        f"{path.stem}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_no_case_is_missing() -> None:
    assert len(CASES) == PAGE.count("\n## ") == COUNT


@pytest.mark.parametrize("case", CASES)
def test_every_case_says_all_of_it(case: str) -> None:
    assert re.findall(r"^- \*\*(.+?)\*\*: ", CASES[case], re.MULTILINE) == PARTS


@pytest.mark.parametrize("case", CASES)
def test_every_case_names_tests_that_exist(case: str) -> None:
    told = CASES[case].partition("- **Test**: ")[2]
    named = re.findall(r"`([^`]+)`", told)
    assert named
    assert set(named) <= all_tests(), set(named) - all_tests()


@pytest.mark.parametrize("case", CASES)
def test_every_case_names_rules_and_files_that_exist(case: str) -> None:
    rules = re.search(r"- \*\*Rules\*\*: (.+)\.", CASES[case])
    assert rules
    assert set(re.findall(r"[A-Z]\d", rules[1])) <= set(RULES)
    for path in re.findall(r"docs/[\w/.-]+", CASES[case]):
        assert (ROOT / path).exists(), path
