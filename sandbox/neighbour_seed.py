"""What GitLab, Mailgun and Zendesk know about the demo world.

Tickets are numbered after their accounts: in ticket 4711, about A00000001, comment 4311 asks and
comment 4411 is the Sold To's approval; so it goes on to 4721, 4321 and 4421 for A00000011.
"""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta

from sandbox.columns import Row
from sandbox.links import zuora_account
from sandbox.mailgun.sending import record, set_outcome
from sandbox.neighbour_planting import (
    plant_comment,
    plant_gitlab_user,
    plant_namespace,
    plant_ticket,
    zendesk_user,
)
from sandbox.people import Person
from sandbox.records import get
from sandbox.tables import CONTACT

DAY = 86_400.0
SUBJECT = "Your GitLab license"

REQUESTERS = {
    1: "nils.nordquist@brightwater.example",
    2: "nora.newbold@copperleaf.example",
    3: "noel.neumark@dunewind.example",
    4: "niklas.newstone@elmstone.example",
    5: "nina.neuland@fernhollow.example",
    6: "nina.neuland@fernhollow.example",
    7: "olga.neukunde@gorsefield.example",
    8: "oskar.neufeld@heathmills.example",
    9: "mara.mitglied@irisbrook.example",
    10: "bela.nord@doubledeal.example",
    11: "mona.sued@doubledeal.example",
}
"""Who asks in the ticket of each account; the Sold To approves in it."""

RESELLER = "rasmus.ferryman@ferryman.example"
UNVERIFIED = "oskar.neufeld@heathmills.example"

MAILS = (
    ("orla.finchley@brightwater.example", "delivered", 2),
    ("petra.oldham@copperlaef.example", "no-mx", 1),
    ("petra.oldham@copperlaef.example", "no-mx-old", 1),
    ("petra.oldahm@copperleaf.example", "no-mailbox", 2),
    ("pavel.oldrihc@dunewind.example", "suppressed", 2),
    ("ola.oldstone@elmstone.example", "greylisted", 1),
    ("otto.oldenburg@fernhollow.example", "rejected", 1),
    ("olaf.endkunde@gorsefield.example", "delivered", 20),
    ("ole.oldfeild@heathmills.example", "no-mailbox", 45),
)
"""Address, what became of the mail, and how many days ago. The last is older than logs are kept."""

USERS = (
    ("1", Person("Ada", "Root", "root@gitlab.example")),
    ("2", Person("Ole", "Oldfield", "ole.oldfield@heathmills.example")),
    ("3", Person("Vera", "Visitor", "vera.visitor@elsewhere.example")),
)
"""The users of the three tokens: an admin, the owner of two namespaces, and somebody."""


def plant_neighbours(db: sqlite3.Connection) -> None:
    """Tickets, namespaces, users and mail for the accounts of the demo world."""
    for uid, person in USERS:
        plant_gitlab_user(db, uid, person)
    for namespace in _namespaces():
        plant_namespace(db, namespace)
    for position, email in REQUESTERS.items():
        _ticket(db, position, email)
    _vouching(db)
    for recipient, outcome, days in MAILS:
        record(db, recipient, SUBJECT, outcome, time.time() - days * DAY)
    for recipient in ("petra.oldahm@copperleaf.example", "pavel.oldrihc@dunewind.example"):
        set_outcome(db, recipient, "suppressed")
    set_outcome(db, "petra.oldham@copperlaef.example", "no-mx")


def _namespaces() -> tuple[Row, ...]:
    today = datetime.now(UTC).date()
    plan: Row = {
        "plan_code": "premium",
        "plan_name": "Premium",
        "trial": False,
        "start_date": (today - timedelta(days=40)).isoformat(),
        "end_date": (today + timedelta(days=325)).isoformat(),
        "seats_in_subscription": 80,
        "seats_in_use": 82,
        "max_seats_used": 82,
    }
    ultimate: Row = {"plan_code": "ultimate", "plan_name": "Ultimate", "seats_in_subscription": 20}
    ultimate |= {"seats_in_use": 11, "max_seats_used": 14}
    return (
        plan | {"id": 9008, "full_path": "heathmills", "owner_id": 2},
        plan | ultimate | {"id": 9006, "full_path": "fernhollow/twin", "owner_id": 2},
        plan | {"id": 9010, "full_path": "doubledeal", "owner_id": 3, "private": False},
        {"id": 9009, "full_path": "irisbrook", "owner_id": 2},
    )


def _ticket(db: sqlite3.Connection, position: int, requester: str) -> None:
    account = f"A{position:08d}"
    asks = zendesk_user(db, requester, verified=requester != UNVERIFIED)
    approves = zendesk_user(db, _sold_to(db, account))
    number = position + 10
    ticket: Row = {"id": 4700 + number, "requester_id": asks["id"]}
    plant_ticket(db, ticket | {"subject": f"Access to {account}"})
    body = f"Please let me manage {account}."
    plant_comment(db, 4700 + number, asks, {"id": 4300 + number, "body": body})
    agrees: Row = {"id": 4400 + number, "body": "I agree to this change."}
    plant_comment(db, 4700 + number, approves, agrees)


def _vouching(db: sqlite3.Connection) -> None:
    """The reseller of A00000007 in a ticket of their own; a ticket that is closed for good."""
    reseller = zendesk_user(db, RESELLER)
    ticket: Row = {"id": 4777, "subject": "For our customer", "requester_id": reseller["id"]}
    plant_ticket(db, ticket)
    plant_comment(db, 4777, reseller, {"id": 4477, "body": "A00000007 is our customer's."})
    closed: Row = {"id": 4700, "status": "closed", "requester_id": reseller["id"]}
    plant_ticket(db, closed | {"subject": "An old matter"})
    plant_comment(db, 4700, reseller, {"id": 4400, "body": "Thank you."})


def _sold_to(db: sqlite3.Connection, number: str) -> str:
    account = zuora_account(db, number)
    contact = get(db, CONTACT, account["sold_to_id"]) if account else None
    if contact is None:
        raise LookupError(number)
    return str(contact["work_email"])
