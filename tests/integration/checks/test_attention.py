"""Runs that nobody works on: it is seen wherever a run is looked at, and not before it is sure."""

import pytest
from sqlalchemy import update

import handover
from handover.cli.live import show_live
from handover.cli.run_text import run_text
from handover.cli.session import Session
from handover.cli.table import runs_table
from tasks.canvases import CHANGE_CONTACT
from tests.integration.journal.scene import QUESTION, opening
from worker import attention, presence
from worker.journal import processes, questions, runs
from worker.journal.schema import processes as processes_table
from worker.journal.schema import runs as rows
from worker.runtime import journal, milliseconds

AGO = 90


@pytest.fixture
def run(installation: str) -> str:
    """A run that was accepted a while ago, and is not due yet; a worker is alive."""
    with journal().write() as tx:
        processes.note(tx, "one:1", kind="worker", ahead=0, version="1")
    with journal().write() as tx:
        vars(tx)["now"] = tx.now - milliseconds(AGO)
        run_id, _ = runs.open_run(
            tx, opening(canvas_version=CHANGE_CONTACT.version, step_names=CHANGE_CONTACT.step_names)
        )
    _due(milliseconds(60))
    return run_id


def _due(later: int) -> None:
    with journal().write() as tx:
        tx.conn.execute(update(rows).values(due_at=tx.now + later))


def _silence() -> None:
    with journal().write() as tx:
        seen = tx.now - milliseconds(presence.silent_after() + 5)
        tx.conn.execute(update(processes_table).values(seen_at=seen))


def _seconds(run_id: str) -> int:
    (listed,) = handover.runs()
    shown = int(handover.report(run_id)["unattended_seconds"])
    assert bool(listed["unattended_seconds"]) is bool(shown)
    return shown


def test_a_run_that_is_worked_on(run: str) -> None:
    """Nothing is said, nor where it has only just become due."""
    assert _seconds(run) == 0
    _due(-milliseconds(1))
    assert _seconds(run) == 0
    assert "handover doctor" not in run_text(handover.report(run))
    assert "no worker" not in runs_table(handover.runs())


@pytest.mark.parametrize("why", ["overdue", "silent", "none"])
def test_a_run_that_nobody_takes(run: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Since when, and what to do: in the report, the list, and while it is followed."""
    if why == "overdue":
        _due(-milliseconds(30))
    elif why == "silent":
        _silence()
    else:
        with journal().write() as tx:
            processes.leave(tx, "one:1")
    assert _seconds(run) >= AGO
    assert "no worker has taken it up for " in run_text(handover.report(run))
    assert "`handover doctor` looks" in run_text(handover.report(run))
    assert ", no worker for " in runs_table([{**handover.runs()[0], "reason": "lag"}])
    show_live(Session(), run, 1, err=False)
    assert capsys.readouterr().out.count("no worker has taken it up for ") == 1


def test_a_run_that_waits_or_just_began(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person is waited for, not a worker; and a new run is given a moment."""
    _silence()
    with journal().write() as tx:
        questions.ask(tx, run, QUESTION, actor="one:1")
    assert _seconds(run) == 0
    monkeypatch.setattr(attention, "PATIENCE_SECONDS", 600.0)
    with journal().write() as tx:
        vars(tx)["now"] = tx.now - milliseconds(60)
        fresh, _ = runs.open_run(tx, opening(key="2", account="A2", claims=()))
    assert handover.runs(account="A2")[0]["unattended_seconds"] == 0
    assert fresh in {row["run"] for row in handover.runs()}
