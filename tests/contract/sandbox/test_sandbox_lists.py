"""Reading lists: formats, pages, and filters that say nothing when they are not understood."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control

MEMBERSHIPS = "billing_account_membership"


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="lists")


def filters(field: str, operator: str, value: Any) -> dict[str, Any]:
    """The parameters of one list filter."""
    return {f"f[{field}][1][o]": operator, f"f[{field}][1][v]": value, "all": "true"}


def test_the_suffix_and_the_exact_header_give_json(admin: Admin) -> None:
    """Two ways to ask for JSON."""
    for path, headers in (("customer.json", {}), ("customer", JSON)):
        answer = admin.call("GET", f"admin/{path}", headers=headers)
        assert isinstance(answer.json(), list)


def test_a_browserlike_accept_header_gives_html(admin: Admin) -> None:
    """JSON named beside */* counts as a browser."""
    headers = {"Accept": "application/json, text/plain, */*"}
    answer = admin.call("GET", "admin/customer", headers=headers)
    assert answer.headers["Content-Type"].startswith("text/html")


def test_anything_goes_differs_between_list_and_record(admin: Admin) -> None:
    """`*/*` is HTML for a list and JSON for a record."""
    headers = {"Accept": "*/*"}
    kinds = [
        admin.call("GET", f"admin/{path}", headers=headers).headers["Content-Type"].split(";")[0]
        for path in ("customer", "customer/1")
    ]
    assert kinds == ["text/html", "application/json"]


def test_forms_have_no_json(admin: Admin) -> None:
    """406 for the JSON of a form, 500 for the JSON of a history."""
    for path, status in (("new", 406), ("1/edit", 406), ("1/delete", 406), ("1/history", 500)):
        assert admin.call("GET", f"admin/customer/{path}", headers=JSON).status_code == status


def test_xml_without_a_schema_is_an_error(admin: Admin) -> None:
    """The list as XML is a 500."""
    assert admin.call("GET", "admin/customer.xml").status_code == 500


def test_a_list_has_twenty_rows_and_no_total(box: Control, admin: Admin) -> None:
    """Newest first; `all` gives every row, and pages go on where the last one ended."""
    box.post("accounts", count=20)
    first = admin.json("customer")
    assert len(first) == 20
    everything = admin.json("customer", all="true")
    assert len(everything) > 20
    assert [row["id"] for row in everything] == sorted(
        (row["id"] for row in everything), reverse=True
    )
    assert admin.json("customer", page=2) == everything[20:40]


def test_page_sizes(box: Control, admin: Admin) -> None:
    """`per` counts; nonsense falls back to 25, and beyond the end there is nothing."""
    box.post("accounts", count=15)
    assert len(admin.json("customer", per=3)) == 3
    assert len(admin.json("customer", per="x")) == 25
    assert admin.json("customer", page=999) == []


def test_compact_rows_have_string_ids(admin: Admin) -> None:
    """Id and label only; the id is a string here and a number elsewhere."""
    (row, *_) = admin.json("customer", compact="true")
    assert set(row) == {"id", "label"}
    assert isinstance(row["id"], str)
    assert isinstance(admin.json("customer")[0]["id"], int)


def test_lists_can_be_sorted(admin: Admin) -> None:
    """By a column, in both directions; an unknown column changes nothing."""
    emails = [row["email"] for row in admin.json("customer", sort="email", all="true")]
    assert emails == sorted(emails)
    down = admin.json("customer", sort="email", sort_reverse="true", all="true")
    assert [row["email"] for row in down] == emails[::-1]
    assert admin.json("customer", sort="nope") == admin.json("customer")


def test_secrets_of_the_login_are_not_in_json(box: Control, admin: Admin) -> None:
    """Lists and records lack what Devise hides; the page shows it."""
    assert "unconfirmed_email" not in admin.json("customer")[0]
    assert "confirmed_at" not in admin.json("customer/1")
    page = admin.page("customer/1")
    assert page.select_one(".unconfirmed_email_field") is not None
    assert page.select_one(".one_time_sign_in_url_field") is not None


def test_the_search_is_a_substring_of_one_column(admin: Admin, fresh: dict[str, Any]) -> None:
    """Part of an address finds it whatever the case; a full name finds nothing."""
    person = fresh["new"]
    found = admin.json("customer", query=person["email"].upper()[2:])
    assert [row["id"] for row in found] == [person["customer_id"]]
    assert admin.json("customer", query=f"{person['first_name']} {person['last_name']}") == []


def test_wildcards_in_a_search_are_not_escaped(admin: Admin, fresh: dict[str, Any]) -> None:
    """An underscore stands for any character."""
    pattern = fresh["new"]["email"].replace(".", "_")
    found = admin.json("customer", query=pattern)
    assert [row["id"] for row in found] == [fresh["new"]["customer_id"]]


@pytest.mark.parametrize(
    ("operator", "value"),
    [("nope", "x"), ("is", ""), ("like", "  "), ("", "")],
)
def test_a_filter_that_is_not_understood_shows_every_row(
    admin: Admin, operator: str, value: str
) -> None:
    """Dropped without a word."""
    assert admin.json("customer", **filters("email", operator, value)) == admin.json(
        "customer", all="true"
    )


def test_other_silent_drops(admin: Admin) -> None:
    """An id with letters and a blank search are dropped as well."""
    everything = admin.json("customer", all="true")
    assert admin.json("customer", **filters("id", "default", "1x")) == everything
    assert admin.json("customer", query="", all="true") == everything


def test_an_unknown_filter_field_is_a_500(admin: Admin) -> None:
    """The only filter mistake that is loud."""
    params = filters("nope", "is", "x")
    assert admin.call("GET", "admin/customer.json", params=params).status_code == 500


def test_is_minds_the_case_and_like_does_not(admin: Admin, fresh: dict[str, Any]) -> None:
    """Exact means exact, although addresses are unique regardless of case."""
    email = fresh["new"]["email"]
    assert len(admin.json("customer", **filters("email", "is", email))) == 1
    assert admin.json("customer", **filters("email", "is", email.upper())) == []
    assert len(admin.json("customer", **filters("email", "like", email.upper()))) == 1


def test_filters_are_anded(admin: Admin, fresh: dict[str, Any]) -> None:
    """Two filters narrow the list twice."""
    domain = fresh["new"]["email"].partition("@")[2]
    params = filters("email", "ends_with", domain)
    assert len(admin.json("customer", **params)) == 2
    params |= {"f[first_name][2][o]": "is", "f[first_name][2][v]": fresh["new"]["first_name"]}
    found = admin.json("customer", **params)
    assert [row["id"] for row in found] == [fresh["new"]["customer_id"]]


def test_booleans_and_blanks(box: Control, admin: Admin) -> None:
    """Switched-off logins, and those without a GitLab account."""
    off = box.account(login_activated=False)["new"]["customer_id"]
    found = {row["id"] for row in admin.json("customer", **filters("login_activated", "", "false"))}
    assert off in found
    assert not found & {
        row["id"] for row in admin.json("customer", **filters("login_activated", "", "true"))
    }
    blank = {row["id"] for row in admin.json("customer", **filters("uid", "_blank", ""))}
    assert off in blank
    assert 2 not in blank


def test_dates_can_be_filtered(box: Control, admin: Admin) -> None:
    """What was made today is found by `today`; planted records are older."""
    fresh = box.account(new_person="none", sold_to_member=False)
    admin.write(
        "POST",
        f"{MEMBERSHIPS}/new.json",
        json={
            MEMBERSHIPS: {
                "customer_id": fresh["sold_to"]["customer_id"],
                "billing_account_id": fresh["billing_account_id"],
            }
        },
    )
    found = admin.json(MEMBERSHIPS, **filters("created_at", "today", ""))
    assert fresh["billing_account_id"] in {row["billing_account_id"] for row in found}
    assert len(found) < len(admin.json(MEMBERSHIPS, all="true"))


def test_memberships_by_customer(admin: Admin, fresh: dict[str, Any]) -> None:
    """By foreign key, and by address since the address labels a Customer."""
    customer = fresh["sold_to"]
    for value in (customer["customer_id"], customer["email"]):
        found = admin.json(MEMBERSHIPS, **filters("customer", "is", value))
        assert [row["id"] for row in found] == [customer["membership_id"]]
    found = admin.json(MEMBERSHIPS, query=customer["email"])
    assert [row["id"] for row in found] == [customer["membership_id"]]


def test_a_billing_accounts_label_cannot_be_filtered(admin: Admin, fresh: dict[str, Any]) -> None:
    """Its label is no column, so such a filter is dropped and shows every row."""
    params = filters("billing_account", "is", fresh["account_id"])
    assert admin.json(MEMBERSHIPS, **params) == admin.json(MEMBERSHIPS, all="true")


def test_the_check_by_ids_cannot_lie(admin: Admin, fresh: dict[str, Any]) -> None:
    """The row or nothing; blank is nothing too."""
    customer = fresh["new"]["customer_id"]
    found = admin.json("customer", **{"bulk_ids[]": customer})
    assert [row["id"] for row in found] == [customer]
    assert admin.json("customer", **{"bulk_ids[]": 999_999}) == []
    assert admin.json("customer", **{"bulk_ids[]": ""}) == []


def test_a_missing_record_in_json_is_200_with_the_list(admin: Admin) -> None:
    """An array where an object was asked for."""
    answer = admin.call("GET", "admin/customer/999999.json")
    assert answer.status_code == 200
    assert answer.json() == admin.json("customer")


def test_a_missing_record_in_html_is_404_with_the_list(admin: Admin) -> None:
    """The list page, with an alert that is shown once more on the next page."""
    answer = admin.call("GET", "admin/customer/999999", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    text = "Customer with id '999999' could not be found"
    assert text in answer.text.replace("&#39;", "'")
    assert text in admin.page("billing_account").get_text()
    assert text not in admin.page("billing_account").get_text()


def test_an_id_with_letters_behind_it_works(admin: Admin) -> None:
    """`1abc` is record 1."""
    assert admin.json("customer/1abc")["id"] == 1


@pytest.mark.parametrize("model", ["customers", "nothing"])
def test_an_unknown_model(admin: Admin, model: str) -> None:
    """The dashboard with 404, and a 500 in JSON."""
    assert admin.call("GET", f"admin/{model}").status_code == 404
    assert admin.call("GET", f"admin/{model}.json").status_code == 500


def test_a_disabled_action_is_403(admin: Admin) -> None:
    """Billing accounts are not made by hand."""
    assert admin.call("GET", "admin/billing_account/new").status_code == 403
    answer = admin.write("POST", "billing_account/new.json", json={})
    assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")


def test_a_known_etag_is_answered_with_304(admin: Admin, fresh: dict[str, Any]) -> None:
    """No body while nothing changes; a new one after a change."""
    path = f"customer/{fresh['new']['customer_id']}"
    known = {"If-None-Match": admin.call("GET", f"admin/{path}.json").headers["ETag"]}
    again = admin.call("GET", f"admin/{path}.json", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    admin.put(path, first_name="Changed")
    assert admin.call("GET", f"admin/{path}.json", headers=known).status_code == 200


def test_an_export_joins_without_a_token(admin: Admin, fresh: dict[str, Any]) -> None:
    """One GET gives each membership with its Customer's address and its account's Zuora id."""
    params = filters("customer", "is", fresh["sold_to"]["customer_id"]) | {
        "json": "1",
        "schema[only][]": "id",
        "schema[include][customer][only][]": "email",
        "schema[include][billing_account][only][]": "zuora_account_id",
    }
    found = admin.call("GET", f"admin/{MEMBERSHIPS}/export", params=params).json()
    assert found == [
        {
            "id": fresh["sold_to"]["membership_id"],
            "customer": {"email": fresh["sold_to"]["email"]},
            "billing_account": {"zuora_account_id": fresh["account_id"]},
        }
    ]


def test_an_export_can_be_csv(admin: Admin) -> None:
    """The same as a table."""
    params = {"csv": "1", "schema[only][]": "email", "bulk_ids[]": "1"}
    lines = admin.call("GET", "admin/customer/export", params=params).text.split()
    assert lines == ["email", admin.json("customer/1")["email"]]


def test_select_options_are_inlined_only_while_few(box: Control, admin: Admin) -> None:
    """A long select holds the chosen record only, and loads the others."""
    fresh = box.account()
    chosen = fresh["new"]["customer_id"]
    path = f"{MEMBERSHIPS}/new?{MEMBERSHIPS}[customer_id]={chosen}"
    for limit, count in ((100_000, None), (1, 1)):
        box.set(inline_options_below=limit)
        options = admin.page(path).select(
            f"#{MEMBERSHIPS}_customer_id option[value]:not([value=''])"
        )
        assert count is None or len(options) == count
        assert str(chosen) in [one["value"] for one in options]
    params = {"associated_collection": "customer", "compact": "true", "current_action": "create"}
    answer = admin.json("customer", **params, source_abstract_model=MEMBERSHIPS)
    assert 0 < len(answer) <= 30
    found = admin.json("customer", **params, query=fresh["new"]["email"])
    assert found == [{"id": str(chosen), "label": fresh["new"]["email"]}]
