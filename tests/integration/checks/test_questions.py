"""Questions that nobody answered in time: the doctor, the list of runs and who may ask."""

import pytest
from sqlalchemy import update

import handover
from config.settings import SettingsError, settings
from domain.errors import InvalidRequest
from handover.checks import crew
from handover.checks.finding import Status
from handover.cli.table import runs_table
from tests.integration.checks.found import found, of
from tests.integration.journal.scene import QUESTION, opening
from worker.journal import questions, runs
from worker.journal.schema import questions as questions_table
from worker.runtime import journal


@pytest.fixture
def asked(installation: str) -> str:
    """A run that waits for an answer."""
    with journal().write() as tx:
        run_id, _ = runs.open_run(tx, opening())
        questions.ask(tx, run_id, QUESTION, actor="one:1", lifetime=60_000)
    return run_id


def _change(**values: int) -> None:
    with journal().write() as tx:
        tx.conn.execute(update(questions_table).values(**values))


def test_a_question_in_time(asked: str) -> None:
    """Nothing is said of it."""
    assert found(crew.questions) == []
    assert "OVERDUE" not in runs_table(handover.runs())


@pytest.mark.parametrize("late", [{"expires_at": 1}, {"overdue_at": 1}])
def test_a_question_that_is_overdue(asked: str, late: dict[str, int]) -> None:
    """Its run is named, with where to answer; the list of runs says it, too."""
    _change(**late)
    (finding,) = found(crew.questions)
    assert (finding.status, asked in finding.says) == (Status.WARN, True)
    assert "1 question overdue" in finding.says
    assert "handover questions" in finding.next
    (run,) = handover.runs()
    assert run["overdue"] is True
    assert runs_table([run]).splitlines()[1].endswith(", OVERDUE")
    assert not [said for said in of(found(crew.workers), Status.OK) if "overdue" in said]


def test_who_asks_must_be_a_handle(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is refused as it is by everything that is recorded."""
    with pytest.raises(InvalidRequest):
        handover.questions(answerable_by="canary.one@example.org")
    monkeypatch.setenv("HANDOVER_OPERATOR", "canary.one@example.org")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="HANDOVER_OPERATOR"):
        handover.questions()
    assert len(handover.questions(answerable_by="lee")) == 1
