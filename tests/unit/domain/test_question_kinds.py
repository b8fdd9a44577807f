"""The table of questions leaves none out, and policy changes nothing else of a question."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain import questions as ask
from domain import questions_handed_over as handed_over
from domain import questions_self_service as self_service
from domain.question_kinds import ANSWERS, FOR_A_SECOND_PERSON, by_policy
from tests.parts.environment import ROOT


def asked_in_the_code() -> Iterator[tuple[str, bool]]:
    """The kind of every question that `domain/` makes, and whether it is always a second's."""
    for path in sorted((ROOT / "domain").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Question":
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                kind = node.args[0] if node.args else named["kind"]
                second = named.get("second_person")
                always = isinstance(second, ast.Constant) and bool(second.value)
                assert isinstance(kind, ast.Name), f"{path}:{node.lineno}: name the kind"
                yield getattr(importlib.import_module(name), kind.id), always


def test_every_question_of_the_code_is_in_the_table() -> None:
    assert {kind for kind, _ in asked_in_the_code()} == set(ANSWERS)


def test_every_question_that_is_always_a_second_persons_is_known_as_one() -> None:
    assert {kind for kind, always in asked_in_the_code() if always} == FOR_A_SECOND_PERSON
    assert {"evidence-seen", "with-legal", "mail-delivered"} <= FOR_A_SECOND_PERSON


@pytest.mark.parametrize(
    ("approval", "named", "whole"),
    [
        ("by-itself", [], False),
        ("one-yes", ["half-applied"], False),
        ("by-itself", ["no-customer=rename"], False),
        ("two-people", [], True),
        ("by-itself", ["no-customer"], True),
    ],
)
def test_who_may_answer_goes_by_the_settings(approval: str, named: list[str], whole: bool) -> None:
    question = ask.no_customer(may_rename=True)
    wanted = by_policy(question, approval, named)
    assert wanted.second_person is whole
    alone = [a.id for a in wanted.answers if a.second_person]
    assert alone == (["rename"] if "no-customer=rename" in named else [])
    plain = tuple(replace(a, second_person=False) for a in wanted.answers)
    assert replace(wanted, second_person=False, answers=plain) == question


def test_what_always_needs_a_second_person_still_does() -> None:
    assert by_policy(handed_over.with_legal("", ""), "by-itself").second_person
    [accept] = [a for a in self_service.another_email("1", "m").answers if a.second_person]
    assert accept in by_policy(self_service.another_email("1", "m"), "by-itself").answers
