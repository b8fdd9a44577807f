"""Rendering records: lists, single records and forms, in HTML, JSON and CSV."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Response, jsonify, render_template, session, url_for

from sandbox import links, records
from sandbox.columns import Row, Value
from sandbox.customersdot.answers import KnownDefect, error, take_flash
from sandbox.customersdot.listing import Listing, listing
from sandbox.customersdot.registry import MODELS, AdminModel
from sandbox.customersdot.serialising import csv_answer, rows_answer, schema_rows
from sandbox.customersdot.shared import format_among, params, sandbox
from sandbox.customersdot.signing_in import sign_in_url
from sandbox.customersdot.tabs import tabs


def public(model: AdminModel, row: Row) -> Row:
    """The record as JSON shows it: every column but the secrets."""
    return {
        name: _json_value(model, name, value)
        for name, value in row.items()
        if name not in model.secrets
    }


def _json_value(model: AdminModel, name: str, value: Value) -> Value:
    """Rails writes instants with milliseconds."""
    column = model.table.column(name)
    if column and column.kind == "datetime" and isinstance(value, str):
        return f"{value[:23]}Z"
    return value


def brief(model: AdminModel, row: Row) -> dict[str, str]:
    """Id and label; the id is a string here and a number in `public`."""
    return {"id": str(row["id"]), "label": model.label_of(row)}


def index_answer(
    db: sqlite3.Connection, model: AdminModel, status: int = 200, keep_flash: bool = False
) -> Response:
    """A list. Only its HTML form carries the status; the others are 200 whatever happened."""
    kind = format_among("html", "json", "csv", "xml")
    if kind is None:
        return error(406)
    schema = params().get("schema")
    if kind == "xml" and not schema:
        raise KnownDefect("XML needs a schema")
    if schema and kind != "html":
        return rows_answer(kind, model, schema_rows(db, model, params()))
    found = listing(db, model, params(), sandbox().settings.inline_options_below)
    if kind == "json":
        is_brief = params().get("compact") == "true"
        return jsonify([(brief if is_brief else public)(model, row) for row in found.rows])
    if kind == "csv":
        return csv_answer([public(model, row) for row in found.rows])
    return _index_page(model, found, status, keep_flash)


def _index_page(model: AdminModel, found: Listing, status: int, keep_flash: bool) -> Response:
    messages = dict(session.get("flash", {})) if keep_flash else take_flash()
    page = render_template(
        "index.html", model=model, found=found, flash=messages, query=params().get("query", "")
    )
    return Response(page, status, mimetype="text/html")


def show_page(db: sqlite3.Connection, model: AdminModel, row: Row) -> str:
    """One record, with every column, secrets included: people see more than JSON does."""
    values: list[tuple[str, str, Any]] = [
        (name, name.replace("_", " ").capitalize(), row[name]) for name in model.table.names
    ]
    if model.key == "customer":
        values.append(("one_time_sign_in_url", "One time sign in url", sign_in_url(db, row)))
    values += _peers(db, model, row)
    return render_template(
        "show.html",
        model=model,
        row=row,
        values=values,
        flash=take_flash(),
        tabs=tabs(db, model, row),
    )


def _peers(db: sqlite3.Connection, model: AdminModel, row: Row) -> list[tuple[str, str, Any]]:
    """The labels of the records it belongs to."""
    found = []
    for link in model.belongs_to:
        target = MODELS[link.target]
        peer = records.get(db, target.table, row[link.column])
        found.append(
            (link.name, link.name.replace("_", " ").capitalize(), peer and target.label_of(peer))
        )
    return found


def form_page(
    db: sqlite3.Connection, model: AdminModel, row: Row, errors: list[str], alert: str | None
) -> Response:
    """The new or edit form; after a refused save with the reasons, and status 406."""
    is_new = row.get("id") is None
    fields = model.new_fields if is_new else model.edit_fields
    endpoint, key = ("writing.new", None) if is_new else ("writing.edit", row["id"])
    messages = take_flash() | ({"danger": alert} if alert else {})
    page = render_template(
        "form.html" if format_among("html", "js", "json") != "js" else "_form.html",
        model=model,
        row=row,
        fields=fields,
        action=url_for(endpoint, name=model.key, key=key),
        method="post" if is_new else "put",
        options={
            one.name: _options(db, one.name, MODELS[one.target], row)
            for one in fields
            if one.target
        },
        banner=_banner(db, model, row),
        errors=errors,
        flash=messages,
        tabs=[] if is_new else tabs(db, model, row),
        return_to=params().get("return_to") or "",
    )
    return Response(page, 406 if alert else 200, mimetype="text/html")


def _options(
    db: sqlite3.Connection, field: str, target: AdminModel, row: Row
) -> list[tuple[int, str]]:
    """The options of a select: all of a small table, else only the one that is chosen."""
    most = sandbox().settings.inline_options_below
    sql = f"SELECT * FROM {target.table.sql_name} ORDER BY id DESC LIMIT ?"
    rows = db.execute(sql, (most,)).fetchall()
    if len(rows) < most:
        return [(one["id"], target.label_of(target.table.load(one))) for one in rows]
    chosen = records.get(db, target.table, row.get(field))
    return [(int(str(chosen["id"])), target.label_of(chosen))] if chosen else []


def _banner(db: sqlite3.Connection, model: AdminModel, row: Row) -> str | None:
    """The warning above a contact's form: which role or roles are about to change."""
    if model.key != "billing_account_contact" or row.get("id") is None:
        return None
    roles = links.roles_of_copy(db, row)
    return f"{' and '.join(roles)} contact" if roles else None
