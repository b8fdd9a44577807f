"""fix-typo (T): a mistyped email is corrected in place, and the licence goes to the right one."""

import pytest

from tests.parts.rehearsal import Rehearsal
from tests.parts.typos import CODE, CUSTOMER, LICENCE, mistyped_account


@pytest.mark.rule("T1", "T2", "T3", "T4", "T5", "T6", "G4", "C7")
def test_cloud_licence(installation: Rehearsal) -> None:
    """The Customer first, which the sync takes to Zuora; the code is resent to the Sold To."""
    typo = mistyped_account(installation)
    report = typo.fix()
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER, CODE]
    assert typo.mails() == [("cloud-activation", typo.right)]
    assert installation.sold_to(typo.account) == typo.right
    assert installation.members(typo.account) == [typo.account["sold_to"]["customer_id"]]


@pytest.mark.rule("T1", "T6")
@pytest.mark.parametrize("kind", ["offline", "legacy"])
def test_licence_file(installation: Rehearsal, kind: str) -> None:
    """A resent one would go to the address inside it: it is forwarded to the corrected one."""
    typo = mistyped_account(installation, licence=kind)
    report = typo.fix()
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER, LICENCE]
    assert typo.mails() == [("license", typo.right)]
