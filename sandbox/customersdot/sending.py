"""Sending a licence or an activation code again: to its customer, or to a typed address.

The words on the pages are known; forms, addresses and statuses are guesses.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from sandbox import licence_mails
from sandbox.columns import Row
from sandbox.customersdot.answers import Halt, flash, halt, see, take_flash
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.registry import FORWARD_CODE, FORWARD_LICENSE, RESEND, AdminModel
from sandbox.customersdot.shared import cause, format_among, params, sandbox
from sandbox.customersdot.tabs import tabs
from sandbox.ledger import Commit

blueprint = Blueprint("sending", __name__)
ONE_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
DESTINATION = "Destination email address"


@blueprint.route("/admin/<name>/<key>/resend_to_customer", methods=["GET", "POST"])
def resend(name: str, key: str) -> Response:
    """Send it to the customer again, after a question or at once."""
    return _page(name, key, RESEND, asks=sandbox().settings.resend_asks)


@blueprint.route("/admin/<name>/<key>/forward_cloud_activation_email", methods=["GET", "POST"])
def forward_code(name: str, key: str) -> Response:
    """Send an activation code to the address that is typed."""
    return _page(name, key, FORWARD_CODE)


@blueprint.route("/admin/<name>/<key>/forward_license_email", methods=["GET", "POST"])
def forward_license(name: str, key: str) -> Response:
    """Send a licence to the address that is typed."""
    return _page(name, key, FORWARD_LICENSE)


def _page(name: str, key: str, action: str, asks: bool = True) -> Response:
    model = model_for(name, action)
    if format_among("html") is None:
        raise halt(406)
    with sandbox().commit(cause()) as commit:
        row = record_for(commit.db, model, key)
        if request.method == "GET" and asks:
            return _form(commit, model, row, action, "")
        recipient = _recipient(commit, row, action)
        if not ONE_ADDRESS.fullmatch(recipient):
            fault = "is invalid" if recipient else "can't be blank"
            raise Halt(_form(commit, model, row, action, f"{DESTINATION} {fault}"))
        send = licence_mails.send_licence if model.key == "license" else licence_mails.send_code
        send(commit, row, recipient)
    flash("success", "Email was sent")
    return see(url_for("reading.show", name=model.key, key=row["id"]))


def _recipient(commit: Commit, row: Row, action: str) -> str:
    if action != RESEND:
        given: Any = params().get(action)
        typed = given.get("destination_email_address") if isinstance(given, dict) else None
        return str(typed or "").strip()
    if "license_file" in row:
        return licence_mails.licensee_email(row)
    return licence_mails.sold_to_email(commit, row)


def _form(commit: Commit, model: AdminModel, row: Row, action: str, reason: str) -> Response:
    alert = {"danger": f"Email failed to be sent<br>- {reason}"} if reason else {}
    page = render_template(
        "sending.html",
        model=model,
        row=row,
        action=action,
        destination="" if action == RESEND else DESTINATION,
        flash=take_flash() | alert,
        tabs=tabs(commit.db, model, row),
    )
    return Response(page, 406 if reason else 200, mimetype="text/html")
