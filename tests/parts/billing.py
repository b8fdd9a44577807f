"""People who work by hand in the systems: Billing in Zuora, an operator in CustomersDot."""

import time
from collections.abc import Mapping
from typing import Any

import requests

from clients.customersdot import CUSTOMER
from domain.windows import WriteWindow
from tasks.clients import customersdot
from tests.parts.rehearsal import Rehearsal


class Billing:
    """Somebody at Billing with the right to write in Zuora."""

    def __init__(self, installation: Rehearsal) -> None:
        self._url = installation.env["ZUORA_URL"]
        self._session = requests.Session()
        answer = self._session.post(
            f"{self._url}/oauth/token",
            data={
                "client_id": installation.env["ZUORA_CLIENT_ID"],
                "client_secret": installation.env["ZUORA_CLIENT_SECRET"],
                "grant_type": "client_credentials",
            },
            timeout=10,
        )
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._session.headers["Zuora-Version"] = "2025-08-12"

    def make_sold_to(self, account: Mapping[str, Any], person: Mapping[str, Any]) -> None:
        """Writes a person into the account's Sold To contact."""
        self.rewrite(account["sold_to"]["contact_id"], person)

    def make_bill_to(self, account: Mapping[str, Any], person: Mapping[str, Any]) -> None:
        """Writes a person into the account's Bill To contact."""
        self.rewrite(account["bill_to"]["contact_id"], person)

    def rewrite(self, contact_id: str, person: Mapping[str, Any]) -> None:
        """Writes a person into a contact."""
        names = {"first_name": "firstName", "last_name": "lastName", "email": "workEmail"}
        fields = {theirs: person[ours] for ours, theirs in names.items()}
        self._put(f"contacts/{contact_id}", fields)

    def split(self, account: Mapping[str, Any]) -> str:
        """Gives the Bill To a contact of its own, and returns the contact's id."""
        fields = {"firstName": "Berta", "lastName": "Own", "workEmail": "berta@billing.example"}
        body = {"accountId": account["account_id"], **fields}
        answer = self._session.post(f"{self._url}/v1/contacts", json=body, timeout=10).json()
        assert answer["success"], answer
        self._put(f"accounts/{account['account_id']}", {"billToContactId": answer["id"]})
        return str(answer["id"])

    def _put(self, path: str, body: Mapping[str, Any]) -> None:
        answer = self._session.put(f"{self._url}/v1/{path}", json=body, timeout=10)
        assert answer.json()["success"], answer.text


STRANGER = {
    "first_name": "Somebody",
    "last_name": "Else",
    "email": "somebody.else@elsewhere.example",
}


def add_member(customer: Mapping[str, Any], billing_account_id: str) -> None:
    """An operator lets a Customer manage a billing account."""
    window = WriteWindow("by-hand", time.monotonic() + 10)
    customersdot().create_membership(str(customer["customer_id"]), billing_account_id, window)


def remove_member(customer: Mapping[str, Any]) -> None:
    """An operator ends a Customer's membership."""
    [held] = customersdot().memberships_of_customer(str(customer["customer_id"]))
    customersdot().delete_membership(held.id, WriteWindow("by-hand", time.monotonic() + 10))


def switch_login_off(customer: Mapping[str, Any]) -> None:
    """An operator switches a Customer's login off."""
    window = WriteWindow("by-hand", time.monotonic() + 10)
    fields = {"login_activated": False}
    customersdot()._admin.update(CUSTOMER, str(customer["customer_id"]), fields, window)


def sign_up(person: Mapping[str, Any]) -> None:
    """Somebody becomes a Customer."""
    window = WriteWindow("by-hand", time.monotonic() + 10)
    fields = {name: person[name] for name in ("first_name", "last_name", "email")}
    customersdot()._admin.create(CUSTOMER, fields, window)
