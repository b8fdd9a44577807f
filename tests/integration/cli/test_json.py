"""What scripts rely on: the schema names, keys and types of every command's JSON."""

import json
from collections.abc import Callable

import pytest

from tests.integration.cli.calls import Called, Cli
from tests.integration.cli.shapes import golden, shape


def _started(cli: Cli) -> Called:
    return cli("start", "--file", cli.request(), "--json")


def _shown(cli: Cli) -> Called:
    return cli("show", cli.start(), "--json")


def _listed(cli: Cli) -> Called:
    cli.start()
    return cli("runs", "--json")


def _cancelled(cli: Cli) -> Called:
    return cli("cancel", cli.start(), "--reason", "a try", "--json")


def _verified(cli: Cli) -> Called:
    cli.start()
    return cli("audit", "verify", "--json")


def _heads(cli: Cli) -> Called:
    cli.start()
    return cli("audit", "heads", "--json")


def _doctor(cli: Cli) -> Called:
    return cli("doctor", "--json")


def _error(cli: Cli) -> Called:
    return cli("start", "change-contact", "--json")


CALLS: dict[str, tuple[Callable[[Cli], Called], int]] = {
    "handover.started-1": (_started, 0),
    "handover.run-1-requested": (_shown, 0),
    "handover.run-1-cancelled": (_cancelled, 0),
    "handover.runs-1": (_listed, 0),
    "handover.audit-1": (_verified, 0),
    "handover.heads-1": (_heads, 0),
    "handover.doctor-1": (_doctor, 69),
    "handover.error-1": (_error, 64),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_shape_is_as_promised(quiet: Cli, name: str) -> None:
    """The output is one JSON value of the promised shape, and it names its schema."""
    call, code = CALLS[name]
    called = call(quiet)
    assert called.code == code
    schema, _, version = name.partition("-")
    assert called.json["schema"] == f"{schema}/{version[0]}"
    assert shape(called.json) == golden(name)


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
        promised = golden("handover.event-1")
        assert {k: v for k, v in shape(event).items() if k != "data"} == promised
