"""Every example in every help text, run as it stands: only the run's id is a real one."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from handover.cli.app import root
from tests.integration.cli.operators import Operator
from tests.parts.environment import ROOT, child_environment
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import SANDBOX_LAG, Rehearsal, rehearsal
from tests.parts.waiting import wait_until
from worker.journal.scan_schema import findings, scans
from worker.runtime import journal

A_RUN = "ho-7kq2mw9xpd"


def _commands(group: click.Group = root, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


def _nothing(_: Operator) -> str:
    return ""


def _of_a_ticket(ops: Operator) -> str:
    """A run of the ticket that the documentation speaks of."""
    assert ops("start", "--file", ops.file(), "--ticket", "4711").code == 0
    return ""


def _ended(ops: Operator) -> str:
    run = ops.asked()
    assert ops("cancel", run, "--reason", "no", "--as", "sam").code == 0
    return run


def _history(ops: Operator) -> str:
    """Heads that were exported earlier."""
    run = ops.asked()
    (ops.folder / "heads.jsonl").write_text(ops("audit", "heads").out)
    return run


def _finding(ops: Operator) -> str:
    """A finding about an account on which the systems agree again, put there once."""
    sold_to = ops.world.truth({"account_number": "A00000006"})["zuora"]["sold_to"]["id"]
    with journal().write() as tx:
        if tx.conn.execute(select(findings.c.id)).first() is None:
            scan = {"id": "S-2222222222", "kind": "full", "lane": "accounts", "phase": "close"}
            ended = {"opened_at": 1, "ended_at": 2, "opened_by": "schedule", "result": "drift"}
            tx.conn.execute(insert(scans).values(**scan, **ended, counts="{}"))
            seen = {"first_seen_at": 2, "last_seen_at": 2, "first_scan": scan["id"]}
            what = {"id": "F-7KQ2MW4X", "kind": "contact-differs", "fields": '["last_name"]'}
            of = {"account_id": "A00000006", "account_number": "A00000006", "subject": sold_to}
            row = {**what, **of, **seen, "shown": "{}", "last_scan": scan["id"]}
            tx.conn.execute(insert(findings).values(**row))
    return ""


def _scan(_: Operator) -> str:
    """A scan that is not finished, in a lane of its own."""
    scan = {"id": "S-7kq2mw9x", "kind": "proved", "lane": "runs", "phase": "plan", "counts": "{}"}
    with journal().write() as tx:
        tx.conn.execute(insert(scans).values(**scan, opened_at=1, opened_by="kim"))
    return ""


def _no_scan(_: Operator) -> str:
    """Nothing that waits for a worker for scans: there is none here, as `doctor` would say."""
    with journal().write() as tx:
        over = {"ended_at": tx.now, "result": "cancelled"}
        tx.conn.execute(update(scans).where(scans.c.ended_at.is_(None)).values(**over))
    return ""


NEEDS: dict[str, tuple[Callable[[Operator], str], set[int]]] = {
    "start": (_nothing, {2}),
    "watch": (Operator.asked, {7}),
    "answer": (Operator.asked, {0}),
    "resume": (Operator.asked, {7}),
    "cancel": (Operator.asked, {0}),
    "forget": (_ended, {0}),
    "audit": (_history, {0}),
    "audit verify": (_history, {0}),
    "audit export": (_of_a_ticket, {0}),
    "show": (Operator.asked, {0}),
    "messages": (Operator.asked, {0}),
    "drift": (_finding, {0, 2}),
    "drift list": (_finding, {0, 2}),
    "drift show": (_finding, {0}),
    "drift report": (_finding, {0, 2}),
    "drift fix": (_finding, {0}),
    "drift acknowledge": (_finding, {0}),
    "drift cancel": (_scan, {0}),
    "doctor": (_no_scan, {0}),
}
"""What must be there before, giving the run that is meant, and the exit codes; else nothing, 0."""


@pytest.fixture(scope="module")
def world(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """With the invented accounts that the documentation speaks of."""
    seed = ("--seed", "demo", "--lag", SANDBOX_LAG)
    with rehearsal(redis_server, sandbox_arguments=seed) as made:
        made.add_worker().wait_ready()
        yield made


@pytest.fixture
def folder(ops: Operator) -> Path:
    """Where somebody who tries examples stands: the request of the documentation lies there."""
    example = (ROOT / "docs" / "examples" / "change-contact.yaml").read_text()
    (ops.folder / "request.yaml").write_text(example)
    return ops.folder


def _example(path: tuple[str, ...]) -> str:
    # Not through contexts made here: a command keeps the first help option that it is asked for.
    text = CliRunner().invoke(root, [*path, "--help"]).output
    found = re.findall(r"Example:\n\s+(handover .+)", text)
    assert len(found) == 1, text
    return str(found[0])


def _environment(extra: dict[str, str]) -> dict[str, str]:
    """`handover` is the one of this very Python."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return child_environment({**extra, "HANDOVER_OPERATOR": "sam", "PATH": paths})


@pytest.mark.parametrize(
    "path", [p for p in _commands() if p not in {("up",), ("signin",)}], ids=" ".join
)
def test_the_example_works(ops: Operator, folder: Path, path: tuple[str, ...]) -> None:
    """It ends with the exit code that it is meant to show, and without a complaint about usage."""
    prepare, codes = NEEDS.get(" ".join(path), (_nothing, {0}))
    example = _example(path)
    words = example.replace(A_RUN, prepare(ops))
    done = subprocess.run(
        ["sh", "-c", words],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
        env=_environment(ops.world.env),
        cwd=folder,
    )
    assert done.returncode in codes, (words, done)
    assert example.startswith(f"handover {' '.join(path)}")


def test_the_example_of_up_works(folder: Path) -> None:
    """It says where it is once it serves, and ends on Ctrl-C."""
    env = _environment({"HANDOVER_STATE_DIR": str(folder / "state")})
    log = folder / "up.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {_example(('up',))}"], stdout=out, stderr=out, env=env, cwd=folder
        )
    try:
        ended = process.poll
        wait_until(lambda: "everything is ready" in log.read_text() or ended() is not None, 90)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert process.returncode == 0, log.read_text()
    assert "worker2" in log.read_text()
