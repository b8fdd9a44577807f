"""No section writes anything on evidence that the rules don't accept (V), whatever it is about."""

import pytest

from tests.integration.workflows.asking import begun
from tests.integration.workflows.test_mixed_workflows import fields_for
from tests.parts.rehearsal import Rehearsal

WORKFLOWS = ("add-contact", "remove-contact", "confirm-login", "update-sold-to")


@pytest.mark.rule("A1", "V1")
@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_stranger_s_approval_is_none(installation: Rehearsal, workflow: str) -> None:
    """The run says so, be it as its end or as a question, and nothing is written."""
    account = installation.account()
    evidence = {**installation.request(account)["evidence"]}
    evidence["approver_email"] = account["new"]["email"]
    asked = {**fields_for(workflow, account), "evidence": evidence}
    _, report = begun(installation, workflow, account, **asked)
    assert "(V1)" in report["summary"], report
    assert [step["name"] for step in report["steps"] if step["state"] == "done"] == []
    assert installation.writes(account) == []
