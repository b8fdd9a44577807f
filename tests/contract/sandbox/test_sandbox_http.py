"""What every answer has, whichever system gives it."""

import requests

from tests.contract.sandbox.sandbox_peers import CLIENT, Admin, Control, Zuora


def test_a_redirect_has_a_stub_of_a_page(box: Control, admin: Admin) -> None:
    """Rails sends a short HTML page with every 302, whatever format was asked for."""
    answer = admin.write("POST", "billing_account_membership/new", data={"_continue": ""})
    assert answer.status_code == 302
    there = f"{box.root}/customersdot/admin/billing_account_membership"
    assert answer.headers["Location"] == there
    assert (
        answer.text == f'<html><body>You are being <a href="{there}">redirected</a>.</body></html>'
    )
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_admin_is_there_without_a_slash(admin: Admin) -> None:
    """`/admin` is the dashboard, as `/admin/` is."""
    headers = {"Accept": "text/html"}
    assert admin.call("GET", "admin", headers=headers).status_code == 200
    assert admin.call("GET", "admin/", headers=headers).status_code == 200


def test_an_answer_has_one_date(admin: Admin, zuora: Zuora) -> None:
    """Also where the application dates its answers itself."""
    for answer in (
        admin.call("GET", "admin/customer.json"),
        zuora.call("GET", "v1/accounts/A00000001"),
    ):
        assert len(answer.raw.headers.getlist("Date")) == 1


def test_a_client_secret_may_be_any_text(box: Control) -> None:
    """A secret that is not ASCII is a wrong one, not an error of the server."""
    for secret in ("geh\u00e9im", b"\xff\xfe"):
        form = CLIENT | {"client_secret": secret}
        answer = requests.post(f"{box.root}/zuora/oauth/token", data=form, timeout=20)
        assert answer.status_code == 400


def test_an_order_that_is_not_json_is_refused(box: Control) -> None:
    """A forgotten content type or broken JSON must not grow the default account."""
    for options in (
        {"data": '{"count": 3}'},
        {"data": "{", "headers": {"Content-Type": "application/json"}},
        {"json": ["A00000001"]},
    ):
        answer = requests.post(f"{box.url}/accounts", **options, timeout=20)
        assert (answer.status_code, "JSON object" in answer.json()["error"]) == (400, True)
