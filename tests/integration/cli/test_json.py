"""What scripts rely on: the schema names, keys and types of every command's JSON.

Each test compares with a file in `golden/`, which is the promise.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.calls import Called, Cli
from tests.integration.cli.operators import Operator
from tests.integration.cli.shapes import GOLDEN, golden, shape
from tests.parts.environment import ROOT

ELSEWHERE = {"handover.demo/1", "handover.up/1", "handover.recorded/1", "handover.messages/1"}
"""Compared where they are tested: test_demo, test_up, test_messages, unit/cli/test_decide."""


def _promised(called: Called, name: str) -> None:
    assert shape(called.json) == golden(name), name
    assert name.startswith(called.json["schema"].replace("/", "-"))


def _started(cli: Cli) -> Called:
    return cli("start", "--file", cli.request(), "--json")


def _shown(cli: Cli) -> Called:
    return cli("show", cli.start(), "--json")


def _listed(cli: Cli) -> Called:
    cli.start()
    return cli("runs", "--json")


def _cancelled(cli: Cli) -> Called:
    return cli("cancel", cli.start(), "--reason", "a try", "--json")


def _forgotten(cli: Cli) -> Called:
    run = cli.start()
    cli("cancel", run, "--reason", "a try")
    return cli("forget", run, "--irreversible", "--json")


def _rewrapped(cli: Cli) -> Called:
    cli.start()
    return cli("rewrap", "--json")


def _resumed(cli: Cli) -> Called:
    return cli("resume", cli.start(), "--json")


def _verified(cli: Cli) -> Called:
    cli.start()
    return cli("audit", "verify", "--json")


def _evidence(cli: Cli) -> Called:
    return cli("show", cli.start(), "--evidence", "--json")


def _heads(cli: Cli) -> Called:
    cli.start()
    return cli("audit", "heads", "--json")


def _doctor(cli: Cli) -> Called:
    return cli("doctor", "--json")


def _explained(cli: Cli) -> Called:
    return cli("explain", "add-contact", "--json")


def _workflows(cli: Cli) -> Called:
    return cli("explain", "--json")


def _error(cli: Cli) -> Called:
    return cli("start", "change-contact", "--json")


def _locked(cli: Cli) -> Called:
    cli.start()
    return cli("start", "--file", cli.request(ticket="4712"), "--json")


ALONE: dict[str, tuple[Callable[[Cli], Called], int]] = {
    "handover.started-1": (_started, 0),
    "handover.run-1-requested": (_shown, 0),
    "handover.run-1-cancelled": (_cancelled, 0),
    "handover.runs-1": (_listed, 0),
    "handover.forgotten-1": (_forgotten, 0),
    "handover.rewrapped-1": (_rewrapped, 0),
    "handover.resumed-1": (_resumed, 0),
    "handover.audit-1": (_verified, 0),
    "handover.evidence-1": (_evidence, 0),
    "handover.heads-1": (_heads, 0),
    "handover.doctor-1": (_doctor, 4),
    "handover.workflow-1": (_explained, 0),
    "handover.workflows-1": (_workflows, 0),
    "handover.error-1": (_error, 64),
    "handover.error-1-locked": (_locked, 6),
}


@pytest.mark.parametrize("name", ALONE)
def test_the_shape_is_as_promised(quiet: Cli, name: str) -> None:
    """The output is one JSON value of the promised shape, and it names its schema."""
    call, code = ALONE[name]
    called = call(quiet)
    assert called.code == code, called
    _promised(called, name)


def test_a_run_from_its_plan_to_its_history(ops: Operator) -> None:
    """Every shape that needs both systems and a worker, on one account."""
    path = ops.file(seen_by=None)
    _promised(ops("start", "--file", path, "--plan-only", "--json"), "handover.preview-1")
    run = ops.asked()
    _promised(ops("show", run, "--json"), "handover.run-1-waiting")
    _promised(ops("questions", "--json"), "handover.questions-1")
    _promised(ops("resume", run, "--json"), "handover.resumed-1-waiting")
    words = ("--reason", "saw it", "--as", "sam", "--wait", "60", "--json")
    _promised(ops("answer", run, "confirmed", *words), "handover.run-1-proved")
    _promised(ops("prove", ops.number, "--json"), "handover.prove-1")
    _promised(ops("audit", "export", "--run", run, "--json"), "handover.audit-export-1")
    exported = ops("audit", "export", "--run", run, "--output", "history.json", "--json")
    _promised(exported, "handover.exported-1")


def test_a_plan_that_would_ask(ops: Operator) -> None:
    """The question and its answers stand in the place of the changes."""
    shared = Operator(ops.world, ops.folder, shared_contact=True)
    called = shared("start", "--file", shared.file(), "--plan-only", "--json")
    assert called.code == 7, called
    _promised(called, "handover.preview-1-asking")


def test_watching_as_json_is_one_line_per_event_and_the_report(quiet: Cli) -> None:
    """Every line is JSON with a schema; the last one is the report."""
    run = quiet.start()
    quiet("cancel", run, "--reason", "a try")
    called = quiet("watch", run, "--json")
    assert called.code == 9
    *events, report = map(json.loads, called.out.splitlines())
    assert [event["kind"] for event in events] == ["run.requested", "run.cancel-asked", "run.ended"]
    assert report["schema"] == "handover.run/1"
    for event in events:
        assert shape(event) == golden("handover.event-1")


def test_every_schema_is_promised() -> None:
    """Each schema in the code has a golden file; none is left of one that went."""
    sources = [*(ROOT / "handover").rglob("*.py")]
    named = {
        schema
        for source in sources
        for schema in re.findall(r'"(handover\.[a-z-]+/[0-9]+)"', source.read_text())
    }
    files = {_schema_of(path) for path in GOLDEN.glob("*.json")}
    assert named == files
    assert files >= ELSEWHERE


def _schema_of(path: Path) -> str:
    found = re.match(r"(handover\.[a-z-]+?)-([0-9]+)(-|$)", path.stem)
    assert found, path
    return f"{found[1]}/{found[2]}"
