"""docs/rules.md and docs/workflows.md: up to date, and no rule without a step, a test or a row."""

import re

import pytest

from domain.errors import InvalidRequest
from domain.rules import RULES
from handover import explaining
from handover.cli import drift
from handover.rules_page import SERVED_BY, proofs_by_rule, rules_page, steps_by_rule, workflows_page
from tests.parts.environment import ROOT
from worker.canvas import canvas_for, workflows

SECTIONS = {"V": 8, "A": 6, "R": 5, "L": 3, "S": 6, "C": 7, "T": 7, "G": 6, "D": 3}
NUMBERS = [f"{section}{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)]
PROVED_BY = proofs_by_rule(ROOT / "tests")


def test_every_rule_is_in_the_table_and_no_other() -> None:
    assert sorted(RULES) == sorted(NUMBERS)


@pytest.mark.parametrize("rule", NUMBERS)
def test_every_rule_has_a_step_a_test_and_words(rule: str) -> None:
    assert steps_by_rule().get(rule), "no step of any workflow serves it"
    assert PROVED_BY.get(rule), "no test is marked as its proof"
    assert RULES[rule].means
    assert RULES[rule].sees


def test_no_step_and_no_test_names_a_rule_that_there_is_not() -> None:
    assert set(steps_by_rule()) | set(PROVED_BY) <= set(RULES)


def test_what_keeps_the_rules_of_drift_is_there() -> None:
    """Commands, with the options that are named."""
    for words in (command.split() for commands in SERVED_BY.values() for command in commands):
        name, *options = words[1:]
        found = drift.drift.commands[name]
        assert found.make_context(name, options, resilient_parsing=not options)


def test_the_pages_are_up_to_date() -> None:
    """If not: python -m handover.rules_page docs tests."""
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page(PROVED_BY)
    assert (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8") == workflows_page()


@pytest.mark.parametrize("workflow", workflows())
def test_a_diagram_has_every_step_in_order(workflow: str) -> None:
    names = [step.name for step in canvas_for(workflow).steps]
    arrows = re.findall(r"^ +(\w+) --> (\w+)$", explaining.diagram(workflow), re.M)
    assert arrows == list(zip(["start", *names], [*names, "proved"], strict=True))


def test_an_unknown_workflow_is_met_with_a_suggestion() -> None:
    with pytest.raises(InvalidRequest, match="did you mean add-contact"):
        explaining.explain("add-contct")
