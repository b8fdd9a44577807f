"""What scripts import: every name is there, says what it does, and loads nothing before."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import handover
from tests.parts.environment import child_environment


@pytest.mark.parametrize("name", handover.__all__)
def test_each_name_can_be_used_and_says_what_it_does(name: str) -> None:
    """With types on everything that a function takes and gives."""
    found = getattr(handover, name)
    assert inspect.getdoc(found), name
    if inspect.isfunction(found):
        signature = inspect.signature(found)
        assert signature.return_annotation is not inspect.Signature.empty
        for parameter in signature.parameters.values():
            assert parameter.annotation is not inspect.Parameter.empty


def test_the_names_are_those_that_checkers_see() -> None:
    """What is imported for type checkers alone is what is handed out lazily."""
    tree = ast.parse(Path(handover.__file__).read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    imported = {
        alias.name
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(handover.__all__)
    assert sorted(handover.__all__) == list(handover.__all__)


def test_an_unknown_name() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="no attribute"):
        handover.no_such_thing  # noqa: B018 - looking is the point


def test_importing_loads_nothing() -> None:
    """The engine comes with the first use; a list needs no Celery."""
    code = (
        "import sys, handover; before = 'sqlalchemy' in sys.modules; handover.questions;"
        "print(before, 'sqlalchemy' in sys.modules, 'celery' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=child_environment(),
    )
    assert done.stdout.split() == ["False", "True", "False"]
