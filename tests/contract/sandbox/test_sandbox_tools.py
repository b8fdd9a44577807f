"""The support tools of the admin: unlinking, licences, activation codes, and their tabs."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import HTML, Admin, Control, Zuora, alert, fields, soup

TICKET = "https://support.zendesk.example/agent/tickets/4711"


@pytest.fixture
def linked(box: Control) -> dict[str, Any]:
    return box.account(email_tag="tools", sold_to_uid="9042")


def unlink(admin: Admin, path: str, **changes: str) -> Any:
    """Open the tab, fill in the form, press Confirm."""
    form = admin.page(path).select_one("form#unlink_gitlab_user")
    assert form is not None
    data = fields(form) | {f"unlink_gitlab_user[{name}]": it for name, it in changes.items()}
    return admin.call("POST", f"admin/{path}", data=data)


def tabs_of(admin: Admin, path: str) -> dict[str, str]:
    """The tabs of a record's page: class name and address."""
    found = admin.page(path).select("ul.nav-tabs li.nav-item")
    return {str(one["class"][-1]): str(one.a["href"]) for one in found if one.a}


def test_a_linked_customer_is_unlinked(box: Control, admin: Admin, linked: dict[str, Any]) -> None:
    """From the tab's form with a ticket link: the uid goes, an audit event stays, Zuora sleeps."""
    key = linked["sold_to"]["customer_id"]
    path = f"customer/{key}/unlink_gitlab_user"
    address = tabs_of(admin, f"customer/{key}")["unlink_gitlab_user_member_link"]
    assert address == f"/customersdot/admin/{path}"
    page = admin.page(path)
    assert page.select_one('input[name="unlink_gitlab_user[uid]"]')["value"] == "9042"  # type: ignore[index]
    answer = unlink(admin, path, zendesk_ticket_link=TICKET)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{box.root}/customersdot/admin/customer/{key}"
    assert (admin.json(f"customer/{key}.json")["uid"]) is None
    assert admin.history(f"customer/{key}/history")[-1].startswith("update [provider = , uid = ,")
    (event,) = admin.json("admin_tool_audit_event.json", **{"f[customer][1][v]": key})
    assert (event["action"], event["request_link"]) == ("unlink_gitlab_user", TICKET)
    assert event["requester"] == "ops@handover.example"
    assert box.truth(linked["account_number"])["pending_effects"] == 0


def test_the_tab_is_gone_once_unlinked(admin: Admin, linked: dict[str, Any]) -> None:
    """Whether there is something to unlink shows in whether there is the tab."""
    path = f"customer/{linked['sold_to']['customer_id']}"
    unlink(admin, f"{path}/unlink_gitlab_user", zendesk_ticket_link=TICKET)
    tabs = tabs_of(admin, path)
    assert "unlink_gitlab_user_member_link" not in tabs
    assert "impersonate_member_link" in tabs
    again = unlink(admin, f"{path}/unlink_gitlab_user", zendesk_ticket_link=TICKET)
    assert (again.status_code, "not linked" in alert(again)) == (406, True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "Zendesk ticket link can't be blank"),
        ({"zendesk_ticket_link": "4711"}, "Zendesk ticket link is invalid"),
        ({"zendesk_ticket_link": TICKET, "uid": "1"}, "Uid is not the linked GitLab user"),
    ],
)
def test_an_unlink_can_be_refused(
    box: Control, admin: Admin, linked: dict[str, Any], changes: dict[str, str], reason: str
) -> None:
    """406 with the form and the reason; nothing is written."""
    path = f"customer/{linked['sold_to']['customer_id']}/unlink_gitlab_user"
    answer = unlink(admin, path, **changes)
    assert (answer.status_code, reason in alert(answer)) == (406, True)
    assert soup(answer).select_one("form#unlink_gitlab_user") is not None
    assert box.writes(account=linked["account_number"]) == []


def test_tools_work_for_readers(box: Control, linked: dict[str, Any]) -> None:
    """They need no right to write Customers, but a token like everything."""
    reader = Admin(box.root, "readonly@handover.example", "sandbox-readonly")
    path = f"customer/{linked['sold_to']['customer_id']}/unlink_gitlab_user"
    assert reader.call("POST", f"admin/{path}", headers=HTML).status_code == 422
    assert unlink(reader, path, zendesk_ticket_link=TICKET).status_code == 302


@pytest.mark.parametrize(
    "path", ["membership/1/unlink_gitlab_user", "customer/999999/unlink_gitlab_user"]
)
def test_no_tool_without_a_record(admin: Admin, path: str) -> None:
    """An unknown model or record is a 404 page."""
    assert admin.call("GET", f"admin/{path}", headers=HTML).status_code == 404


def test_tools_are_for_their_model_and_html_only(admin: Admin, linked: dict[str, Any]) -> None:
    """403 on another model, 406 in JSON, 501 for the portal behind Impersonate."""
    key = linked["sold_to"]["customer_id"]
    other = f"admin/billing_account/{linked['billing_account_id']}/unlink_gitlab_user"
    assert admin.call("GET", other, headers=HTML).status_code == 403
    for path in (f"customer/{key}/unlink_gitlab_user.json", "license/validate_license.json"):
        assert admin.call("GET", f"admin/{path}").status_code == 406
    portal = admin.call("GET", f"admin/customer/{key}/impersonate", headers=HTML)
    assert portal.status_code == 501


def test_an_unused_code_has_no_activations_tab(box: Control, admin: Admin) -> None:
    """The tab exists only once an instance used the code, and lists it."""
    found = {}
    for kind in ("cloud", "cloud-used"):
        one = box.account(licence=kind)
        (code,) = box.truth(one["account_number"])["customersdot"]["cloud_activations"]
        found[kind] = tabs_of(admin, f"cloud_activation/{code['id']}")
    name = "self_managed_instance_activations_member_link"
    assert name not in found["cloud"]
    page = admin.page(found["cloud-used"][name].removeprefix("/customersdot/admin/"))
    assert len(page.select("table#related tbody tr")) == 1


def test_a_code_is_found_by_itself_and_by_subscription(box: Control, admin: Admin) -> None:
    """`query` searches both; the show page names the billing account."""
    one = box.account(licence="cloud")
    (code,) = box.truth(one["account_number"])["customersdot"]["cloud_activations"]
    for query in (code["activation_code"], code["subscription_name"]):
        rows = admin.json("cloud_activation.json", query=query)
        assert [row["id"] for row in rows] == [code["id"]]
    text = admin.page(f"cloud_activation/{code['id']}").get_text(" ")
    assert code["subscription_name"] in text
    assert one["account_id"] in text


def test_codes_and_licences_cannot_be_edited(box: Control, admin: Admin) -> None:
    """Their lists have no pencil and their forms are forbidden."""
    box.account(licence="legacy")
    assert not admin.page("license").select("li.edit_member_link")
    for path in ("license/1/edit", "cloud_activation/new", "license/1/delete"):
        assert admin.call("GET", f"admin/{path}", headers=HTML).status_code == 403


def validated(admin: Admin, text: str) -> Any:
    """Paste a text into the page and press Validate."""
    form = admin.page("license/validate_license").select_one("form#validate_license")
    assert form is not None
    data = fields(form) | {"validate_license[license_key]": text}
    return admin.call("POST", "admin/license/validate_license", data=data)


@pytest.mark.parametrize("kind", ["offline", "legacy"])
def test_a_pasted_licence_names_its_holder(box: Control, admin: Admin, kind: str) -> None:
    """Name, address, company, dates and the record, also when pasting broke the lines."""
    one = box.account(licence=kind, email_tag="lic")
    (record,) = box.truth(one["account_number"])["customersdot"]["licenses"]
    assert record["offline_cloud_licensing_enabled"] is (kind == "offline")
    for text in (record["license_file"], record["license_file"].replace("\n", " \r\n ")):
        page = soup(validated(admin, text))
        shown = {dt.text: dd.text for dt, dd in pairs(page, "dl.licensee")}
        assert shown["Email"] == one["sold_to"]["email"]
        assert shown["Name"] == f"{one['sold_to']['first_name']} {one['sold_to']['last_name']}"
        assert shown["Company"] == record["company"]
        link = page.select_one("dl#license a")
        assert link is not None
        assert link["href"] == f"/customersdot/admin/license/{record['id']}"


def pairs(page: Any, selector: str) -> list[tuple[Any, Any]]:
    found = page.select_one(selector)
    assert found is not None
    return list(zip(found.select("dt"), found.select("dd"), strict=True))


@pytest.mark.parametrize("text", ["", "nonsense", "bm9uc2Vuc2U="])
def test_what_is_no_licence_decodes_to_nothing(admin: Admin, text: str) -> None:
    """406 and a reason, no licensee."""
    answer = validated(admin, text)
    assert (answer.status_code, "could not be decoded" in alert(answer)) == (406, True)
    assert soup(answer).select_one("dl") is None


def test_a_changed_licence_decodes_to_nothing(box: Control, admin: Admin) -> None:
    """One other letter is enough."""
    one = box.account(licence="legacy")
    (record,) = box.truth(one["account_number"])["customersdot"]["licenses"]
    text = record["license_file"]
    middle = len(text) // 2
    changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    assert validated(admin, changed).status_code == 406


def test_a_customers_subscriptions_name_the_invoice_owner(
    box: Control, admin: Admin, zuora: Zuora
) -> None:
    """The page on which support recognises a reseller."""
    one = box.account(reseller=True)
    page = admin.page(f"customer/{one['sold_to']['customer_id']}/zuora_subscriptions")
    (row,) = page.select("table#related tbody tr")
    owner = zuora.call("GET", f"v1/subscriptions/accounts/{one['account_number']}").json()
    name = owner["subscriptions"][0]["invoiceOwnerAccountName"]
    assert row.select_one("td.invoice_owner_field").text == name  # type: ignore[union-attr]
    assert row.select_one("td.account_field").text != name  # type: ignore[union-attr]


def test_a_customers_codes(box: Control, admin: Admin) -> None:
    """The codes of the billing account that the Customer manages."""
    one = box.account(licence="cloud")
    (code,) = box.truth(one["account_number"])["customersdot"]["cloud_activations"]
    page = admin.page(f"customer/{one['sold_to']['customer_id']}/cloud_activations")
    assert [cell.text for cell in page.select("td.activation_code_field")] == [
        code["activation_code"]
    ]
    stranger = admin.page(f"customer/{one['new']['customer_id']}/cloud_activations")
    assert stranger.select("td.activation_code_field") == []
