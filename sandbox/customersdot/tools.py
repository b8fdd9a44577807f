"""The support tools: unlinking a GitLab user and decoding a licence.

Both work for operators who may not write otherwise. Field names and statuses are guesses: the
pages are known by their words only.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any, NoReturn

from flask import Blueprint, Response, g, render_template, request, url_for

from sandbox import licences, records, world
from sandbox.columns import Row
from sandbox.customersdot.answers import Halt, error, flash, halt, see, take_flash
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.registry import AdminModel
from sandbox.customersdot.shared import cause, format_among, params, sandbox
from sandbox.customersdot.tabs import tabs
from sandbox.tables import LICENSE

blueprint = Blueprint("tools", __name__)
UNLINK = "unlink_gitlab_user"
VALIDATE = "validate_license"
LINK = re.compile(r"https?://[^\s/]+/\S+")


@blueprint.route("/admin/<name>/<key>/unlink_gitlab_user", methods=["GET", "POST"])
def unlink(name: str, key: str) -> Response:
    """The form with the linked account filled in, or its confirmation with a ticket's address."""
    model = _tool(name, UNLINK)
    if request.method == "GET":
        with sandbox().reading() as db:
            return _unlink_page(db, model, record_for(db, model, key), {}, None)
    given = params().get(UNLINK)
    given = given if isinstance(given, dict) else {}
    with sandbox().commit(cause()) as commit:
        row = record_for(commit.db, model, key)
        if reason := _refusal(row, given):
            alert = f"GitLab user failed to be unlinked<br>- {reason}"
            raise Halt(_unlink_page(commit.db, model, row, given, alert))
        link = str(given["zendesk_ticket_link"]).strip()
        world.unlink_gitlab_user(commit, row, link, g.operator.email)
    flash("success", "GitLab user successfully unlinked")
    return see(url_for("reading.show", name=model.key, key=row["id"]))


def _refusal(row: Row, given: dict[str, Any]) -> str | None:
    if not row["uid"]:
        return "Customer is not linked to a GitLab user"
    if str(given.get("uid", row["uid"])) != row["uid"]:
        return "Uid is not the linked GitLab user"
    link = str(given.get("zendesk_ticket_link") or "").strip()
    if not link:
        return "Zendesk ticket link can't be blank"
    return None if LINK.fullmatch(link) else "Zendesk ticket link is invalid"


def _unlink_page(
    db: sqlite3.Connection, model: AdminModel, row: Row, given: dict[str, Any], alert: str | None
) -> Response:
    page = render_template(
        "unlink.html",
        model=model,
        row=row,
        link=given.get("zendesk_ticket_link", ""),
        flash=take_flash() | ({"danger": alert} if alert else {}),
        tabs=tabs(db, model, row),
    )
    return Response(page, 406 if alert else 200, mimetype="text/html")


@blueprint.route("/admin/<name>/validate_license", methods=["GET", "POST"])
def validate(name: str) -> Response:
    """What a pasted licence says, and its record if it was issued here."""
    model = _tool(name, VALIDATE)
    given = params().get(VALIDATE)
    text = str(given.get("license_key") or "") if isinstance(given, dict) else ""
    if request.method == "GET":
        return _validate_page(model, "", None, None)
    found = licences.decode(text)
    if found is None:
        return _validate_page(model, text, None, "License could not be decoded")
    with sandbox().reading() as db:
        mark = licences.fingerprint(text)
        record = records.first(db, LICENSE, license_file_md5=mark)
    return _validate_page(model, text, found | {"id": record and record["id"]}, None)


def _validate_page(
    model: AdminModel, text: str, found: dict[str, Any] | None, alert: str | None
) -> Response:
    page = render_template(
        "validate.html",
        model=model,
        text=text,
        found=found,
        flash=take_flash() | ({"danger": alert} if alert else {}),
    )
    return Response(page, 406 if alert else 200, mimetype="text/html")


@blueprint.get("/admin/<name>/<key>/impersonate")
def impersonate(name: str, key: str) -> NoReturn:
    """Only its tab is reproduced: what is behind it is the portal, which is not part of this."""
    model = model_for(name, "impersonate")
    with sandbox().reading() as db:
        record_for(db, model, key)
    raise Halt(error(501))


def _tool(name: str, action: str) -> AdminModel:
    model = model_for(name, action)
    if format_among("html") is None:
        raise halt(406)
    return model
