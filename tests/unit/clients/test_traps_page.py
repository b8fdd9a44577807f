"""docs/traps.md: every row has tests, they exist, and no row is missing."""

import re
from collections import Counter
from functools import lru_cache

import pytest

from tests.parts.environment import ROOT

PAGE = (ROOT / "docs" / "traps.md").read_text()
ROWS = dict(re.findall(r"^\| ((?:B|Z|N)\d+\.\d+) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE))
RAILS = {"B1": 8, "B2": 3, "B3": 17, "B4": 23, "B5": 6, "B6": 7, "B7": 11, "B8": 1}
ZUORA = {"Z2": 4, "Z3": 3, "Z6": 5, "Z9": 8, "Z10": 11, "Z11": 7, "Z12": 2, "Z13": 3, "Z14": 10}
FURTHER = {"N1": 7, "N2": 13, "N3": 12}
"""How many rows the systems' own pages make in each section."""


@lru_cache(maxsize=1)
def all_tests() -> frozenset[str]:
    """Every test of the suite as `file::name`."""
    return frozenset(
        f"{path.stem}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    )


def test_no_row_is_missing() -> None:
    assert Counter(number.partition(".")[0] for number in ROWS) == RAILS | ZUORA | FURTHER
    assert len(re.findall(r"^\| [BZN]\d", PAGE, re.MULTILINE)) == len(ROWS)


@pytest.mark.parametrize("number", ROWS)
def test_every_row_names_tests_that_exist(number: str) -> None:
    named = re.findall(r"`(test_\w+::test_\w+)`", ROWS[number])
    assert named
    assert set(named) <= all_tests()
