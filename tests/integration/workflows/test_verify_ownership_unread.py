"""verify-ownership (V) where neither GitLab nor Zendesk is configured."""

from collections.abc import Iterator

import pytest

from tests.integration.workflows import proofs
from tests.integration.workflows.proofs import answer, begin
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal

NOT_CONFIGURED = {"HANDOVER_GITLAB_URL": "", "HANDOVER_ZENDESK_URL": ""}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """Without either of them."""
    with rehearsal(redis_server, env=NOT_CONFIGURED) as made:
        made.add_worker().wait_ready()
        yield made


@pytest.mark.rule("V1", "V5")
def test_what_can_not_be_read_is_asked(installation: Rehearsal) -> None:
    """Neither GitLab nor Zendesk is configured here: that is a question, and no refusal."""
    account = installation.account(namespace=True)
    for evidence, asked in (
        (proofs.namespace_of(installation, account), "says the same as the namespace's"),
        (proofs.approval(account), "its verified author is the contact"),
    ):
        run_id = begin(installation, account, evidence)
        report = installation.wait(run_id)
        assert (report["question"]["kind"], report["exit_code"]) == ("evidence-seen", 7)
        assert asked in report["question"]["text"]
        assert answer(installation, run_id, "confirmed") == ("proved", 0)
