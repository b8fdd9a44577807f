"""Sessions, forgery protection and what strangers get to see."""

import pytest

from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control, alert, soup

WRITE = {"customer": {"first_name": "Zed"}}


def test_a_good_password_leads_into_the_admin(box: Control) -> None:
    """302 to the dashboard, at an absolute address below the mount."""
    answer = Admin(box.root, email="").sign_in("ops@handover.example", "sandbox-password")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{box.root}/customersdot/admin/"


def test_a_wrong_password_is_200_with_the_form_again(box: Control) -> None:
    """Only the page's text tells that it failed."""
    answer = Admin(box.root, email="").sign_in("ops@handover.example", "wrong")
    assert answer.status_code == 200
    assert soup(answer).select_one("form#new_admin") is not None
    assert "Invalid Email or password" in alert(answer)


def test_signing_out_is_204_and_final(admin: Admin) -> None:
    """Afterwards even the old cookie is worth nothing."""
    old = admin.http.cookies.copy()
    answer = admin.call("DELETE", "admins/sign_out", headers={"X-CSRF-Token": admin.meta})
    assert answer.status_code == 204
    admin.http.cookies = old
    assert admin.call("GET", "admin/customer", headers=JSON).status_code == 401


def test_a_stranger_is_redirected_in_html(box: Control) -> None:
    """A page leads to the sign-in page."""
    answer = Admin(box.root, email="").call("GET", "admin/customer")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/customersdot/admins/sign_in")


def test_a_stranger_gets_401_in_json(box: Control) -> None:
    """JSON tells it in a body."""
    answer = Admin(box.root, email="").call("GET", "admin/customer.json")
    assert answer.status_code == 401
    assert "sign in" in answer.json()["error"]


def test_a_strangers_write_is_422(box: Control) -> None:
    """The token is checked before the sign-in."""
    stranger = Admin(box.root, email="")
    assert stranger.call("PUT", "admin/customer/1/edit", json=WRITE).status_code == 422


def test_a_write_after_the_session_ran_out_is_422(box: Control, admin: Admin) -> None:
    """Not a redirect: the token has died with the session, and nothing is written."""
    box.set(session_ttl=0)
    customer = box.account()["new"]["customer_id"]
    answer = admin.put(f"customer/{customer}", first_name="Zed")
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert box.writes(model="customer", record_id=customer) == []


def test_a_read_after_the_session_ran_out_is_a_redirect(box: Control, admin: Admin) -> None:
    """A page read leads to the sign-in page again."""
    box.set(session_ttl=0)
    assert admin.call("GET", "admin/customer", headers={"Accept": "text/html"}).status_code == 302


def test_a_missing_token_is_an_empty_422_in_html(admin: Admin) -> None:
    """HTML gets no body."""
    answer = admin.call("POST", "admin/customer/new", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.text) == (422, "")


def test_a_missing_token_is_a_422_with_a_body_in_json(admin: Admin) -> None:
    """JSON gets status and name."""
    answer = admin.call("PUT", "admin/customer/1/edit.json", json=WRITE)
    assert answer.status_code == 422
    assert answer.json() == {"status": 422, "error": "Unprocessable Entity"}


def test_the_global_token_is_good_for_many_writes(box: Control, admin: Admin) -> None:
    """The token of the page's head is reusable, in the header or in the form."""
    path = f"customer/{box.account()['new']['customer_id']}"
    assert admin.put(path, first_name="Ann").status_code == 200
    assert admin.put(path, first_name="Bob").status_code == 200
    data = {"_method": "put", "authenticity_token": admin.meta, "customer[first_name]": "Cid"}
    assert admin.call("POST", f"admin/{path}/edit", data=data).status_code == 302


def test_a_forms_token_is_for_that_form_only(box: Control, admin: Admin) -> None:
    """The same token on another record's form, or for another method, is refused."""
    order = box.account()
    one, other = order["new"]["customer_id"], order["sold_to"]["customer_id"]
    _, data = admin.form(f"customer/{one}/edit")
    assert admin.call("POST", f"admin/customer/{other}/edit", data=data).status_code == 422
    gone = data | {"_method": "delete"}
    assert admin.call("POST", f"admin/customer/{one}/delete", data=gone).status_code == 422
    assert admin.call("POST", f"admin/customer/{one}/edit", data=data).status_code == 302


def test_tokens_from_before_the_sign_in_are_void(box: Control) -> None:
    """Signing in starts a new session."""
    admin = Admin(box.root, email="")
    page = soup(admin.call("GET", "admins/sign_in"))
    meta = page.select_one("meta[name=csrf-token]")
    assert meta is not None
    assert admin.sign_in("ops@handover.example", "sandbox-password").status_code == 302
    admin.meta = str(meta["content"])
    assert admin.put("customer/1", first_name="Zed").status_code == 422


def test_a_foreign_origin_is_refused(box: Control, admin: Admin) -> None:
    """Even with a good token; the site's own origin is fine."""
    path = f"customer/{box.account()['new']['customer_id']}/edit.json"
    for origin, status in (("http://evil.example", 422), (box.root, 200)):
        answer = admin.write("PUT", path, json=WRITE, headers={"Origin": origin})
        assert answer.status_code == status


def test_posting_to_a_list_needs_a_token(admin: Admin) -> None:
    """The list may be POSTed, but not without a token."""
    assert admin.call("POST", "admin/customer").status_code == 422
    assert admin.write("POST", "customer").status_code == 200


@pytest.mark.parametrize("path", ["customer/1/edit", "customer/1/delete", "customer/new"])
def test_a_reader_may_not_open_forms(box: Control, path: str) -> None:
    """An operator without write access is forbidden what leads to writes."""
    reader = Admin(box.root, "readonly@handover.example", "sandbox-readonly")
    assert reader.call("GET", f"admin/{path}").status_code == 403


def test_a_reader_may_not_write(box: Control) -> None:
    """403 in JSON too, and nothing is written; reading is allowed."""
    reader = Admin(box.root, "readonly@handover.example", "sandbox-readonly")
    customer = box.account()["new"]["customer_id"]
    answer = reader.put(f"customer/{customer}", first_name="Zed")
    assert (answer.status_code, answer.json()) == (403, {"status": 403, "error": "Forbidden"})
    assert box.writes(model="customer", record_id=customer) == []
    assert reader.json(f"customer/{customer}")["id"] == customer
