"""Licences and activation codes that are mailed again, and the lists of orders and invites."""

from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import HTML, Admin, Control, alert, fields, soup

RESEND = "resend_to_customer"
FORWARDS = {
    "cloud_activation": "forward_cloud_activation_email",
    "license": "forward_license_email",
}
STOREROOM = {"cloud_activation": "cloud_activations", "license": "licenses"}
KINDS = [("cloud_activation", "cloud"), ("license", "offline"), ("license", "legacy")]


def planted(box: Control, model: str, kind: str) -> tuple[dict[str, Any], str]:
    """An account with a licence, and the address of its licence's or code's page."""
    one = box.account(licence=kind, email_tag="send")
    (record,) = box.truth(one["account_number"])["customersdot"][STOREROOM[model]]
    return one, f"{model}/{record['id']}"


def press(admin: Admin, path: str, action: str, typed: str | None = None) -> requests.Response:
    """Open a tab, type a destination if there is one, and press the button."""
    form = admin.page(f"{path}/{action}").select_one(f"form#{action}")
    assert form is not None
    data = fields(form)
    if typed is not None:
        data[f"{action}[destination_email_address]"] = typed
    return admin.call("POST", f"admin/{path}/{action}", data=data)


def sent(box: Control, account: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and recipient of what was sent about an account, by the write log."""
    lines = box.writes(account=account["account_number"], action="send")
    return [(line["after"]["kind"], line["after"]["recipient"]) for line in lines]


def test_a_code_is_resent_to_zuoras_sold_to(box: Control, admin: Admin, zuora: Any) -> None:
    """As Zuora knows them now, not as they were when the code was made."""
    one, path = planted(box, "cloud_activation", "cloud")
    zuora.call(
        "PUT", f"v1/contacts/{one['sold_to']['contact_id']}", json={"workEmail": "n@w.example"}
    )
    assert press(admin, path, RESEND).status_code == 302
    assert sent(box, one) == [("cloud-activation", "n@w.example")]
    (mail,) = box.get("sent-mails", recipient="N@w.example")
    assert mail["kind"] == "cloud-activation"
    (event,) = box.get("mail", recipient="n@w.example")
    assert (event["event"], event["subject"]) == ("delivered", mail["subject"])


@pytest.mark.parametrize("kind", ["offline", "legacy"])
def test_a_licence_is_resent_to_the_address_inside_it(
    box: Control, admin: Admin, zuora: Any, kind: str
) -> None:
    """Whatever Zuora says: a typo stays in it."""
    one, path = planted(box, "license", kind)
    zuora.call(
        "PUT", f"v1/contacts/{one['sold_to']['contact_id']}", json={"workEmail": "n@w.example"}
    )
    assert press(admin, path, RESEND).status_code == 302
    assert sent(box, one) == [("license", one["sold_to"]["email"])]


@pytest.mark.parametrize(("model", "kind"), KINDS)
def test_what_is_forwarded_goes_where_it_is_told(
    box: Control, admin: Admin, model: str, kind: str
) -> None:
    one, path = planted(box, model, kind)
    answer = press(admin, path, FORWARDS[model], " right@address.example ")
    assert answer.headers["Location"] == f"{box.root}/customersdot/admin/{path}"
    assert [recipient for _, recipient in sent(box, one)] == ["right@address.example"]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("", "can't be blank"), ("no address", "is invalid"), ("a@b.example, c@d.example", "invalid")],
)
def test_exactly_one_address(box: Control, admin: Admin, typed: str, reason: str) -> None:
    """406 with the form and the reason, and nothing leaves."""
    one, path = planted(box, "license", "offline")
    answer = press(admin, path, FORWARDS["license"], typed)
    assert (answer.status_code, reason in alert(answer)) == (406, True)
    assert soup(answer).select_one(f"form#{FORWARDS['license']}") is not None
    assert sent(box, one) == []


def test_a_resend_that_does_not_ask(box: Control, admin: Admin) -> None:
    """Nobody knows whether the real one asks; this one can send as soon as it is opened."""
    box.set(resend_asks=False)
    one, path = planted(box, "cloud_activation", "cloud")
    answer = admin.call("GET", f"admin/{path}/{RESEND}", headers=HTML)
    assert answer.status_code == 302
    assert len(sent(box, one)) == 1


@pytest.mark.parametrize(("model", "kind"), KINDS[:2])
def test_the_tabs_are_there(box: Control, admin: Admin, model: str, kind: str) -> None:
    _, path = planted(box, model, kind)
    texts = [tab.get_text(strip=True) for tab in admin.page(path).select("ul.nav-tabs li")]
    assert "Resend to customer via email" in texts
    assert {"Forward license email", "Forward Cloud activation email"} & set(texts)


def test_readers_send_nothing(box: Control) -> None:
    one, path = planted(box, "license", "offline")
    reader = Admin(box.root, "readonly@handover.example", "sandbox-readonly")
    for action in (RESEND, FORWARDS["license"]):
        assert reader.call("GET", f"admin/{path}/{action}", headers=HTML).status_code == 403
    tabs = [tab.get_text(strip=True) for tab in reader.page(path).select("ul.nav-tabs li")]
    assert "Show" in tabs
    assert not {"Resend to customer via email", "Forward license email", "Edit"} & set(tabs)
    assert sent(box, one) == []


def test_orders_name_subscription_and_namespace(box: Control, admin: Admin) -> None:
    """Filtered by `Contains`, as support does it; not to be edited."""
    one = box.account(namespace=True)
    (order,) = box.truth(one["account_number"])["customersdot"]["orders"]
    assert order["customer_id"] == one["sold_to"]["customer_id"]
    assert order["gitlab_namespace_id"].isdigit()
    for column in ("subscription_name", "gitlab_namespace_id", "gitlab_namespace_name"):
        filters = {f"f[{column}][1][o]": "like", f"f[{column}][1][v]": order[column]}
        assert order["id"] in [row["id"] for row in admin.json("order.json", **filters)]
    text = admin.page(f"order/{order['id']}").get_text(" ")
    assert order["gitlab_namespace_name"] in text
    assert admin.call("GET", f"admin/order/{order['id']}/edit", headers=HTML).status_code == 403


def test_a_self_managed_order_has_no_namespace(box: Control) -> None:
    one = box.account()
    (order,) = box.truth(one["account_number"])["customersdot"]["orders"]
    assert order["gitlab_namespace_id"] is None


def test_invites_are_listed(box: Control, admin: Admin) -> None:
    """Who was invited to manage which account, and until when; to read only."""
    one = box.account(invited=True)
    (invite,) = admin.json(
        "billing_account_invite.json", **{"f[billing_account][1][v]": one["billing_account_id"]}
    )
    assert invite["invitee_email"] == one["new"]["email"]
    assert (invite["inviter_id"], invite["accepted_at"]) == (one["sold_to"]["customer_id"], None)
    path = f"admin/billing_account_invite/{invite['id']}/edit"
    assert admin.call("GET", path, headers=HTML).status_code == 403
