"""Many records at once: bulk deletion and the export in all its forms."""

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.contract.sandbox.sandbox_peers import HTML, Admin, Control, alert, hidden, soup

MEMBERSHIP = "billing_account_membership"


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="bulk", sold_to_uid="77", extra_members=1)


def member(one: dict[str, Any]) -> str:
    return str(one["sold_to"]["membership_id"])


def chosen(*ids: str) -> list[tuple[str, str]]:
    return [("bulk_ids[]", one) for one in ids]


def test_a_bulk_action_asks_first(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """The menu's action shows the question; its form deletes and redirects."""
    data = [("bulk_action", "bulk_delete"), *chosen(member(fresh))]
    page = soup(admin.write("POST", f"{MEMBERSHIP}/bulk_action", data=data, headers=HTML))
    form = page.select_one("form")
    assert form is not None
    assert box.truth(fresh["account_number"])["customersdot"]["memberships"]
    answer = admin.http.post(f"{box.root}{form['action']}", hidden(form), allow_redirects=False)
    assert answer.status_code == 302
    assert "1 Billing account membership successfully deleted" in alert(
        admin.page("customer"), "success"
    )
    left = box.truth(fresh["account_number"])["customersdot"]["memberships"]
    assert member(fresh) not in {str(one["id"]) for one in left}


def test_a_bulk_delete_of_nothing_looks_the_same(box: Control, admin: Admin) -> None:
    """302 although no record existed; there is not even a flash."""
    for ids in ([], chosen("999999")):
        before = box.writes()
        answer = admin.write("DELETE", f"{MEMBERSHIP}/bulk_delete", data=ids, headers=HTML)
        assert answer.status_code == 302
        assert box.writes() == before
        page = admin.page("customer")
        assert alert(page, "success") == alert(page) == ""


def test_a_bulk_delete_tells_what_it_could_not_do(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """302 too; the flash of the next page counts both."""
    free, bound = (str(fresh[who]["customer_id"]) for who in ("new", "sold_to"))
    answer = admin.write("DELETE", "customer/bulk_delete", data=chosen(free, bound), headers=HTML)
    assert answer.status_code == 302
    page = admin.page("billing_account")
    assert "1 Customer successfully deleted" in alert(page, "success")
    assert "1 Customer failed to be deleted" in alert(page)
    assert [one["id"] for one in admin.json("customer.json", **{"bulk_ids[]": bound})] == [
        int(bound)
    ]
    assert admin.json("customer.json", **{"bulk_ids[]": free}) == []


def test_bulk_deletion_can_be_cancelled_and_forbidden(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """`_continue` is Cancel; models without delete and readers get 403; a token is needed."""
    ids = chosen(member(fresh))
    path = f"{MEMBERSHIP}/bulk_delete"
    cancelled = admin.write("DELETE", path, data=[*ids, ("_continue", "")], headers=HTML)
    assert cancelled.status_code == 302
    assert admin.call("DELETE", f"admin/{path}", data=ids, headers=HTML).status_code == 422
    account = chosen(str(fresh["billing_account_id"]))
    forbidden = admin.write("DELETE", "billing_account/bulk_delete", data=account, headers=HTML)
    assert forbidden.status_code == 403
    reader = Admin(box.root, "readonly@handover.example", "sandbox-readonly")
    assert reader.write("DELETE", path, data=ids, headers=HTML).status_code == 403
    assert box.writes(account=fresh["account_number"]) == []


def test_a_bulk_question_without_records_leads_back(admin: Admin) -> None:
    """So does an action that does not exist."""
    for action in ("bulk_delete", "explode"):
        answer = admin.write(
            "POST", f"{MEMBERSHIP}/bulk_action", data={"bulk_action": action}, headers=HTML
        )
        assert answer.status_code == 302


def export(admin: Admin, path: str, **params: Any) -> Any:
    return admin.call("GET", f"admin/{path}", params=params)


def test_an_export_can_call_methods(admin: Admin, fresh: dict[str, Any]) -> None:
    """Any method: here the secret sign-in link leaves the house; an unknown one is a 500."""
    ids = {"bulk_ids[]": fresh["sold_to"]["customer_id"], "json": "1"}
    asked = ids | {"schema[only][]": "id", "schema[methods][]": "one_time_sign_in_url"}
    (row,) = export(admin, "customer/export", **asked).json()
    assert "one_time" in row["one_time_sign_in_url"]
    broken = export(admin, "customer/export", **(asked | {"schema[methods][]": "nothing_known"}))
    assert broken.status_code == 500


def test_an_export_can_leave_columns_out(admin: Admin, fresh: dict[str, Any]) -> None:
    """`except` is the other way to name columns."""
    ids = {"bulk_ids[]": fresh["sold_to"]["customer_id"], "json": "1"}
    (row,) = export(admin, "customer/export", **(ids | {"schema[except][]": "email"})).json()
    assert "first_name" in row
    assert "email" not in row


def test_an_export_can_be_an_attachment(admin: Admin) -> None:
    """`send_data` only adds the header that makes a browser save it."""
    plain = export(admin, "customer/export", csv="1")
    saved = export(admin, "customer/export", csv="1", send_data="1")
    assert "Content-Disposition" not in plain.headers
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.text == plain.text


def test_an_export_includes_records_in_csv_and_xml(admin: Admin, fresh: dict[str, Any]) -> None:
    """Joined columns get the association's name in CSV and an element of their own in XML."""
    asked = {
        "bulk_ids[]": member(fresh),
        "schema[only][]": "id",
        "schema[include][customer][only][]": "email",
    }
    path = f"{MEMBERSHIP}/export"
    (row,) = csv.DictReader(io.StringIO(export(admin, path, csv="1", **asked).text))
    assert row == {"id": member(fresh), "customer.email": fresh["sold_to"]["email"]}
    root = ElementTree.fromstring(export(admin, path, xml="1", **asked).text)
    assert root.tag == "billing-account-memberships"
    assert root.findtext("billing-account-membership/id") == member(fresh)
    assert root.findtext("*/customer/email") == fresh["sold_to"]["email"]


def test_a_list_with_a_schema_can_be_xml(admin: Admin, fresh: dict[str, Any]) -> None:
    """Without one it is a 500 (tested with the lists); JSON follows a schema too."""
    asked = {"bulk_ids[]": fresh["sold_to"]["customer_id"], "schema[only][]": "uid"}
    answer = export(admin, "customer.xml", **asked)
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert "<uid>77</uid>" in answer.text
    assert export(admin, "customer.json", **asked).json() == [{"uid": "77"}]


def test_an_export_by_post_needs_a_token(admin: Admin) -> None:
    """Only the GET goes without."""
    assert admin.call("POST", "admin/customer/export", data={"json": "1"}).status_code == 422
    answer = admin.write("POST", "customer/export", data={"json": "1"})
    assert answer.status_code == 200
