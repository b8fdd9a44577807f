"""Every exit code, each reached by a real call. The numbers are a promise to scripts."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handover.exits import Exit
from tests.integration.cli.calls import DEAD, Cli, command
from tests.integration.cli.operators import Operator
from tests.parts.environment import child_environment
from tests.parts.trips import Trips
from tests.parts.zuora_by_hand import rename_sold_to

HEEDING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from handover.cli import main; main()"
)
WAIT = ("--wait", "60")


def _proved(ops: Operator) -> int:
    return ops("start", "--file", ops.file(), *WAIT).code


def _changes(ops: Operator) -> int:
    return ops("start", "--file", ops.file(), "--plan-only").code


def _differs(ops: Operator) -> int:
    return ops("prove", ops.number, "--email", ops.account["new"]["email"]).code


def _refused(ops: Operator) -> int:
    return ops("start", "--file", ops.file(approver_email=ops.account["new"]["email"]), *WAIT).code


def _sign_in(ops: Operator) -> int:
    return ops("prove", ops.number, env={"ZUORA_CLIENT_ID": "wrong"}).code


def _stale(ops: Operator) -> int:
    """Somebody changed the Sold To while a run had its plan and had not written yet."""
    trips = Trips(Path(ops.world.env["HANDOVER_TRIPS"]))
    trips.set("create_membership", "after-claim")
    run = ops("start", "--file", ops.file()).out.strip()
    trips.wait_hit("create_membership", "after-claim")
    rename_sold_to(ops.world, ops.account)
    trips.go("create_membership", "after-claim")
    return ops("watch", run).code


def _waits(ops: Operator) -> int:
    return ops("watch", ops.asked()).code


def _locked(ops: Operator) -> int:
    ops.asked()
    return ops("start", "--file", ops.file(seen_by=None), "--ticket", "4712").code


BESIDE_A_WORKER: list[tuple[Exit, Callable[[Operator], int]]] = [
    (Exit.OK, _proved),
    (Exit.CHANGES, _changes),
    (Exit.CHANGES, _differs),
    (Exit.REFUSED, _refused),
    (Exit.SIGN_IN, _sign_in),
    (Exit.STALE, _stale),
    (Exit.LOCKED, _locked),
    (Exit.WAITS, _waits),
]


def _failed(cli: Cli) -> int:
    """An audit that does not hold."""
    cli.start()
    with sqlite3.connect(cli.folder / "state" / "journal.db") as db:
        db.execute("DROP TRIGGER events_no_update")
        db.execute("UPDATE events SET actor = 'nobody'")
    return cli("audit", "verify").code


def _accepted(cli: Cli) -> int:
    return cli("start", "--file", cli.request()).code


def _running(cli: Cli) -> int:
    return cli("start", "--file", cli.request(), "--wait", "1").code


def _cancelled(cli: Cli) -> int:
    run = cli.start()
    cli("cancel", run, "--reason", "a try")
    return cli("watch", run).code


def _usage(cli: Cli) -> int:
    return cli("runs", "--since", "yesterday").code


def _unavailable(cli: Cli) -> int:
    return cli("start", "--file", cli.request(), env={"REDIS_URL": DEAD}).code


def _interrupted(cli: Cli) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING, "watch", cli.start()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=child_environment(cli.env),
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return process.returncode


def _closed_pipe(cli: Cli) -> int:
    run = cli.start()
    process = subprocess.Popen(
        command("watch", run), stdout=subprocess.PIPE, env=child_environment(cli.env)
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    cli("cancel", run, "--reason", "enough")
    return process.wait(timeout=60)


ALONE: list[tuple[Exit, Callable[[Cli], int]]] = [
    (Exit.OK, _accepted),
    (Exit.FAILED, _failed),
    (Exit.RUNNING, _running),
    (Exit.CANCELLED, _cancelled),
    (Exit.USAGE, _usage),
    (Exit.UNAVAILABLE, _unavailable),
    (Exit.INTERRUPTED, _interrupted),
    (Exit.CLOSED_PIPE, _closed_pipe),
]


@pytest.mark.parametrize(("code", "call"), BESIDE_A_WORKER)
def test_beside_a_worker(ops: Operator, code: Exit, call: Callable[[Operator], int]) -> None:
    """What runs and systems come to."""
    assert call(ops) == code


@pytest.mark.parametrize(("code", "call"), ALONE)
def test_alone(quiet: Cli, code: Exit, call: Callable[[Cli], int]) -> None:
    """What needs no worker."""
    assert call(quiet) == code


def test_every_code_is_reached() -> None:
    """Nothing is left out of the tables above, and the numbers are those that were promised."""
    assert {code for code, _ in (*BESIDE_A_WORKER, *ALONE)} == set(Exit)
    assert sorted(Exit) == [*range(10), 64, 69, 130, 141]
