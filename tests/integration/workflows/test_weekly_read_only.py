"""An operator's account that may read and not write: found out before the first write, everywhere.

Each page that a plan would open is looked at while it is planned; the run then waits until somebody
signs in as one that may, and goes on.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

import handover
from clients.customersdot import CustomersDot
from config.settings import settings
from domain.windows import WriteWindow
from tests.integration.workflows.asking import asks
from tests.integration.workflows.test_send_licence import begin as forwarded
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.typos import mistyped_account

READ_ONLY = {
    "CUSTOMERSDOT_EMAIL": "readonly@handover.example",
    "CUSTOMERSDOT_PASSWORD": "sandbox-readonly",
}
JOINED = "new billing_account_membership"
LEFT = "delete billing_account_membership"
CUSTOMER = "edit customer"
CONTACT = "edit billing_account_contact"

Begun = tuple[str, dict[str, Any]]
"""A run, and the account that it is about."""


@pytest.fixture(scope="module")
def reader(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation whose account may only read."""
    with rehearsal(redis_server, env=READ_ONLY) as made:
        made.add_worker().wait_ready()
        yield made


def writer(made: Rehearsal) -> dict[str, str]:
    """The account that may write."""
    env = made.sandbox.env
    return {"email": env["CUSTOMERSDOT_EMAIL"], "password": env["CUSTOMERSDOT_PASSWORD"]}


def _adding(made: Rehearsal) -> Begun:
    account = made.account(login_activated=False)
    return made.begin("add-contact", account, contact_email=account["new"]["email"]), account


def _removing(made: Rehearsal) -> Begun:
    account = made.account(extra_members=1)
    return made.begin("remove-contact", account, contact_email=account["sold_to"]["email"]), account


def _confirming(made: Rehearsal) -> Begun:
    account = made.account(login_activated=False)
    may = writer(made)
    given = {
        "customersdot_email": may["email"],
        "customersdot_password": SecretStr(may["password"]),
    }
    dot = CustomersDot.from_settings(settings().model_copy(update=given))
    who, where = str(account["new"]["customer_id"]), str(account["billing_account_id"])
    dot.create_membership(who, where, WriteWindow("by-hand", time.monotonic() + 10))
    return made.begin("confirm-login", account, contact_email=account["new"]["email"]), account


def _updating(made: Rehearsal) -> Begun:
    account = made.account()
    fields = {"current_email": account["sold_to"]["email"], "contact": {"last_name": "Neu"}}
    return made.begin("update-sold-to", account, **fields), account


def _changing(made: Rehearsal) -> Begun:
    account = made.account()
    return made.start(account), account


def _renaming(made: Rehearsal) -> Begun:
    account = made.account(new_person="none")
    return made.start(account, rename_customer=True), account


def _correcting(made: Rehearsal, kind: str) -> Begun:
    typo = mistyped_account(made, licence=kind)
    return typo.start(), typo.account


def _forwarding(made: Rehearsal, kind: str) -> Begun:
    account = made.account(licence=kind)
    return forwarded(made, account), account


CASES: tuple[tuple[Callable[[Rehearsal], Begun], tuple[str, ...]], ...] = (
    (_adding, (JOINED, CUSTOMER)),
    (_removing, (LEFT,)),
    (_confirming, (CUSTOMER,)),
    (_updating, (CONTACT,)),
    (_changing, (JOINED, LEFT, CONTACT)),
    (_renaming, (CUSTOMER,)),
    (lambda made: _correcting(made, "cloud"), (CUSTOMER, "resend cloud_activation")),
    (lambda made: _correcting(made, "offline"), (CUSTOMER, "forward license")),
    (lambda made: _forwarding(made, "cloud"), ("forward cloud_activation",)),
    (lambda made: _forwarding(made, "offline"), ("forward license",)),
)
"""How each run that writes begins, and the pages that it would be kept from."""


@pytest.mark.rule("A4", "C5", "C6", "G6", "L2", "R3", "S4", "T5", "T6")
def test_every_page_is_tried_before_the_first_write(reader: Rehearsal) -> None:
    """All that is lacking is named; once somebody signs in, every run goes on by itself."""
    begun = [(*begin(reader), lacking) for begin, lacking in CASES]
    for run_id, account, lacking in begun:
        report = reader.wait(run_id)
        assert (asks(report), report["exit_code"]) == ("sign-in", 4), report
        assert all(page in report["question"]["text"] for page in lacking), report["question"]
        assert reader.written_by(run_id) == []
        assert account["sold_to"]["email"] == reader.sold_to(account)
    signed_in = handover.sign_in(**writer(reader))
    assert set(signed_in["answered"]) == {run_id for run_id, *_ in begun}
    for run_id, *_ in begun:
        report = reader.wait(run_id, 120)
        assert report["result"] == "proved", report
        assert reader.written_by(run_id)


@pytest.mark.rule("C6")
def test_unlinking_has_a_page_of_its_own(installation: Rehearsal) -> None:
    """Who may edit Customers may still be kept from the support tool: nobody is renamed then."""
    account = installation.account(new_person="none", sold_to_uid="9042")
    page = f"/customer/{account['sold_to']['customer_id']}/unlink_gitlab_user"
    kept = {"kind": "status", "system": "customersdot", "path": f"{page}$", "code": 403}
    installation.control("POST", "faults", {**kept, "times": None})
    report = installation.wait(installation.start(account, rename_customer=True))
    assert asks(report) == "sign-in"
    assert "unlink_gitlab_user customer" in report["question"]["text"]
    assert installation.writes(account) == []
