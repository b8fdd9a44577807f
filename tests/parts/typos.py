"""An account whose Sold To's email was mistyped, with its ticket and what the mail log says."""

from dataclasses import dataclass
from typing import Any

import handover
from tests.parts.rehearsal import Rehearsal

CUSTOMER = ("customer", "update")
CONTACT = ("billing_account_contact", "update")
CODE = ("cloud_activation", "send")
LICENCE = ("license", "send")


@dataclass
class Typo:
    """The mistyped address is the one that the Sold To has; `right` is the one they meant."""

    installation: Rehearsal
    account: dict[str, Any]
    right: str
    manager: str
    ticket: str
    comment: str

    @property
    def mistyped(self) -> str:
        """The address as it stands in the systems."""
        return str(self.account["sold_to"]["email"])

    def request(self, **changes: Any) -> dict[str, Any]:
        """A request that every rule accepts."""
        number = self.account["account_number"]
        made = {
            "workflow": "fix-typo",
            "ticket": self.ticket,
            "account": number,
            "requester_email": self.manager,
            "subscription": f"A-S{number.lstrip('A')}",
            "mistyped_email": self.mistyped,
            "corrected_email": self.right,
            "confirmed_in": self.comment,
            **changes,
        }
        return {name: value for name, value in made.items() if value is not None}

    def start(self, **changes: Any) -> str:
        """Starts the run and returns its id."""
        return handover.start(self.request(**changes)).id

    def fix(self, **changes: Any) -> dict[str, Any]:
        """The report once the run has ended or waits."""
        return self.installation.wait(self.start(**changes))

    def mails(self) -> list[tuple[str, str]]:
        """(kind, recipient) of every mail that CustomersDot sent about the account."""
        rows = self.installation.writes(self.account)
        sent = [row["after"] for row in rows if row["action"] == "send"]
        return [(one["kind"], one["recipient"]) for one in sent]

    def notes(self) -> list[dict[str, Any]]:
        """The internal notes on the ticket about the error of the mail log."""
        comments = self.installation.control("GET", f"tickets/{self.ticket}")["comments"]
        return [one for one in comments if "(T3)" in one["body"]]


def mistyped_account(
    installation: Rehearsal,
    *,
    log: str | None = "no-mailbox",
    age: float = 3600,
    says: str = "The right address is {right}.",
    requester: str | None = None,
    confirmed_by: str | None = None,
    verified: bool = True,
    **order: Any,
) -> Typo:
    """Orders the account, plants what the mail log says, and has the Account Manager confirm.

    `log` is an outcome of the sandbox's Mailgun, None for nothing at all; `requester` is who asks
    and confirms, if it is nobody from the sandbox's own sales.
    """
    account = installation.account(**{"licence": "cloud", **order})
    address = account["sold_to"]["email"]
    name, _, domain = address.rpartition("@")[2].partition(".")
    right, manager = f"right-{address}", requester or f"manager@{name}.sales.{domain}"
    body = says.format(right=right)
    comment = {"author": confirmed_by or manager, "body": body, "verified": verified}
    ticket = installation.control(
        "POST", "tickets", {"requester": manager, "verified": verified, "comments": [comment]}
    )
    if log is not None:
        mail = {"recipient": address, "outcome": log, "age": age, "subject": "Your GitLab license"}
        installation.control("POST", "mail", mail)
    made = str(ticket["comments"][0])
    return Typo(installation, account, right, manager, str(ticket["id"]), made)
