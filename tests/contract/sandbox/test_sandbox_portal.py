"""The portal: one-time links, and what a Customer does behind one."""

from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Admin, Control, alert, fields, soup

SIGN_IN = "customers/sign_in"


class Visitor:
    """Somebody with a browser of their own, who is no operator."""

    def __init__(self, url: str) -> None:
        self.root = url
        self.http = requests.Session()

    def get(self, address: str) -> requests.Response:
        whole = address if "://" in address else f"{self.root}/customersdot/{address}"
        return self.http.get(whole, timeout=20)

    def submit(self, page: requests.Response, form: str, **typed: str) -> requests.Response:
        """Fill in a form of a page and press its button."""
        found = soup(page).select_one(f"form#{form}")
        assert found is not None, page.text
        data = fields(found) | {f"customer[{name}]": value for name, value in typed.items()}
        return self.http.post(f"{self.root}{found['action']}", data=data, timeout=20)

    def ask_for_link(self, email: str) -> requests.Response:
        return self.submit(self.get(f"{SIGN_IN}?legacy=true"), "new_customer", email=email)


@pytest.fixture
def visitor(box: Control) -> Visitor:
    return Visitor(box.root)


@pytest.fixture
def account(box: Control) -> dict[str, Any]:
    return box.account(email_tag="portal", sold_to_uid="9042")


def newest_link(box: Control, email: str) -> str:
    """The link in the newest mail."""
    return str(box.get("one_time_links", email=email)[0]["url"])


def test_a_link_is_mailed_to_a_customer(
    box: Control, visitor: Visitor, account: dict[str, Any]
) -> None:
    """Whatever the letter case; a line in the log and a mail with neither link nor more."""
    email = account["sold_to"]["email"]
    answer = visitor.ask_for_link(f" {email.upper()} ")
    assert "is on its way" in alert(answer, "info")
    (mail,) = box.get("mails", recipient=email)
    assert (mail["kind"], mail["recipient"]) == ("one-time-link", email)
    (line,) = box.writes(account=account["account_number"])
    assert (line["model"], line["action"], line["actor"]) == ("customer", "send", "anybody")
    assert line["after"] == {"kind": "one-time-link", "recipient": email}
    assert newest_link(box, email).rsplit("/", 1)[-1] not in answer.text + str(line) + str(mail)


def test_nobody_learns_who_is_a_customer(
    box: Control, visitor: Visitor, account: dict[str, Any]
) -> None:
    """The same answer for a stranger; no mail."""
    known = visitor.ask_for_link(account["sold_to"]["email"])
    stranger = visitor.ask_for_link("stranger@nowhere.example")
    assert [one.status_code for one in known.history + stranger.history] == [302, 302]
    assert alert(known, "info") == alert(stranger, "info")
    assert box.get("mails", recipient="stranger@nowhere.example") == []


def test_a_login_that_is_off_gets_no_mail(box: Control, visitor: Visitor) -> None:
    one = box.account(login_activated=False, email_tag="off")
    assert "is on its way" in alert(visitor.ask_for_link(one["new"]["email"]), "info")
    assert box.get("mails", recipient=one["new"]["email"]) == []


def test_only_the_legacy_page_has_the_form(visitor: Visitor) -> None:
    assert soup(visitor.get(SIGN_IN)).select_one("form") is None
    assert soup(visitor.get(f"{SIGN_IN}?legacy=true")).select_one("form#new_customer") is not None


def test_the_form_needs_its_token(box: Control, visitor: Visitor, account: dict[str, Any]) -> None:
    data = {"customer[email]": account["sold_to"]["email"]}
    url = f"{box.root}/customersdot/{SIGN_IN}/one_time"
    assert visitor.http.post(url, data=data, timeout=20).status_code == 422
    assert box.get("mails", recipient=account["sold_to"]["email"]) == []


def test_a_link_works_once(box: Control, visitor: Visitor, account: dict[str, Any]) -> None:
    """Then it is used, and the next visitor is a stranger."""
    email = account["sold_to"]["email"]
    visitor.ask_for_link(email)
    link = newest_link(box, email)
    assert soup(visitor.get(link)).select_one("form#edit_customer") is not None
    second = Visitor(box.root)
    assert "not valid or has expired" in alert(second.get(link))
    assert second.get("customers/edit").url.endswith(SIGN_IN)
    assert box.get("one_time_links", email=email)[0]["used"]


def test_a_link_ends(box: Control, visitor: Visitor, account: dict[str, Any]) -> None:
    email = account["sold_to"]["email"]
    visitor.ask_for_link(email)
    box.set(sign_in_link_ttl=0)
    assert "not valid or has expired" in alert(visitor.get(newest_link(box, email)))
    assert box.get("one_time_links", email=email)[0]["expired"]


@pytest.mark.parametrize("end", ["1-" + "0" * 40, "x-1", "999999-" + "0" * 40])
def test_a_guessed_link_is_no_good(visitor: Visitor, end: str) -> None:
    assert "not valid" in alert(visitor.get(f"{SIGN_IN}/one_time/{end}"))


def test_the_admin_shows_a_link_that_works_once(
    box: Control, admin: Admin, visitor: Visitor, account: dict[str, Any]
) -> None:
    """After its use there is another one; the JSON never has it."""
    key = account["sold_to"]["customer_id"]

    def shown() -> str:
        card = admin.page(f"customer/{key}").select_one(".one_time_sign_in_url_field .card-body")
        assert card is not None
        return card.text

    first = shown()
    assert soup(visitor.get(first)).select_one("form#edit_customer") is not None
    assert shown() != first
    assert "one_time" not in str(admin.json(f"customer/{key}.json"))


def claim(box: Control, visitor: Visitor, whose: str, **typed: str) -> requests.Response:
    """Follow a link and change the details."""
    visitor.ask_for_link(whose)
    return visitor.submit(visitor.get(newest_link(box, whose)), "edit_customer", **typed)


def test_claiming_an_account_changes_zuora(
    box: Control, visitor: Visitor, account: dict[str, Any]
) -> None:
    """Same Customer, new name and email at once, and the Sold To follows (G1)."""
    new = "claimed@portal.example"
    claim(box, visitor, account["sold_to"]["email"], first_name="Cleo", email=new)
    box.settle()
    truth = box.truth(account["account_number"])
    (customer,) = (
        one
        for one in truth["customersdot"]["customers"]
        if one["id"] == account["sold_to"]["customer_id"]
    )
    assert (customer["email"], customer["unconfirmed_email"]) == (new, None)
    assert (truth["zuora"]["sold_to"]["work_email"]) == new
    assert truth["zuora"]["sold_to"]["first_name"] == "Cleo"
    first = box.writes(account=account["account_number"], action="update", origin="request")[0]
    assert first["actor"] == f"customer:{account['sold_to']['customer_id']}"


def test_an_email_that_another_customer_has(
    box: Control, visitor: Visitor, account: dict[str, Any]
) -> None:
    """The form again, with the reason; nothing is changed."""
    answer = claim(box, visitor, account["sold_to"]["email"], email=account["new"]["email"])
    assert answer.status_code == 200
    assert "Email has already been taken" in alert(answer)
    assert box.writes(account=account["account_number"], action="update") == []


def test_linking_a_gitlab_account(box: Control, visitor: Visitor, account: dict[str, Any]) -> None:
    """The uid is replaced; Zuora is not told."""
    visitor.ask_for_link(account["sold_to"]["email"])
    page = visitor.get(newest_link(box, account["sold_to"]["email"]))
    assert "Uid is invalid" in alert(visitor.submit(page, "gitlab_account", uid="me"))
    visitor.submit(page, "gitlab_account", uid="7001")
    (line,) = box.writes(account=account["account_number"], action="update")
    assert (line["before"], line["after"]) == ({"uid": "9042"}, {"uid": "7001"})
    assert box.truth(account["account_number"])["pending_effects"] == 0


def test_a_link_is_no_way_into_the_admin(
    box: Control, visitor: Visitor, account: dict[str, Any]
) -> None:
    """A Customer is no operator."""
    visitor.ask_for_link(account["sold_to"]["email"])
    visitor.get(newest_link(box, account["sold_to"]["email"]))
    assert visitor.get("admin/customer").url.endswith("/admins/sign_in")
