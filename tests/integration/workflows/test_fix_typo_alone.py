"""fix-typo (T) where neither Mailgun nor Zendesk is configured: people see what no machine can."""

from collections.abc import Iterator

import pytest

import handover
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.typos import CODE, CUSTOMER, Typo, mistyped_account

ALONE = {"HANDOVER_MAILGUN_URL": "", "HANDOVER_ZENDESK_URL": ""}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation that knows Zuora and CustomersDot only."""
    with rehearsal(redis_server, env=ALONE) as made:
        made.add_worker().wait_ready()
        yield made


def asked(typo: Typo, run_id: str, kind: str, text: str) -> None:
    """The run has come to this question, which says what is not configured."""
    question = typo.installation.wait(run_id)["question"]
    assert question["kind"] == kind
    assert text in question["text"]


@pytest.mark.rule("T2", "T3", "T4", "T6")
def test_each_is_asked_for_and_nothing_is_pretended(installation: Rehearsal) -> None:
    typo = mistyped_account(installation)
    run_id = typo.start()
    for kind, missing, given in (
        ("mail-log-inconclusive", "Mailgun is not configured", "failed"),
        ("record-the-error", "Zendesk is not configured", "recorded"),
        ("address-not-confirmed", "Zendesk is not configured", "confirmed"),
    ):
        asked(typo, run_id, kind, missing)
        assert installation.written(typo.account) == []
        handover.answer(run_id, given, reason="ticket 4712, comment 7", by="lee")
    asked(typo, run_id, "mail-not-seen", "Mailgun is not configured")
    handover.answer(run_id, "arrived", reason="they wrote that it did", by="lee")
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER, CODE]


@pytest.mark.rule("T3")
def test_nobody_records_the_error(installation: Rehearsal) -> None:
    typo = mistyped_account(installation)
    run_id = typo.start()
    installation.wait(run_id)
    handover.answer(run_id, "failed", reason="seen in the log", by="lee")
    asked(typo, run_id, "record-the-error", "Zendesk is not configured")
    handover.answer(run_id, "stop", reason="no access to the ticket", by="kim")
    assert installation.wait(run_id)["result"] == "cancelled"
    assert installation.written(typo.account) == []
