"""The export: a list with joined records, in one GET without a token."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from sandbox import records
from sandbox.customersdot.answers import take_flash
from sandbox.customersdot.listing import listing
from sandbox.customersdot.lookup import model_for
from sandbox.customersdot.pages import csv_answer
from sandbox.customersdot.registry import MODELS, AdminModel
from sandbox.customersdot.shared import params, sandbox
from sandbox.tables import Row

blueprint = Blueprint("exporting", __name__)


@blueprint.route("/admin/<name>/export", methods=["GET", "POST"])
def export(name: str) -> Response | str:
    """The rows of a list as `schema` asks for them. `schema[methods]` is not reproduced."""
    model = model_for(name, "export")
    asked = params()
    if not {"json", "csv"} & set(asked):
        return render_template("export.html", model=model, flash=take_flash())
    with sandbox().reading() as db:
        found = listing(db, model, asked, sandbox().settings.inline_options_below)
        schema = asked.get("schema")
        schema = schema if isinstance(schema, dict) else {}
        rows = [_exported(db, model, row, schema) for row in found.rows]
    response = jsonify(rows) if "json" in asked else csv_answer([_flat(row) for row in rows])
    if asked.get("send_data"):
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.export"'
    return response


def _exported(
    db: sqlite3.Connection, model: AdminModel, row: Row, schema: dict[str, Any]
) -> dict[str, Any]:
    """The columns named, even secret ones, and the records asked to be included."""
    result: dict[str, Any] = _only(model, row, schema)
    included = schema.get("include")
    for name, inner in included.items() if isinstance(included, dict) else ():
        link = model.link(name)
        peer = records.get(db, MODELS[link.target].table, row[link.column]) if link else None
        if link and peer:
            target = MODELS[link.target]
            result[name] = _exported(db, target, peer, inner if isinstance(inner, dict) else {})
    return result


def _only(model: AdminModel, row: Row, schema: dict[str, Any]) -> dict[str, Any]:
    names = schema.get("only")
    if not isinstance(names, list):
        names = [name for name in model.table.names if name not in model.secrets]
    return {name: row[name] for name in names if name in row}


def _flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Included records as more columns, for CSV."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
