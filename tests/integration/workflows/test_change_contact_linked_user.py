"""change-contact, C6: whose GitLab account is unlinked, as far as GitLab tells."""

import pytest

from tests.integration.workflows.test_change_contact_rename import (
    RENAMED,
    rename,
    without_customer,
)
from tests.parts.rehearsal import Rehearsal


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "***, blocked"),
        (404, "unknown to GitLab"),
        (403, "unknown: GitLab could not be read"),
    ],
)
def test_whose_account_is_unlinked_is_looked_up_first(
    installation: Rehearsal, status: int | None, said: str
) -> None:
    """As far as GitLab tells; that it can't be read holds nothing up."""
    uid = f"60{status or 1}"
    account = without_customer(installation, sold_to_uid=uid)
    old = {name: account["sold_to"][name] for name in ("first_name", "last_name", "email")}
    installation.control("POST", "gitlab-users", {"uid": uid, "state": "blocked", **old})
    if status:
        fault = {"system": "gitlab", "path": f"/users/{uid}", "kind": "status", "code": status}
        installation.control("POST", "faults", {**fault, "times": None})
    report = rename(installation, account)
    assert report["result"] == "proved", report
    [note] = [note for note in report["notes"] if uid in note]
    assert said in note
    assert old["last_name"].lower() not in note.lower()  # a user name is often somebody's name
    assert installation.written(account) == RENAMED
