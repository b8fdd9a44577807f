"""The control's view of mails: what a test that plays a customer finds in their mailbox."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, request

from sandbox import one_time_links
from sandbox.columns import Row
from sandbox.links import customer_by_email

if TYPE_CHECKING:
    from sandbox.context import Sandbox

blueprint = Blueprint("postbox", __name__)


def _sandbox() -> Sandbox:
    found: Sandbox = current_app.extensions["sandbox"]
    return found


@blueprint.get("/mails")
def mails() -> Response:
    """What CustomersDot has sent, oldest first; of one `recipient` only, if it is named."""
    recipient = request.args.get("recipient")
    where = "WHERE recipient = ? COLLATE NOCASE" if recipient else ""
    sql = f"SELECT id, recipient, subject, kind, at FROM mails {where} ORDER BY id"
    with _sandbox().reading() as db:
        found = db.execute(sql, (recipient,) if recipient else ())
        return jsonify([dict(row) for row in found])


@blueprint.get("/one_time_links")
def links() -> Response:
    """The one-time links in the mails to the Customer who has `email` now, newest first."""
    with _sandbox().reading() as db:
        customer = customer_by_email(db, request.args.get("email"))
        found = one_time_links.mailed(db, customer["id"]) if customer else []
        return jsonify([_link(one) for one in found])


def _link(one: Row) -> dict[str, object]:
    address = f"{request.host_url}customersdot/customers/sign_in/one_time/{one['path']}"
    late = time.time() - float(str(one["sent_at"])) >= _sandbox().settings.sign_in_link_ttl
    return {"url": address, "used": one["used_at"] is not None, "expired": late}
