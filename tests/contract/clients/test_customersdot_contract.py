"""CustomersDot's methods against the sandbox: what they find, change and leave alone."""

from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Contains
from domain.errors import Defect, Refused, Stale
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known

NILS = "nils.nordquist@brightwater.example"
ORLA = "orla.finchley@brightwater.example"


@pytest.fixture
def account(sandbox: Sandbox) -> dict[str, Any]:
    """The truth about the plain account, A00000001."""
    return sandbox.truth("A00000001")


@pytest.fixture
def zuora_id(account: dict[str, Any]) -> str:
    return str(account["zuora"]["account"]["id"])


def test_a_customer_by_email_in_any_letter_case(dot: CustomersDot) -> None:
    """Emails are compared without letter case, and all fields arrive."""
    found = known(dot.customer_by_email(NILS.upper()))
    assert (found.first_name, found.last_name, found.email) == ("Nils", "Nordquist", NILS)
    assert found.login_activated
    assert dot.customer(found.id) == found


@pytest.mark.parametrize(
    "near", ["nils_nordquist@brightwater.example", "nordquist@brightwater.example"]
)
def test_no_near_match(dot: CustomersDot, near: str) -> None:
    """A wildcard in the email, or an email that is part of another, finds nobody."""
    assert dot.customer_by_email(near) is None


def test_nobody(dot: CustomersDot) -> None:
    """Whoever does not exist is None, by email and by id."""
    assert dot.customer_by_email("nobody@nowhere.example") is None
    assert dot.customer("999999") is None
    assert dot.contact("999999") is None
    assert dot.membership("999999") is None
    assert dot.billing_account_by_zuora_id("f" * 32) is None


def test_an_unconfirmed_email_is_seen(
    dot: CustomersDot, admin: RailsAdmin, window: WriteWindow
) -> None:
    """Devise keeps this column out of lists and records; without it an email change looks done."""
    nils = known(dot.customer_by_email(NILS))
    admin.update("customer", nils.id, {"email": "new@brightwater.example"}, window)
    after = known(dot.customer(nils.id))
    assert (after.email, after.unconfirmed_email) == (NILS, "new@brightwater.example")


def test_the_uid_is_text(dot: CustomersDot) -> None:
    """The linked GitLab account's id."""
    assert known(dot.customer_by_email(ORLA)).uid == "900001"


def test_a_billing_account_and_its_members(
    dot: CustomersDot, account: dict[str, Any], zuora_id: str
) -> None:
    """Account by Zuora id, memberships from both sides."""
    found = known(dot.billing_account_by_zuora_id(zuora_id))
    assert found.zuora_account_name == "Brightwater Labs"
    (membership,) = dot.memberships_of_billing_account(found.id)
    orla = known(dot.customer_by_email(ORLA))
    assert (membership.customer_id, membership.billing_account_id) == (orla.id, found.id)
    assert dot.memberships_of_customer(orla.id) == [membership]
    assert dot.membership(membership.id) == membership
    assert dot.memberships_of_customer(known(dot.customer_by_email(NILS)).id) == []


def test_the_contacts_of_an_account(
    dot: CustomersDot, account: dict[str, Any], zuora_id: str
) -> None:
    """The copies of this account's contacts, with their address."""
    sold, bill = dot.contacts_of_account(zuora_id)
    truth = account["customersdot"]["contacts"][0]
    assert sold.zuora_contact_id == account["zuora"]["sold_to"]["id"]
    assert (sold.work_email, sold.zuora_account_id) == (ORLA, zuora_id)
    assert sold.address.address1 == truth["address_1"]
    assert (sold.address.address2, sold.address.postal_code) == ("", truth["postal_code"])
    assert dot.contact(bill.id) == bill


def test_one_email_on_two_accounts(dot: CustomersDot) -> None:
    """All contacts with the email come back, never just the first."""
    found = dot.contacts_by_email("WANDA.zwillich@doubledeal.example")
    assert len({contact.zuora_account_id for contact in found}) == len(found) == 2
    assert dot.contacts_by_email("wanda_zwillich@doubledeal.example") == []


def test_the_roles_of_contacts(dot: CustomersDot, sandbox: Sandbox, zuora_id: str) -> None:
    """Sold to, bill to, or both, from the page's banner."""
    sold, bill = dot.contacts_of_account(zuora_id)
    assert dot.contact_roles(sold.id) == {"sold to"}
    assert dot.contact_roles(bill.id) == {"bill to"}
    shared = sandbox.truth("A00000004")["customersdot"]["contacts"][0]
    assert dot.contact_roles(str(shared["id"])) == {"sold to", "bill to"}


def test_roles_after_a_save(dot: CustomersDot, zuora_id: str, window: WriteWindow) -> None:
    """The flash of the save before stands on the page too, and changes nothing."""
    sold, _ = dot.contacts_of_account(zuora_id)
    dot.update_contact(sold.id, {"city": "Utrecht"}, window)
    assert dot.contact_roles(sold.id) == {"sold to"}


def test_a_switched_off_login_stands_in_the_history(dot: CustomersDot) -> None:
    """Oldest first: the create line, then the line that switched the login off."""
    noel = known(dot.customer_by_email("noel.neumark@dunewind.example"))
    lines = dot.customer_history(noel.id)
    assert lines[0].event == "create"
    assert "login_activated" not in lines[0].changes
    assert [line.event for line in lines if "login_activated = false" in line.changes] == ["update"]
    assert not noel.login_activated


def test_history_beyond_one_page(dot: CustomersDot, admin: RailsAdmin, window: WriteWindow) -> None:
    """All lines come, not the first twenty."""
    nils = known(dot.customer_by_email(NILS))
    for number in range(22):
        admin.update("customer", nils.id, {"last_name": f"N{number}"}, window)
    lines = dot.customer_history(nils.id)
    assert (len(lines), lines[0].event) == (23, "create")
    assert "last_name = N21" in lines[-1].changes


def test_lists_beyond_one_page(admin: RailsAdmin, sandbox: Sandbox) -> None:
    """A list is whole: JSON alone would stop at twenty without saying so."""
    sandbox.ask("POST", "/accounts", json={"count": 12, "email_tag": "many"})
    rows = admin.rows("customer", [Contains("email", "many")])
    assert len(rows) == 24
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_create_and_delete_a_membership(
    dot: CustomersDot, sandbox: Sandbox, zuora_id: str, window: WriteWindow
) -> None:
    """A membership comes and goes, under the name of the run, and touches nothing else."""
    nils, account = (
        known(dot.customer_by_email(NILS)),
        known(dot.billing_account_by_zuora_id(zuora_id)),
    )
    dot.create_membership(nils.id, account.id, window)
    (made,) = dot.memberships_of_customer(nils.id)
    assert made.billing_account_id == account.id
    dot.delete_membership(made.id, window)
    assert dot.membership(made.id) is None
    writes = [(one["model"], one["action"], one["request_id"]) for one in sandbox.writes()]
    assert writes == [
        ("billing_account_membership", "create", "run-7f"),
        ("billing_account_membership", "delete", "run-7f"),
    ]


def test_a_form_without_options(
    dot: CustomersDot, sandbox: Sandbox, zuora_id: str, window: WriteWindow
) -> None:
    """Where there are too many customers for a select, the form has no options and still works."""
    sandbox.setting(inline_options_below=0)
    nils, account = (
        known(dot.customer_by_email(NILS)),
        known(dot.billing_account_by_zuora_id(zuora_id)),
    )
    dot.create_membership(nils.id, account.id, window)
    assert len(dot.memberships_of_customer(nils.id)) == 1


def test_a_second_membership_is_taken(
    dot: CustomersDot, zuora_id: str, window: WriteWindow
) -> None:
    """One membership per customer: the refusal says so, with a code of its own."""
    orla, account = (
        known(dot.customer_by_email(ORLA)),
        known(dot.billing_account_by_zuora_id(zuora_id)),
    )
    with pytest.raises(Refused, match="Customer has already been taken") as caught:
        dot.create_membership(orla.id, account.id, window)
    assert caught.value.code == "already-taken"


def test_what_is_gone_is_stale(dot: CustomersDot, window: WriteWindow) -> None:
    """Deleting, changing or reading the page of what does not exist."""
    for attempt in (
        lambda: dot.delete_membership("999999", window),
        lambda: dot.activate_login("999999", window),
        lambda: dot.customer_history("999999"),
        lambda: dot.contact_roles("999999"),
    ):
        with pytest.raises(Stale) as caught:
            attempt()
        assert caught.value.code == "missing"


def test_activate_login(dot: CustomersDot, sandbox: Sandbox, window: WriteWindow) -> None:
    """Only the box is ticked; nothing else of the customer changes."""
    nora = known(dot.customer_by_email("nora.newbold@copperleaf.example"))
    assert not nora.login_activated
    dot.activate_login(nora.id, window)
    assert dot.customer(nora.id) == nora.model_copy(update={"login_activated": True})
    (write,) = sandbox.writes()
    assert write["after"] == {"login_activated": True}


def test_an_unchanged_save_is_a_save(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """The server saves the record, with nothing different and no line in the history."""
    orla = known(dot.customer_by_email(ORLA))
    lines = dot.customer_history(orla.id)
    dot.save_customer_unchanged(orla.id, window)
    (write,) = sandbox.writes()
    assert (write["model"], write["action"]) == ("customer", "unchanged-save")
    assert dot.customer_history(orla.id) == lines
    assert dot.customer(orla.id) == orla


def test_update_a_contact(
    dot: CustomersDot, sandbox: Sandbox, zuora_id: str, window: WriteWindow
) -> None:
    """Only the fields that are named change; an empty one is emptied."""
    sold, _ = dot.contacts_of_account(zuora_id)
    values = {"first_name": "Zoë <b>", "address1": None, "postal_code": "1&1"}
    dot.update_contact(sold.id, values, window)
    after = dot.contact(sold.id)
    address = sold.address.model_copy(update={"address1": "", "postal_code": "1&1"})
    assert after == sold.model_copy(update={"first_name": "Zoë <b>", "address": address})
    (write,) = sandbox.writes()
    assert set(write["after"]) == {"first_name", "address_1", "postal_code"}


def test_a_refused_update_says_why(
    dot: CustomersDot, sandbox: Sandbox, zuora_id: str, window: WriteWindow
) -> None:
    """All reasons, with their apostrophes; nothing was written."""
    sold, _ = dot.contacts_of_account(zuora_id)
    with pytest.raises(Refused, match="First name can't be blank; Work email is invalid") as caught:
        dot.update_contact(sold.id, {"first_name": "", "work_email": "no-email"}, window)
    assert caught.value.code == "not-accepted"
    assert sandbox.writes() == []


def test_fields_that_do_not_exist(
    dot: CustomersDot, admin: RailsAdmin, sandbox: Sandbox, zuora_id: str, window: WriteWindow
) -> None:
    """A field that we or the form do not know is never sent: it would be dropped in silence."""
    sold, _ = dot.contacts_of_account(zuora_id)
    with pytest.raises(Defect, match="no field shoe_size"):
        dot.update_contact(sold.id, {"city": "X", "shoe_size": "42"}, window)
    with pytest.raises(Defect, match="no field uid") as caught:
        admin.update("customer", "1", {"last_name": "X", "uid": "1"}, window)
    assert caught.value.code == "field-missing"
    assert sandbox.writes() == []
