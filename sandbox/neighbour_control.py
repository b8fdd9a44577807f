"""The control of GitLab, Mailgun and Zendesk: what tests plant there and read the truth from."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from sandbox import records
from sandbox.columns import Row
from sandbox.mailgun import sending
from sandbox.neighbour_planting import (
    plant_comment,
    plant_gitlab_user,
    plant_namespace,
    plant_ticket,
    zendesk_user,
)
from sandbox.neighbour_tables import COMMENT, GITLAB_USER, MAIL_EVENT, NAMESPACE, TICKET, UPLOAD
from sandbox.people import Person
from sandbox.zendesk.shared import next_stamp

if TYPE_CHECKING:
    from sandbox.context import Sandbox

blueprint = Blueprint("neighbour_control", __name__)


def _sandbox() -> Sandbox:
    found: Sandbox = current_app.extensions["sandbox"]
    return found


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise TypeError("the body is a JSON object, sent as application/json")
    return body


@blueprint.post("/tickets")
def new_ticket() -> Response:
    """A ticket by `requester` with `comments`, and the addresses that are `copied` on it."""
    body = _body()
    with _sandbox().store.writing() as db:
        asks = zendesk_user(db, str(body["requester"]), verified=body.get("verified", True))
        copied = [str(zendesk_user(db, email)["id"]) for email in body.get("copied", ())]
        values: Row = {
            "subject": str(body.get("subject", "A request")),
            "status": str(body.get("status", "open")),
            "requester_id": asks["id"],
            "copied_ids": ",".join(copied),
        }
        ticket = plant_ticket(db, {name: body[name] for name in ("id",) if name in body} | values)
        made = [_comment(db, ticket, one) for one in body.get("comments", ())]
    return jsonify(id=ticket["id"], comments=[row["id"] for row in made])


@blueprint.post("/tickets/<int:number>")
def change_ticket(number: int) -> Response:
    """Somebody else's change: a `status`, `comments`, or both."""
    body = _body()
    with _sandbox().store.writing() as db:
        ticket = _ticket(db, number)
        made = [_comment(db, ticket, one) for one in body.get("comments", ())]
        change: Row = {"updated_at": next_stamp(ticket["updated_at"])}
        change |= {"status": str(body["status"])} if "status" in body else {}
        records.update(db, TICKET, number, change)
    return jsonify(id=number, comments=[row["id"] for row in made])


def _comment(db: sqlite3.Connection, ticket: Row, given: dict[str, Any]) -> Row:
    author = zendesk_user(db, str(given["author"]), verified=given.get("verified", True))
    public = given.get("public", True) is True
    values: Row = {"body": str(given.get("body", "")), "public": public}
    return plant_comment(db, ticket["id"], author, values)


@blueprint.get("/tickets/<int:number>")
def ticket(number: int) -> Response:
    """A ticket with all of its comments, and the files on them with their text."""
    with _sandbox().reading() as db:
        row = _ticket(db, number)
        comments = records.find(db, COMMENT, ticket_id=number)
        files = {one["id"]: records.find(db, UPLOAD, comment_id=one["id"]) for one in comments}
    return jsonify(row | {"comments": [one | {"files": files[one["id"]]} for one in comments]})


def _ticket(db: sqlite3.Connection, number: int) -> Row:
    found = records.get(db, TICKET, number)
    if found is None:
        abort(404, f"no ticket {number}")
    return found


@blueprint.get("/mail")
def mail() -> Response:
    """Every event of a `recipient`'s mail, oldest first, also those that Mailgun has forgotten."""
    with _sandbox().reading() as db:
        found = records.find(db, MAIL_EVENT, recipient=request.args.get("recipient", ""))
    return jsonify(sorted(found, key=lambda row: float(row["at"] or 0)))


@blueprint.post("/mail")
def add_mail() -> Response:
    """An event of the past: `recipient`, `outcome`, `subject`, and its `age` in seconds."""
    body = _body()
    recipient, outcome = str(body["recipient"]), str(body.get("outcome", "delivered"))
    subject, at = str(body.get("subject", "A mail")), time.time() - float(body.get("age", 60))
    with _sandbox().store.writing() as db:
        sending.record(db, recipient, subject, outcome, at)
    return jsonify(ok=True)


@blueprint.post("/mailboxes")
def set_mailbox() -> Response:
    """What becomes of the next mails to `recipient`: an `outcome`."""
    body = _body()
    with _sandbox().store.writing() as db:
        sending.set_outcome(db, str(body["recipient"]), str(body["outcome"]))
    return jsonify(ok=True)


@blueprint.post("/namespaces")
def new_namespace() -> Response:
    """A namespace, by the names of its columns; `full_path` is needed."""
    body = _body()
    if unknown := set(body) - set(NAMESPACE.names) or "full_path" not in body:
        raise ValueError(f"full_path is needed, and these are unknown: {unknown}")
    with _sandbox().store.writing() as db:
        return jsonify(plant_namespace(db, body))


@blueprint.post("/gitlab-users")
def new_gitlab_user() -> Response:
    """A GitLab user: `uid`, `first_name`, `last_name`, `email`, and a `state`."""
    body = _body()
    person = Person(*(str(body[name]) for name in ("first_name", "last_name", "email")))
    with _sandbox().store.writing() as db:
        plant_gitlab_user(db, str(body["uid"]), person)
        state: Row = {"state": str(body.get("state", "active"))}
        records.update(db, GITLAB_USER, int(body["uid"]), state)
    return jsonify(ok=True)
