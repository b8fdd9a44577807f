"""Which format an answer has, and what exists in which."""

import pytest

from tests.contract.sandbox.sandbox_peers import HTML, JSON, Admin, Control


@pytest.mark.parametrize(
    ("path", "headers", "status", "kind"),
    [
        ("customer/1/history", JSON, 500, "application/json"),
        ("customer/1/delete", JSON, 406, "application/json"),
        ("customer/1.xml", {}, 406, "text/html"),
        ("customer/1.csv", {}, 406, "text/html"),
        ("customers", JSON, 500, "application/json"),
        ("customers/1", JSON, 500, "application/json"),
        ("customers", HTML, 404, "text/html"),
        ("billing_account/new", JSON, 403, "application/json"),
        ("billing_account/new", HTML, 403, "text/html"),
        ("customer/999999", HTML, 404, "text/html"),
        ("customer/999999", JSON, 200, "application/json"),
        ("customer/999999/edit", HTML, 404, "text/html"),
        ("customer/999999/delete", HTML, 404, "text/html"),
        ("customer/999999/history", HTML, 404, "text/html"),
        ("nothing/at/all/here", HTML, 404, "text/html"),
        ("customer/", JSON, 200, "application/json"),
        ("customer/1/", JSON, 200, "application/json"),
    ],
)
def test_reads(admin: Admin, path: str, headers: dict[str, str], status: int, kind: str) -> None:
    """Status and content type together; a trailing slash makes no difference."""
    answer = admin.call("GET", f"admin/{path}", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        f"{kind}; charset=utf-8",
    )


def test_errors_in_json_say_status_and_name(admin: Admin) -> None:
    """And nothing else."""
    answers = {
        "billing_account/new": {"status": 403, "error": "Forbidden"},
        "customer/new": {"status": 406, "error": "Not Acceptable"},
    }
    for path, body in answers.items():
        assert admin.call("GET", f"admin/{path}", headers=JSON).json() == body


def test_a_missing_record_in_a_json_write_is_the_list(box: Control, admin: Admin) -> None:
    """200 with an array for update and delete: it looks like success."""
    for method, path in (("PUT", "edit"), ("DELETE", "delete")):
        answer = admin.write(method, f"customer/999999/{path}", headers=JSON, json={})
        assert (answer.status_code, type(answer.json())) == (200, list)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_delete_is_a_302_in_every_format(box: Control, admin: Admin, accept: str) -> None:
    """With an HTML stub, also for who asked for JSON."""
    key = box.account()["new"]["customer_id"]
    answer = admin.write("DELETE", f"customer/{key}/delete", headers={"Accept": accept})
    assert (answer.status_code, "redirected" in answer.text) == (302, True)
    assert admin.json("customer.json", **{"bulk_ids[]": key}) == []


def test_a_head_has_no_body(admin: Admin) -> None:
    """The head alone, with the length of what a GET would bring."""
    answer = admin.call("HEAD", "admin/customer", headers=HTML)
    assert (answer.status_code, answer.content) == (200, b"")
