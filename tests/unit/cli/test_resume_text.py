"""What resuming says about a run that was sent on."""

from handover.cli.resume_text import resumed_text
from tests.unit.cli.test_run_text import REPORT
from worker.decisions import Resumed

NOW = 1_000_000


def _said(due_at: int | None) -> str:
    return resumed_text(REPORT, Resumed(sent=True, due_at=due_at), now=NOW)


def test_a_run_that_rests_would_have_gone_on() -> None:
    """It says when; one that was not known to rest is only sent on."""
    assert _said(NOW + 1).startswith("ho-abc: sent on; it would have gone on by itself 1970-01-01 ")
    assert _said(None) == "ho-abc: sent on."


def test_an_overdue_run_would_not_have_gone_on() -> None:
    """Its moment passed and nobody took it up: that is what has to be looked at."""
    said = _said(NOW)
    assert "would have gone on" not in said
    assert "it was due 1970-01-01 " in said
    assert "`handover doctor`" in said
