"""Evidence of every kind about a sandbox account, with what it refers to planted."""

import json
from typing import Any

import handover
from tests.parts.rehearsal import Rehearsal

SIDE = 50_000_000
"""By how much the number of a generated account's reseller is higher."""
PLAN = {
    "plan_code": "premium",
    "plan_name": "Premium",
    "trial": False,
    "start_date": "2026-01-01",
    "end_date": "2027-01-01",
    "seats_in_subscription": 20,
    "seats_in_use": 18,
    "max_seats_used": 19,
}

Account = dict[str, Any]


def approval(account: Account, **changed: Any) -> dict[str, Any]:
    """V1, on the account's own ticket."""
    return {
        "kind": "contact-approval",
        "approver_email": account["sold_to"]["email"],
        "comment": account["ticket"]["approved"],
        **changed,
    }


def contract(_account: Account) -> dict[str, Any]:
    """V2."""
    return {"kind": "contract", "document": "attachment 7"}


def invoice_of(installation: Rehearsal, account: Account) -> dict[str, Any]:
    """V3, from the customer."""
    found = installation.truth(account)["zuora"]["invoices"]
    return {"kind": "invoice", "invoice": found[0]["number"], "document": "attachment 3"}


def licence_of(installation: Rehearsal, account: Account) -> dict[str, Any]:
    """V4: the text of the account's licence."""
    [found] = installation.truth(account)["customersdot"]["licenses"]
    return {"kind": "licence", "text": found["license_file"]}


def namespace_of(installation: Rehearsal, account: Account, **changed: Any) -> dict[str, Any]:
    """V5: what the API says of the attached namespace, with some of it changed by the customer."""
    [order] = installation.truth(account)["customersdot"]["orders"]
    path = order["gitlab_namespace_name"]
    named = {"id": int(order["gitlab_namespace_id"]), "full_path": path}
    installation.control("POST", "namespaces", {**PLAN, **named})
    said = {**PLAN, **changed}
    pasted = {
        "plan": {"code": said["plan_code"], "trial": said["trial"]},
        "usage": {name: said[name] for name in ("seats_in_use", "max_seats_used")},
        "billing": {
            "subscription_start_date": said["start_date"],
            "subscription_end_date": said["end_date"],
        },
    }
    return {"kind": "namespace", "namespace": path, "pasted": json.dumps(pasted)}


def reseller_of(installation: Rehearsal, account: Account) -> Account:
    """The account of the reseller, who owns the invoices."""
    number = account["account_number"]
    side = f"{number[0]}{int(number[1:]) + SIDE:08d}"
    found = installation.control("GET", f"accounts/{side}")
    return {**found, "email": found["zuora"]["sold_to"]["work_email"]}


def copied(installation: Rehearsal, account: Account, **changed: Any) -> dict[str, Any]:
    """A reseller who is copied on the customer's ticket, where the customer authorised them."""
    email = changed.pop("email", None) or reseller_of(installation, account)["email"]
    comments = [
        {"author": account["new"]["email"], "body": "I authorise them."},
        {"author": email, "body": "We agree.", **changed},
    ]
    body = {"comments": comments}
    made = installation.control("POST", f"tickets/{account['ticket']['id']}", body)
    authorised, said = made["comments"]
    part = {"takes_part": "copied", "comment": said, "authorised_in": authorised}
    return {"email": email, **part}


def own_ticket(installation: Rehearsal, account: Account) -> dict[str, Any]:
    """A reseller who opened a ticket of their own."""
    email = reseller_of(installation, account)["email"]
    comments = [{"author": email, "body": "Please let them manage it."}]
    made = installation.control("POST", "tickets", {"requester": email, "comments": comments})
    [said] = made["comments"]
    return {"email": email, "takes_part": "own-ticket", "comment": said, "ticket": made["id"]}


def resellers_invoice(installation: Rehearsal, account: Account) -> dict[str, Any]:
    """V3, from the reseller; the newest of theirs, for one of them is too old."""
    invoices = reseller_of(installation, account)["zuora"]["invoices"]
    newest = max(invoices, key=lambda one: str(one["invoice_date"]))
    proof = {"kind": "invoice", "invoice": newest["number"], "document": "attachment 9"}
    return {**proof, "supplied_by": "reseller", "reseller": copied(installation, account)}


def vouch(part: dict[str, Any]) -> dict[str, Any]:
    """V6."""
    return {"kind": "reseller-vouch", "reseller": part}


def begin(installation: Rehearsal, account: Account, evidence: Any, **fields: Any) -> str:
    """Starts to verify who asks for an account, on the account's ticket."""
    ticket = str(account["ticket"]["id"])
    asked = {"workflow": "verify-ownership", "ticket": ticket, "evidence": evidence, **fields}
    return installation.begin(asked.pop("workflow"), account, **asked)


def came_to(installation: Rehearsal, run_id: str) -> tuple[str, int]:
    """How a run ended, or what it asks; and the exit code."""
    report = installation.wait(run_id)
    asked = report["question"]["kind"] if report["question"] else report["result"]
    return asked, report["exit_code"]


def answer(installation: Rehearsal, run_id: str, given: str, **more: Any) -> tuple[str, int]:
    """Answers as somebody else than the starter, and waits for what comes of it."""
    handover.answer(run_id, given, **{"reason": "looked at the ticket", "by": "lee", **more})
    return came_to(installation, run_id)
