"""`handover.drift` for scripts: every name is there, says what it does, and loads only its part."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from handover import drift
from tests.parts.environment import child_environment


@pytest.mark.parametrize("name", drift.__all__)
def test_each_name_can_be_used_and_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(getattr(drift, name)), name


def test_the_names_are_those_that_checkers_see() -> None:
    """What is imported for type checkers alone is what is handed out lazily."""
    tree = ast.parse(Path(drift.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handover.")
        for alias in node.names
    }
    assert imported == set(drift.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        drift.no_such_thing  # noqa: B018 - looking is the point


def test_listing_loads_neither_clients_nor_celery() -> None:
    code = (
        "import sys; from handover import drift; drift.findings;"
        "print(*(name in sys.modules for name in ('sqlalchemy', 'celery', 'requests')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=child_environment(),
    )
    assert done.stdout.split() == ["True", "False", "False"]
