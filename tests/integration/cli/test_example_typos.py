"""The examples of fix-typo and send-licence, run as they stand beside the demo world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.calls import Cli
from tests.parts.environment import ROOT
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import SANDBOX_LAG, Rehearsal, rehearsal

ANSWERS = {"fix-typo": (), "send-licence": (("evidence-seen", "confirmed"),)}


@pytest.fixture(scope="module")
def world(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """With the invented accounts that the documentation speaks of."""
    seed = ("--seed", "demo", "--lag", SANDBOX_LAG)
    with rehearsal(redis_server, sandbox_arguments=seed) as made:
        made.add_worker().wait_ready()
        yield made


@pytest.mark.parametrize("workflow", ANSWERS)
def test_an_example_is_proved(world: Rehearsal, tmp_path: Path, workflow: str) -> None:
    """From the plan to the proof, with nothing but what the file says and a second person."""
    cli = Cli(tmp_path, world.env)
    example = str(ROOT / "docs" / "examples" / f"{workflow}.yaml")
    assert cli("start", "--file", example, "--plan-only").code in (2, 7)
    called = cli("start", "--file", example, "--wait", "60", "--json")
    for kind, given in ANSWERS[workflow]:
        run = called.json["run"]
        assert called.json["question"]["kind"] == kind, called
        assert cli("answer", run, given, "--reason", "looked at it", "--as", "lee").code == 0
        assert cli("watch", run).code == 0
        called = cli("show", run, "--json")
    assert called.json["result"] == "proved", called


def test_a_typo_is_fixed_by_options_and_mistakes_are_named(cli: Cli) -> None:
    """Every problem at once, by its option, and no address in it."""
    called = cli(
        *("start", "fix-typo", "--ticket", "47a", "--account", "A00000012"),
        *("--requester-email", "alma.manager@sales.example", "--subscription", "A S"),
        *("--mistyped-email", "pia.qeulle@kestrel", "--confirmed-in", "first one", "--json"),
    )
    assert called.code == 64
    fields = {problem.partition(":")[0] for problem in called.json["problems"]}
    assert fields == {
        "ticket (--ticket)",
        "subscription (--subscription)",
        "mistyped_email (--mistyped-email)",
        "corrected_email (--corrected-email)",
        "confirmed_in (--confirmed-in)",
    }
    assert "kestrel" not in called.out + called.err
