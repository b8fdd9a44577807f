"""docs/cli.md says what the help says, and leaves out no schema and no exit code."""

import re

import click
import pytest

from handover.cli.app import root
from handover.cli.reference import MARKER, renewed
from handover.exits import Exit
from tests.integration.cli.shapes import GOLDEN
from tests.parts.environment import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    """If not: python -m handover.cli.reference docs/cli.md."""
    assert renewed(PAGE) == PAGE


def test_every_command_is_there_with_an_example() -> None:
    """Once each, groups by their commands."""
    made = PAGE.partition(MARKER)[2]
    shown = re.findall(r"^### handover (.+)$", made, re.M)
    names = {name for name, one in root.commands.items() if not isinstance(one, click.Group)}
    assert {name for name in shown if " " not in name} == names
    assert (
        len(shown) == len(set(shown)) == made.count("Example:\n") == made.count("Usage: handover")
    )


def test_every_schema_and_every_exit_code_is_there() -> None:
    """Those that tests promise."""
    for path in GOLDEN.glob("*.json"):
        found = re.match(r"(handover\.[a-z-]+?)-([0-9]+)(-|$)", path.stem)
        assert found is not None
        assert f"`{found[1]}/{found[2]}`" in PAGE
    for code in Exit:
        assert f"\n| {int(code)} | " in PAGE


def test_a_page_without_a_marker() -> None:
    """It is not overwritten."""
    with pytest.raises(ValueError, match="marker"):
        renewed("# A page")
