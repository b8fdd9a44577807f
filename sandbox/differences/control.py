"""The control of planted differences: the list a test compares with, and orders for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, jsonify, request

from sandbox import records, world
from sandbox.differences import planting
from sandbox.ledger import Cause
from sandbox.links import zuora_account
from sandbox.mapping import COPY_TO_CONTACT
from sandbox.tables import CONTACT

if TYPE_CHECKING:
    from sandbox.context import Sandbox

blueprint = Blueprint("differences", __name__)
MOVED = {"address1": "21 Transit Street"}
CAUSE = Cause(actor="sandbox:change", method="POST", path="/_sandbox/changes")


def _sandbox() -> Sandbox:
    found: Sandbox = current_app.extensions["sandbox"]
    return found


def _body(*known: str) -> dict[str, Any]:
    body = request.get_json(silent=True) or {}
    if not isinstance(body, dict) or not set(body) <= set(known):
        raise TypeError(f"the body is a JSON object with {', '.join(known)}")
    return body


@blueprint.get("/differences")
def differences() -> Response:
    """What was planted, also what has been taken back since; `kind` and `account_id` filter."""
    wanted = {name: request.args[name] for name in ("kind", "account_id") if name in request.args}
    with _sandbox().reading() as db:
        return jsonify(planting.listed(db, **wanted))


@blueprint.post("/differences")
def plant() -> Response:
    """One difference of a `kind`, or `count` of all kinds; `number` is what is drawn from."""
    body = _body("kind", "account", "count", "number")
    number = int(body.get("number", 1))
    with _sandbox().store.writing() as db:
        if "kind" in body:
            keys = [planting.plant_one(db, body["kind"], body.get("account"), number)]
        else:
            keys = planting.plant_many(db, int(body["count"]), number)
        return jsonify([one for one in planting.listed(db) if one["id"] in set(keys)])


@blueprint.post("/differences/<int:key>/undo")
def undo(key: int) -> Response:
    """Take one back."""
    with _sandbox().store.writing() as db:
        planting.undo(db, key)
        return jsonify(planting.listed(db, id=key)[0])


@blueprint.post("/changes")
def change() -> Response:
    """A change of an account's Sold To in Zuora; CustomersDot's copy hears of it after the lag."""
    body = _body("account", "fields")
    fields = body.get("fields", MOVED)
    if not set(fields) <= set(COPY_TO_CONTACT.values()):
        raise ValueError(f"fields are of {', '.join(COPY_TO_CONTACT.values())}")
    with _sandbox().commit(CAUSE) as commit:
        account = zuora_account(commit.db, str(body["account"]))
        contact = records.get(commit.db, CONTACT, account["sold_to_id"]) if account else None
        if contact is None:
            abort(404, f"no account {body['account']} with a Sold To")
        world.update_contact(commit, contact, fields)
        before = {name: contact[name] for name in fields}
        return jsonify(contact_id=contact["id"], before=before, after=fields)
