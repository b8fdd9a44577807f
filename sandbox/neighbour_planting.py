"""Plants single records of GitLab and Zendesk: what the world was before anybody did anything."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.neighbour_tables import COMMENT, GITLAB_USER, NAMESPACE, TICKET, ZENDESK_USER
from sandbox.people import Person
from sandbox.planting import plant, stamp_of

ASKED = timedelta(hours=3)


def plant_gitlab_user(db: sqlite3.Connection, uid: str, person: Person) -> None:
    """The GitLab user that a Customer's uid names, unless they are there or it is no number."""
    if not uid.isdigit() or records.get(db, GITLAB_USER, int(uid)):
        return
    first, last = person.first_name, person.last_name
    username = f"{first}.{last}".lower().replace(" ", "-")
    values: Row = {"id": int(uid), "username": username, "email": person.email}
    plant(db, GITLAB_USER, values | {"name": f"{first} {last}"})


def plant_namespace(db: sqlite3.Connection, values: Row) -> Row:
    """A namespace; without `plan_code` it has no subscription."""
    path = str(values["full_path"])
    last = path.rpartition("/")[2]
    named: Row = {"path": last, "name": last.capitalize()}
    return plant(db, NAMESPACE, named | values)


def zendesk_user(
    db: sqlite3.Connection, email: str, *, name: str = "", verified: bool = True
) -> Row:
    """The Zendesk user with that address, made if there is none yet."""
    found = records.first(db, ZENDESK_USER, email=email)
    values: Row = {"email": email, "name": name or email.partition("@")[0], "verified": verified}
    return found or plant(db, ZENDESK_USER, values)


def plant_ticket(db: sqlite3.Connection, values: Row) -> Row:
    """A ticket of some hours ago."""
    return records.insert(db, TICKET, _stamps() | values)


def plant_comment(db: sqlite3.Connection, ticket_id: Value, author: Row, values: Row) -> Row:
    """A comment on a ticket, as old as the ticket unless the values say otherwise."""
    given: Row = {"ticket_id": ticket_id, "author_id": author["id"]}
    return records.insert(db, COMMENT, _stamps() | given | values)


def _stamps() -> Row:
    stamp = stamp_of(ASKED)
    return {"created_at": stamp, "updated_at": stamp}


def plant_request(
    db: sqlite3.Connection, account: str, requester: Person, sold_to: Person
) -> dict[str, Any]:
    """A ticket in which somebody asks for an account and its Sold To approves; its numbers."""
    asks, approves = (_user(db, one) for one in (requester, sold_to))
    ticket = plant_ticket(db, {"subject": f"Access to {account}", "requester_id": asks["id"]})
    asked = plant_comment(db, ticket["id"], asks, {"body": f"Please let me manage {account}."})
    approved = plant_comment(db, ticket["id"], approves, {"body": "I agree to this change."})
    return {"id": ticket["id"], "asked": asked["id"], "approved": approved["id"]}


def _user(db: sqlite3.Connection, person: Person) -> Row:
    return zendesk_user(db, person.email, name=f"{person.first_name} {person.last_name}")
