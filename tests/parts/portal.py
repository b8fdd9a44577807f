"""A customer with a browser of their own, who does in the portal what the message tells them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from bs4 import BeautifulSoup

from tests.parts.rehearsal import Rehearsal


class Portal:
    """The Customers Portal as somebody sees it who can read the owner's mailbox."""

    def __init__(self, installation: Rehearsal) -> None:
        self._installation = installation
        self._url = installation.env["CUSTOMERSDOT_URL"].rstrip("/")
        self._browser = requests.Session()

    def ask_for_link(self, email: str) -> None:
        """Has a one-time link sent to an address."""
        page = self._browser.get(f"{self._url}/customers/sign_in?legacy=true", timeout=20)
        self._submit(page, "new_customer", email=email)

    def mailed(self, email: str) -> int:
        """How many one-time links were sent to an address."""
        return len(self._links(email))

    def change(self, owner: Mapping[str, Any], **typed: str) -> str:
        """Signs in by a link as the owner and changes their details; returns the page's text."""
        self.ask_for_link(str(owner["email"]))
        page = self._browser.get(self._links(str(owner["email"]))[0]["url"], timeout=20)
        return self._submit(page, "edit_customer", **typed).text

    def take_over(self, account: Mapping[str, Any], **changes: str) -> str:
        """Puts the new contact's details in the place of the owner's."""
        new = {k: str(account["new"][k]) for k in ("first_name", "last_name", "email")}
        return self.change(account["sold_to"], **{**new, **changes})

    def _links(self, email: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._installation.control(
            "GET", f"one-time-links?email={quote(email)}"
        )
        return found

    def _submit(self, page: requests.Response, form: str, **typed: str) -> requests.Response:
        """Fills in a form of a page and presses its button."""
        found = BeautifulSoup(page.text, "html.parser").select_one(f"form#{form}")
        assert found is not None, page.text
        fields = found.select("input[name]")
        data = {str(field["name"]): str(field.get("value", "")) for field in fields}
        data |= {f"customer[{name}]": value for name, value in typed.items()}
        root = self._url.removesuffix("/customersdot")
        return self._browser.post(f"{root}{found['action']}", data=data, timeout=20)
