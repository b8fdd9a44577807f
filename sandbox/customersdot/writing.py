"""New, edit and delete: pages and saves, with rails_admin's statuses."""

from __future__ import annotations

import sqlite3

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.customersdot import saving, validation
from sandbox.customersdot.answers import Halt, error, flash, see, take_flash
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.pages import brief, form_page
from sandbox.customersdot.registry import AdminModel
from sandbox.customersdot.shared import cause, format_among, params, sandbox
from sandbox.customersdot.tabs import tabs

blueprint = Blueprint("writing", __name__)


@blueprint.route("/admin/<name>/new", methods=["GET", "POST"])
def new(name: str) -> Response:
    """The empty form, or the creation of a record."""
    model = model_for(name, "new")
    if stop := cancelled(model):
        return stop
    values = saving.permitted(model.new_fields, params().get(model.key))
    if request.method == "GET":
        with sandbox().reading() as db:
            return _page_only() or form_page(db, model, _draft(model, values), [], None)
    with sandbox().commit(cause()) as commit:
        draft = _draft(model, values)
        if reasons := validation.problems(commit.db, model.table, draft):
            raise Halt(_refused(commit.db, model, draft, reasons, "created"))
        row = saving.create(commit, model, values)
    return _saved(model, row, "created")


def _draft(model: AdminModel, values: Row) -> Row:
    return model.table.defaults() | values


@blueprint.route("/admin/<name>/<key>/edit", methods=["GET", "PUT"])
def edit(name: str, key: str) -> Response:
    """The filled form, or the save of a record: only what is sent is changed."""
    model = model_for(name, "edit")
    if request.method == "GET":
        with sandbox().reading() as db:
            row = record_for(db, model, key)
            return cancelled(model) or _page_only() or form_page(db, model, row, [], None)
    with sandbox().commit(cause()) as commit:
        row = record_for(commit.db, model, key)
        if stop := cancelled(model):
            return stop
        values = saving.permitted(model.edit_fields, params().get(model.key))
        draft = row | values
        if reasons := validation.problems(commit.db, model.table, draft):
            raise Halt(_refused(commit.db, model, draft, reasons, "updated"))
        saving.update(commit, model, row, values)
        row = records.get(commit.db, model.table, row["id"]) or row
    return _saved(model, row, "updated")


@blueprint.route("/admin/<name>/<key>/delete", methods=["GET", "DELETE"])
def delete(name: str, key: str) -> Response:
    """The question whether one is sure, or the deletion: a redirect in every format."""
    model = model_for(name, "delete")
    if request.method == "GET":
        with sandbox().reading() as db:
            row = record_for(db, model, key)
            return cancelled(model) or _page_only() or _confirm(db, model, row, None)
    with sandbox().commit(cause()) as commit:
        row = record_for(commit.db, model, key)
        if stop := cancelled(model):
            return stop
        if reason := validation.obstacle(commit.db, model.table, row):
            raise Halt(_undeletable(commit.db, model, row, reason))
        saving.delete(commit, model, row)
    flash("success", f"{model.label} successfully deleted")
    return see(url_for("reading.index", name=model.key))


def _confirm(db: sqlite3.Connection, model: AdminModel, row: Row, alert: str | None) -> Response:
    messages = take_flash() | ({"danger": alert} if alert else {})
    page = render_template(
        "delete.html", model=model, row=row, flash=messages, tabs=tabs(db, model, row)
    )
    return Response(page, 406 if alert else 200, mimetype="text/html")


def _undeletable(db: sqlite3.Connection, model: AdminModel, row: Row, reason: str) -> Response:
    alert = f"{model.label} failed to be deleted<br>- {reason}"
    return _without_reason(alert) or _confirm(db, model, row, alert)


def _refused(
    db: sqlite3.Connection, model: AdminModel, draft: Row, reasons: list[str], done: str
) -> Response:
    lines = "".join(f"<br>- {reason}" for reason in reasons)
    alert = f"{model.label} failed to be {done}{lines}"
    return _without_reason(alert) or form_page(db, model, draft, reasons, alert)


def _without_reason(alert: str) -> Response | None:
    """JSON learns that a save failed, not why; the reason pops up on the next page instead."""
    if format_among("html", "js", "json") in ("html", "js"):
        return None
    flash("danger", alert)
    return error(406)


def _page_only() -> Response | None:
    """Forms exist in HTML only."""
    return error(406) if format_among("html", "js") is None else None


def _saved(model: AdminModel, row: Row, done: str) -> Response:
    if format_among("html", "js", "json") == "json":
        return jsonify(brief(model, row))
    flash("success", f"{model.label} successfully {done}")
    if "_add_another" in params():
        return see(url_for("writing.new", name=model.key, return_to=_asked_return()))
    if "_add_edit" in params():
        key: Value = row["id"]
        return see(url_for("writing.edit", name=model.key, key=key, return_to=_asked_return()))
    return see(back_or_index(model))


def _asked_return() -> str | None:
    return params().get("return_to") or None


def cancelled(model: AdminModel) -> Response | None:
    """The button named `_continue` is *Cancel*: nothing is saved, whatever else was sent."""
    if "_continue" not in params():
        return None
    flash("info", "No actions were taken")
    return see(back_or_index(model))


def back_or_index(model: AdminModel) -> str:
    """Where `return_to` says, if that is on this site; else the list."""
    wanted = str(params().get("return_to") or "")
    local = wanted.startswith("/") and not wanted.startswith("//")
    here = request.environ["sandbox.path"]
    if (local or wanted.startswith(request.host_url)) and wanted != here:
        return wanted
    return url_for("reading.index", name=model.key)
