"""Writing in the admin: results, refusals and everything that looks like success but is none."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control, alert, soup

MEMBERSHIP = "billing_account_membership"
HTML = {"Accept": "text/html"}


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="saves")


def pair(fresh: dict[str, Any]) -> dict[str, Any]:
    """A new membership of the new person."""
    return {
        "customer_id": fresh["new"]["customer_id"],
        "billing_account_id": fresh["billing_account_id"],
    }


def test_a_membership_is_created_by_form(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """302 to the list, a flash message, a member, and a log entry with actor and request id."""
    admin.http.headers["X-Request-Id"] = "run-1"
    answer = admin.save(f"{MEMBERSHIP}/new", **{key: str(it) for key, it in pair(fresh).items()})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{box.root}/customersdot/admin/{MEMBERSHIP}"
    assert "successfully created" in alert(admin.page(MEMBERSHIP), "success")
    (entry,) = box.writes(account=fresh["account_number"])
    assert (entry["action"], entry["actor"]) == ("create", "ops@handover.example")
    assert (entry["request_id"], entry["origin"], entry["method"]) == ("run-1", "request", "POST")
    assert entry["after"]["customer_id"] == fresh["new"]["customer_id"]


def test_a_json_create_is_200_with_a_string_id(admin: Admin, fresh: dict[str, Any]) -> None:
    """Not 201, and the id is a string."""
    answer = admin.write("POST", f"{MEMBERSHIP}/new.json", json={MEMBERSHIP: pair(fresh)})
    assert answer.status_code == 200
    assert isinstance(answer.json()["id"], str)
    assert answer.json()["label"] == f"BillingAccountMembership #{answer.json()['id']}"


def test_a_second_membership_is_refused_with_the_reason(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """406 with the form and the alert; nothing is written."""
    taken = {
        "customer_id": str(fresh["sold_to"]["customer_id"]),
        "billing_account_id": str(fresh["billing_account_id"]),
    }
    answer = admin.save(f"{MEMBERSHIP}/new", **taken)
    assert answer.status_code == 406
    assert alert(answer).startswith("Billing account membership failed to be created")
    assert "Customer has already been taken" in alert(answer)
    assert soup(answer).select_one("form.denser") is not None
    assert box.writes(account=fresh["account_number"]) == []


def test_of_many_at_once_one_gets_the_membership(box: Control, fresh: dict[str, Any]) -> None:
    """The rule holds against a race: one is saved, the others are refused."""
    admins = [Admin(box.root) for _ in range(6)]
    with ThreadPoolExecutor(len(admins)) as pool:
        answers = pool.map(
            lambda one: (
                one.write(
                    "POST", f"{MEMBERSHIP}/new.json", json={MEMBERSHIP: pair(fresh)}
                ).status_code
            ),
            admins,
        )
    assert sorted(answers) == [200, 406, 406, 406, 406, 406]
    assert len(box.writes(account=fresh["account_number"])) == 1


def test_json_does_not_learn_the_reason(admin: Admin, fresh: dict[str, Any]) -> None:
    """406 without a word; the reason leaks onto the next page."""
    taken = pair(fresh) | {"customer_id": fresh["sold_to"]["customer_id"]}
    answer = admin.write("POST", f"{MEMBERSHIP}/new.json", json={MEMBERSHIP: taken})
    assert (answer.status_code, answer.json()) == (406, {"status": 406, "error": "Not Acceptable"})
    assert "already been taken" in alert(admin.page("billing_account"))
    assert alert(admin.page("billing_account")) == ""


def test_a_fragment_has_the_reason_too(admin: Admin, fresh: dict[str, Any]) -> None:
    """The script format gets the form without the page around it."""
    headers = {"Accept": "text/javascript"}
    answer = admin.write("POST", f"{MEMBERSHIP}/new", headers=headers)
    assert answer.status_code == 406
    assert "must exist" in alert(answer)
    assert soup(answer).select_one("html") is None


def test_a_create_without_the_models_key_counts_as_blank(admin: Admin) -> None:
    """All required fields are missing."""
    assert (
        admin.write("POST", "customer/new.json", json={"email": "a@b.example"}).status_code == 406
    )


def test_there_is_no_create_on_the_list(box: Control, admin: Admin) -> None:
    """POST to the list only shows it."""
    answer = admin.write("POST", "customer.json", json={"customer": {"email": "a@b.example"}})
    assert isinstance(answer.json(), list)
    assert admin.json("customer", query="a@b.example") == []


def test_a_json_update_changes_only_what_is_sent(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """The rest stays."""
    path = f"customer/{fresh['new']['customer_id']}"
    before = admin.json(path)
    answer = admin.put(path, last_name="Neuname")
    assert answer.json() == {"id": str(before["id"]), "label": before["email"]}
    after = admin.json(path)
    assert after == before | {"last_name": "Neuname", "updated_at": after["updated_at"]}


def test_fields_outside_the_form_are_dropped(admin: Admin, fresh: dict[str, Any]) -> None:
    """No error, no change."""
    path = f"customer/{fresh['new']['customer_id']}"
    assert admin.put(path, uid="666", id=1).status_code == 200
    assert admin.json(path)["uid"] is None


def test_an_empty_update_is_200(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A save with nothing in it succeeds."""
    path = f"customer/{fresh['new']['customer_id']}/edit.json"
    assert admin.write("PUT", path, json={}).status_code == 200


def test_a_json_update_of_a_missing_record_is_200_with_the_list(box: Control, admin: Admin) -> None:
    """An array, and nothing is written."""
    before = len(box.writes())
    answer = admin.put("customer/999999", first_name="Nobody")
    assert (answer.status_code, isinstance(answer.json(), list)) == (200, True)
    assert len(box.writes()) == before


def test_an_html_update_of_a_missing_record_is_404(admin: Admin) -> None:
    """With the list page."""
    answer = admin.write("PUT", "customer/999999/edit", headers=HTML)
    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "customer/1/edit"),
    ("PATCH", "customer/1/edit"),
    ("DELETE", "customer/1"),
    ("POST", "customer/1/delete"),
])  # fmt: skip
def test_wrong_verbs_are_404(admin: Admin, method: str, path: str) -> None:
    """Rails has no such route."""
    assert admin.write(method, path).status_code == 404


def test_an_unchanged_save_looks_like_any_other(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """302 and a success message, but no line in the history; only the write log knows."""
    path = f"customer/{fresh['sold_to']['customer_id']}"
    lines = admin.history(f"{path}/history")
    answer = admin.save(f"{path}/edit")
    assert answer.status_code == 302
    assert "successfully updated" in alert(admin.page("customer"), "success")
    assert admin.history(f"{path}/history") == lines
    (entry,) = box.writes(account=fresh["account_number"])
    assert (entry["action"], entry["after"]) == ("unchanged-save", {})


def test_continue_means_cancel(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """302 as after a save, but nothing is saved."""
    customer = fresh["new"]["customer_id"]
    data = {
        "_method": "put",
        "authenticity_token": admin.meta,
        "customer[first_name]": "Zed",
        "_continue": "",
    }
    answer = admin.call("POST", f"admin/customer/{customer}/edit", data=data)
    assert answer.status_code == 302
    assert box.writes(model="customer", record_id=customer) == []


def test_other_buttons_lead_elsewhere(admin: Admin, fresh: dict[str, Any]) -> None:
    """Back to the form, or on to the next new one."""
    customer = fresh["new"]["customer_id"]
    for button, target in (("_add_edit", f"{customer}/edit"), ("_add_another", "new")):
        data = {"_method": "put", "authenticity_token": admin.meta, button: ""}
        answer = admin.call("POST", f"admin/customer/{customer}/edit", data=data)
        assert answer.headers["Location"].endswith(f"/customer/{target}")


def test_return_to_stays_on_the_site(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A local address is followed, a foreign one ignored."""
    customer = fresh["new"]["customer_id"]
    here = f"{box.root}/customersdot/admin/"
    for wanted, target in (
        ("/customersdot/admin/billing_account", f"{here}billing_account"),
        ("http://evil.example/", f"{here}customer"),
        ("//evil.example/", f"{here}customer"),
    ):
        answer = admin.write("PUT", f"customer/{customer}/edit", data={"return_to": wanted})
        assert answer.headers["Location"] == target


def test_a_taken_address_is_refused_whatever_its_case(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """Email has already been taken."""
    email = fresh["sold_to"]["email"].upper()
    answer = admin.save(f"customer/{fresh['new']['customer_id']}/edit", email=email)
    assert answer.status_code == 406
    assert "Email has already been taken" in alert(answer)
    assert box.writes(account=fresh["account_number"]) == []


def test_required_fields_and_markup_in_the_alert(admin: Admin, fresh: dict[str, Any]) -> None:
    """Every reason is a line of its own, with entities for special characters."""
    path = f"customer/{fresh['new']['customer_id']}/edit"
    answer = admin.save(path, first_name="", last_name="")
    assert "<br>- First name can&#39;t be blank<br>- Last name can&#39;t be blank" in answer.text


def test_an_unconfirmed_address_is_parked(admin: Admin, fresh: dict[str, Any]) -> None:
    """Without skipping confirmation the address stays; JSON does not show where the new one is."""
    path = f"customer/{fresh['new']['customer_id']}"
    assert admin.put(path, email="parked@canary.example").status_code == 200
    assert admin.json(path)["email"] == fresh["new"]["email"]
    field = admin.page(path).select_one(".unconfirmed_email_field")
    assert field is not None
    assert "parked@canary.example" in field.get_text()


def test_skipping_confirmation_changes_the_address(admin: Admin, fresh: dict[str, Any]) -> None:
    """The checkbox steers the save and is not stored."""
    path = f"customer/{fresh['new']['customer_id']}"
    answer = admin.save(f"{path}/edit", email="new@canary.example", skip_email_confirmation="1")
    assert answer.status_code == 302
    assert admin.json(path)["email"] == "new@canary.example"
    _, data = admin.form(f"{path}/edit")
    assert data["customer[skip_email_confirmation]"] == "0"


def test_the_login_checkbox(admin: Admin, box: Control) -> None:
    """The form sends 0 and, when ticked, 1."""
    path = f"customer/{box.account(login_activated=False)['new']['customer_id']}"
    _, data = admin.form(f"{path}/edit")
    assert data["customer[login_activated]"] == "0"
    admin.save(f"{path}/edit", login_activated="1")
    assert admin.json(path)["login_activated"] is True
    _, data = admin.form(f"{path}/edit")
    assert data["customer[login_activated]"] == "1"


def test_a_customer_is_created(admin: Admin) -> None:
    """By the form, unconfirmed unless that is skipped."""
    answer = admin.save("customer/new", first_name="A", last_name="B", email="ab@canary.example")
    assert answer.status_code == 302
    (row,) = admin.json("customer", query="ab@canary.example")
    assert (row["first_name"], row["uid"]) == ("A", None)


def test_special_characters_come_back_intact(admin: Admin, fresh: dict[str, Any]) -> None:
    """Unicode and markup survive in JSON and do not break the page."""
    path = f"customer/{fresh['new']['customer_id']}"
    name = "Zoë <b>&\"Ø'"
    admin.put(path, first_name=name)
    assert admin.json(path)["first_name"] == name
    assert admin.form(f"{path}/edit")[1]["customer[first_name]"] == name
