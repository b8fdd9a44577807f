"""A scan under fire finds what was planted and nothing else, and so does the next one.

Real workers, beat, Redis and sandbox. `make drift` plays the same at the size of a customer base.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drift import verdict
from tests.drift.playing import play
from tests.drift.stage import READING, Size
from tests.parts.redis import RedisServer, redis_server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A broker that the test may kill."""
    with redis_server() as server:
        yield server


@pytest.mark.rule("D1", "D3")
def test_every_planted_difference_and_no_false_alarm(
    own_redis: RedisServer, tmp_path: Path
) -> None:
    """Workers, beat and Redis are killed, runs change accounts, and calls fail meanwhile."""
    size = Size(accounts=400, differences=60, runs=3, page=100, killed_at=(READING,))
    played = play(own_redis, size, tmp_path, share=0.03)
    assert played.wrong == []
    assert (played.findings, played.runs) == (60, 3)


def test_the_judge_shares_nothing_with_what_it_judges() -> None:
    """It imports no room of ours, so that no mistake can be on both sides."""
    tree = ast.parse(Path(verdict.__file__).read_text())
    names = {name.partition(".")[0] for node in ast.walk(tree) for name in _imported(node)}
    assert names == {"collections", "dataclasses", "typing"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [one.name for one in node.names] if isinstance(node, ast.Import) else []
