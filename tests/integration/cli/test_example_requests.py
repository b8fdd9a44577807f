"""Every example of a request in the documentation, run as it stands beside the demo world."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from domain.requests import WORKFLOWS, parse_request
from handover.cli.request_input import _WITHOUT_NEW_CONTACT, PLACES
from tests.integration.cli.calls import Called, Cli
from tests.parts.environment import ROOT
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import SANDBOX_LAG, Rehearsal, rehearsal

EXAMPLES = ROOT / "docs" / "examples"

ANSWERS: dict[str, tuple[tuple[str, str], ...]] = {
    "remove-contact": (("without-evidence", "go-on"), ("last-member", "leave-empty")),
}
"""The questions that an example comes to, with the answers that let it go on."""

MINE = ("add-contact", "confirm-login", "remove-contact", "update-sold-to")


@pytest.fixture(scope="module")
def world(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """With the invented accounts that the documentation speaks of."""
    seed = ("--seed", "demo", "--lag", SANDBOX_LAG)
    with rehearsal(redis_server, sandbox_arguments=seed) as made:
        made.add_worker().wait_ready()
        yield made


def answered(cli: Cli, called: Called, workflow: str) -> Called:
    """What becomes of a run once its questions are answered by a second person."""
    for kind, given in ANSWERS.get(workflow, ()):
        run = called.json["run"]
        assert called.json["question"]["kind"] == kind
        reason = ("--reason", "ticket 4712, comment 7", "--as", "lee")
        assert cli("answer", run, given, *reason).code == 0
        cli("watch", run)
        called = cli("show", run, "--json")
    return called


@pytest.mark.parametrize("workflow", MINE)
def test_an_example_is_proved(world: Rehearsal, tmp_path: Path, workflow: str) -> None:
    """From the plan to the proof, with nothing but what the file says."""
    cli = Cli(tmp_path, world.env)
    example = str(EXAMPLES / f"{workflow}.yaml")
    assert cli("start", "--file", example, "--plan-only").code in (0, 2, 7)
    called = cli("start", "--file", example, "--wait", "60", "--json")
    called = answered(cli, called, workflow)
    assert called.json["result"] == "proved", called


@pytest.mark.parametrize("workflow", MINE)
def test_an_example_can_be_given_as_options(workflow: str) -> None:
    """Every field of it has an option of its own."""
    places = {*PLACES.values(), *_WITHOUT_NEW_CONTACT.values()}
    request = yaml.safe_load((EXAMPLES / f"{workflow}.yaml").read_text())
    assert {*_leaves(request)} - places <= {("workflow",), ("evidence", "kind")}


REVERSAL = EXAMPLES / "change-contact-reversal.yaml"
"""What it leaves out, the run that it names has to say: test_reversal tries it."""


@pytest.mark.parametrize(
    "path", sorted({*EXAMPLES.glob("*.yaml")} - {REVERSAL}), ids=lambda path: path.stem
)
def test_an_example_is_a_valid_request(path: Path) -> None:
    request = parse_request(yaml.safe_load(path.read_text()))
    assert path.stem.startswith(request.workflow)
    assert request.workflow in WORKFLOWS


def test_every_workflow_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} >= {*WORKFLOWS}


def _leaves(group: dict[str, object], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in group.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name)


def test_a_contact_is_updated_by_options_alone(world: Rehearsal, tmp_path: Path) -> None:
    cli = Cli(tmp_path, world.env)
    called = cli(
        *("start", "update-sold-to", "--ticket", "4718", "--account", "A00000008"),
        *("--requester-email", "ole.oldfield@heathmills.example"),
        *("--current-email", "berta.bilanz@heathmills.example", "--role", "bill-to"),
        *("--new-first-name", "Bertha", "--new-country", "DE", "--new-city", "Bremen"),
        *("--approver-email", "ole.oldfield@heathmills.example", "--comment", "4418"),
        *("--seen-by", "lee", "--wait", "60", "--json"),
    )
    assert called.json["result"] == "proved", called
    found = world.control("GET", "accounts/A00000008")["zuora"]["bill_to"]
    expected = ("Bertha", "Bremen", "Germany")
    assert (found["first_name"], found["city"], found["country"]) == expected


def test_what_is_wrong_with_options_is_named_by_option(cli: Cli) -> None:
    called = cli(
        *("start", "update-sold-to", "--ticket", "1", "--account", "A00000001"),
        *("--requester-email", "a@b.example", "--current-email", "a", "--role", "boss"),
        *("--new-email", "c", "--new-city", "", "--reason-without-evidence", "no evidence at all"),
        "--json",
    )
    assert called.code == 64
    fields = [problem.partition(":")[0] for problem in called.json["problems"]]
    assert fields == [
        "current_email (--current-email)",
        "role (--role)",
        "contact.email (--new-email)",
        "contact.address.city (--new-city)",
    ]
