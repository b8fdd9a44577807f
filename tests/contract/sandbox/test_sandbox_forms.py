"""Deleting in the admin, and what its pages show and offer."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control, alert

MEMBERSHIP = "billing_account_membership"
HTML = {"Accept": "text/html"}


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="forms")


def test_a_membership_is_deleted(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """The page asks, 302 to the list, and the record is gone."""
    member = fresh["sold_to"]["membership_id"]
    form = admin.page(f"{MEMBERSHIP}/{member}/delete").select_one("form")
    assert form is not None
    data = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    answer = admin.http.post(f"{box.root}{form['action']}", data=data, allow_redirects=False)
    assert answer.status_code == 302
    assert alert(admin.page("customer"), "success").endswith("successfully deleted")
    assert admin.json(MEMBERSHIP, **{"bulk_ids[]": member}) == []
    (entry,) = box.writes(account=fresh["account_number"])
    assert (entry["action"], entry["before"]["id"]) == ("delete", member)


def test_a_json_delete_is_a_redirect_too(admin: Admin, fresh: dict[str, Any]) -> None:
    """302 with an HTML stub, then 200 with the list when it is gone."""
    path = f"{MEMBERSHIP}/{fresh['sold_to']['membership_id']}/delete.json"
    assert admin.write("DELETE", path).status_code == 302
    again = admin.write("DELETE", path)
    assert (again.status_code, isinstance(again.json(), list)) == (200, True)


def test_an_html_delete_of_a_missing_record_is_404(admin: Admin) -> None:
    """With an alert that names it."""
    answer = admin.write("DELETE", f"{MEMBERSHIP}/999999/delete", headers=HTML)
    assert answer.status_code == 404
    assert "with id '999999' could not be found" in alert(answer)


def test_a_refused_delete_is_406(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A Customer with a membership stays; the page says why, JSON does not."""
    path = f"customer/{fresh['sold_to']['customer_id']}/delete"
    answer = admin.write("DELETE", path, headers=HTML)
    assert answer.status_code == 406
    assert "dependent billing account membership" in alert(answer)
    assert admin.write("DELETE", path, headers=JSON).json()["status"] == 406
    assert box.writes(account=fresh["account_number"]) == []


@pytest.mark.parametrize(
    ("order", "texts"),
    [({}, ["sold to contact", "bill to contact"]), ({"shared_contact": True}, [
        "sold to and bill to contact"])],
)  # fmt: skip
def test_the_banner_says_which_role(
    box: Control, admin: Admin, order: dict[str, Any], texts: list[str]
) -> None:
    """Above a contact's form stands whom the edit will touch."""
    fresh = box.account(**order)
    for party, text in zip(("sold_to", "bill_to"), texts, strict=False):
        page = admin.page(f"billing_account_contact/{fresh[party]['copy_id']}/edit")
        banner = page.select_one("div.alert-warning strong")
        assert banner is not None
        assert banner.get_text() == text


def test_a_contact_without_a_role_has_no_banner(admin: Admin, fresh: dict[str, Any]) -> None:
    """Once no account refers to it."""
    copy = fresh["bill_to"]["copy_id"]
    admin.write("DELETE", f"billing_account_contact/{copy}/delete")
    data = {"zuora_contact_id": fresh["bill_to"]["contact_id"]}
    answer = admin.write(
        "POST", "billing_account_contact/new.json", json={"billing_account_contact": data}
    )
    new = answer.json()["id"]
    assert admin.page(f"billing_account_contact/{new}/edit").select_one(".alert-warning") is None
    assert admin.json(f"billing_account_contact/{new}")["work_email"] == fresh["bill_to"]["email"]


def test_an_unknown_zuora_contact_makes_no_copy(admin: Admin) -> None:
    """The copy is made of something, or not at all."""
    answer = admin.save("billing_account_contact/new", zuora_contact_id="nope")
    assert answer.status_code == 406


def test_a_new_form_can_be_filled_by_its_address(admin: Admin, fresh: dict[str, Any]) -> None:
    """Parameters choose options beforehand."""
    customer = fresh["new"]["customer_id"]
    _, data = admin.form(f"{MEMBERSHIP}/new?{MEMBERSHIP}[customer_id]={customer}")
    assert data[f"{MEMBERSHIP}[customer_id]"] == str(customer)


def test_tabs_are_there_only_for_what_is_possible(admin: Admin, fresh: dict[str, Any]) -> None:
    """Billing accounts have no Delete tab."""
    customer = admin.page(f"customer/{fresh['new']['customer_id']}")
    assert customer.select_one("ul.nav-tabs li.delete_member_link a") is not None
    account = admin.page(f"billing_account/{fresh['billing_account_id']}")
    assert account.select_one("ul.nav-tabs li.edit_member_link a") is not None
    assert account.select_one("ul.nav-tabs li.delete_member_link") is None
