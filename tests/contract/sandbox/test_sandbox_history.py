"""The history pages and what they hide."""

import re
from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account()


def test_a_change_is_one_line_with_new_values_only(admin: Admin, fresh: dict[str, Any]) -> None:
    """Oldest first, the operator as `admin:`, the time to the minute."""
    path = f"customer/{fresh['new']['customer_id']}"
    admin.put(path, first_name="Neu")
    row = admin.page(f"{path}/history").select("table#history tbody tr")[-1]
    at, user, message = (cell.get_text(strip=True) for cell in row.select("td"))
    assert re.fullmatch(r"[A-Z][a-z]+ \d\d, \d{4} \d\d:\d\d", at)
    assert user == "admin:ops@handover.example"
    assert message.startswith("update [first_name = Neu, ")
    assert fresh["new"]["first_name"] not in message


def test_the_create_line_leaves_defaults_out(box: Control, admin: Admin) -> None:
    """Only a login that was never on stands in it."""
    for activated, expected in ((True, False), (False, True)):
        fresh = box.account(login_activated=activated)
        (line,) = admin.history(f"customer/{fresh['new']['customer_id']}/history")
        assert line.startswith("create [")
        assert ("login_activated = false" in line) is expected


def test_a_login_switched_off_on_purpose_has_a_line_of_its_own(admin: Admin) -> None:
    """A00000003's new Customer: off after the create line."""
    (customer,) = admin.json("customer", query="noel.neumark")
    create, later = admin.history(f"customer/{customer['id']}/history")
    assert "login_activated" not in create
    assert later.startswith("update [login_activated = false")


def test_the_box_looks_at_the_event_only(admin: Admin) -> None:
    """What stands in a line is not found by its text."""
    (customer,) = admin.json("customer", query="noel.neumark")
    path = f"customer/{customer['id']}/history"
    assert admin.history(f"{path}?query=login_activated = false") == []
    assert len(admin.history(f"{path}?query=update")) == 1


def test_sorting_is_ignored_and_pages_have_twenty_lines(
    admin: Admin, fresh: dict[str, Any]
) -> None:
    """All lines only with `all=true`."""
    path = f"customer/{fresh['new']['customer_id']}"
    for number in range(21):
        admin.put(path, first_name=f"Name{number}")
    lines = admin.history(f"{path}/history?sort=created_at&sort_reverse=true")
    assert (len(lines), lines[0].split()[0]) == (20, "create")
    assert len(admin.history(f"{path}/history?page=2")) == 2
    everything = admin.history(f"{path}/history?all=true")
    assert (len(everything), "Name20" in everything[-1]) == (22, True)


def test_values_are_not_escaped(admin: Admin, fresh: dict[str, Any]) -> None:
    """A name can read like a second field."""
    path = f"customer/{fresh['new']['customer_id']}"
    admin.put(path, first_name="A, login_activated = false")
    assert "first_name = A, login_activated = false, " in admin.history(f"{path}/history")[-1]


def test_a_deleted_record_lives_on_in_the_models_history(
    admin: Admin, fresh: dict[str, Any]
) -> None:
    """Its own history is 404; the model's names it by number."""
    model, number = "billing_account_membership", fresh["sold_to"]["membership_id"]
    admin.write("DELETE", f"{model}/{number}/delete")
    headers = {"Accept": "text/html"}
    answer = admin.call("GET", f"admin/{model}/{number}/history", headers=headers)
    assert answer.status_code == 404
    row = admin.page(f"{model}/history").select("table#history tbody tr")[0]
    _, _, item, message = (cell.get_text(strip=True) for cell in row.select("td"))
    assert item == f"Billing account membership #{number}"
    assert message.startswith("destroy [id = , customer_id = , ")
