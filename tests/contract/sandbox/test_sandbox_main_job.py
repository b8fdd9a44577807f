"""The whole change of contact by an independent client: `requests`, the standard library, facts.

It shares nothing with the project's clients or with the other peers here: whoever reads only the
documentation of the two systems must be able to do the job on the sandbox.
"""

import html
import re
from typing import Any

import requests

from tests.contract.sandbox.sandbox_peers import Control, running
from tests.parts.waiting import wait_until

ACCOUNT = "A00000001"
NEW = "nils.nordquist@brightwater.example"
CONTACT = "billing_account_contact"
MEMBERSHIP = "billing_account_membership"


def field(page: str, name: str) -> str:
    """The value of an input, wherever it stands on the page."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group())
    return html.unescape(value.group(1)) if value else ""


class Portal:
    """CustomersDot through its pages."""

    def __init__(self, root: str) -> None:
        self.admin = f"{root}/customersdot/admin"
        self.http = requests.Session()
        page = self.http.get(f"{root}/customersdot/admins/sign_in", timeout=20).text
        form = {
            "authenticity_token": field(page, "authenticity_token"),
            "admin[email]": "ops@handover.example",
            "admin[password]": "sandbox-password",
        }
        url = f"{root}/customersdot/admins/sign_in"
        answer = self.http.post(url, data=form, timeout=20, allow_redirects=False)
        assert answer.status_code == 302

    def one(self, model: str, name: str, value: str, operator: str = "is") -> dict[str, Any]:
        """The one record whose field equals a value exactly."""
        params = {f"f[{name}][1][o]": operator, f"f[{name}][1][v]": value}
        url = f"{self.admin}/{model}.json"
        (row,) = self.http.get(url, params=params, timeout=20).json()
        assert isinstance(row, dict)
        return row

    def page(self, path: str) -> str:
        """A page in HTML."""
        headers = {"Accept": "text/html"}
        answer = self.http.get(f"{self.admin}/{path}", headers=headers, timeout=20)
        assert answer.status_code == 200
        return answer.text

    def submit(self, path: str, page: str, method: str, fields: dict[str, Any]) -> None:
        """Send a form with the token that stands in it."""
        form = page[page.index("<form") :]
        data = fields | {
            "_method": method,
            "authenticity_token": field(form, "authenticity_token"),
        }
        answer = self.http.post(
            f"{self.admin}/{path}", data=data, timeout=20, allow_redirects=False
        )
        assert answer.status_code == 302, answer.text


def sold_to(root: str) -> dict[str, Any]:
    """The Sold To as Zuora has it, read as a client that may only read."""
    form = {
        "client_id": "5a4dbc0e-0000-4000-8000-000000000002",
        "client_secret": "sandbox-zuora-reader",
        "grant_type": "client_credentials",
    }
    token = requests.post(f"{root}/zuora/oauth/token", data=form, timeout=20).json()
    headers = {
        "Authorization": f"Bearer {token['access_token']}",
        "Zuora-Version": "2025-08-12",
    }
    url = f"{root}/zuora/v1/accounts/{ACCOUNT}"
    body = requests.get(url, headers=headers, timeout=20).json()
    assert body["success"] is True
    return dict(body["soldToContact"], account=body["basicInfo"]["id"])


def change(root: str) -> dict[str, Any]:
    """C5 in the documented order: membership in, membership out, contact."""
    before, portal = sold_to(root), Portal(root)
    old = portal.one("customer", "email", before["workEmail"])
    new = portal.one("customer", "email", NEW)
    account = portal.one("billing_account", "zuora_account_id", before["account"])
    member = portal.one(MEMBERSHIP, "customer", str(old["id"]))
    assert member["billing_account_id"] == account["id"]
    assert new["login_activated"] is True
    fields = {
        f"{MEMBERSHIP}[customer_id]": new["id"],
        f"{MEMBERSHIP}[billing_account_id]": account["id"],
    }
    portal.submit(f"{MEMBERSHIP}/new", portal.page(f"{MEMBERSHIP}/new"), "post", fields)
    path = f"{MEMBERSHIP}/{member['id']}/delete"
    portal.submit(path, portal.page(path), "delete", {})
    copy = portal.one(CONTACT, "work_email", before["workEmail"])
    path = f"{CONTACT}/{copy['id']}/edit"
    page = portal.page(path)
    assert "You are about to edit the <strong>sold to contact</strong>" in page
    names = {"first_name": new["first_name"], "last_name": new["last_name"], "work_email": NEW}
    portal.submit(path, page, "put", {f"{CONTACT}[{name}]": it for name, it in names.items()})
    return before


def proved(root: str, before: dict[str, Any]) -> bool:
    """Zuora's Sold To is the new contact, in the same record."""
    now = sold_to(root)
    return bool(now["workEmail"] == NEW and now["id"] == before["id"])


def test_the_main_job_needs_nothing_but_http() -> None:
    """Done and proved through the two systems; the write log agrees and has nothing else."""
    with running(lag=0.05) as box:
        before = change(box.root)
        wait_until(lambda: proved(box.root, before), 30, "the change to arrive in Zuora")
        check_log(box)


def check_log(box: Control) -> None:
    """Exactly the planned requests, in order, and effects on the same account only."""
    requested = [(one["model"], one["action"]) for one in box.writes(origin="request")]
    assert requested == [
        (MEMBERSHIP, "create"),
        (MEMBERSHIP, "delete"),
        (CONTACT, "update"),
    ]
    accounts = {one["zuora_account_id"] for one in box.writes()}
    assert len(accounts) == 1
    truth = box.truth(ACCOUNT)["customersdot"]
    assert [one["customer_id"] for one in truth["memberships"]] == [
        one["id"] for one in truth["customers"] if one["email"] == NEW
    ]
    assert not [one for one in box.writes(model="customer") if one["action"] == "create"]
