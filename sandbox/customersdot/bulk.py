"""Deleting many records at once: the answer is a redirect whatever came of it."""

from __future__ import annotations

import sqlite3

from flask import Blueprint, Response, render_template, url_for

from sandbox.columns import Row
from sandbox.customersdot import saving, validation
from sandbox.customersdot.answers import flash, halt, see, take_flash
from sandbox.customersdot.exporting import export
from sandbox.customersdot.listing import listing
from sandbox.customersdot.lookup import model_for
from sandbox.customersdot.registry import AdminModel
from sandbox.customersdot.shared import cause, format_among, params, sandbox
from sandbox.customersdot.writing import cancelled

blueprint = Blueprint("bulk", __name__)


@blueprint.post("/admin/<name>/bulk_action")
def action(name: str) -> Response | str:
    """What the menu above a list leads to; an action it does not have leads back to the list."""
    match params().get("bulk_action"):
        case "bulk_delete":
            return ask(name)
        case "export":
            return export(name)
        case _:
            return see(url_for("reading.index", name=model_for(name, "index").key))


@blueprint.post("/admin/<name>/bulk_delete")
def ask(name: str) -> Response:
    """The question whether one is sure; without any record there is nothing to ask."""
    model = model_for(name, "bulk_delete")
    with sandbox().reading() as db:
        rows = _chosen(db, model)
    if not rows:
        return see(url_for("reading.index", name=model.key))
    if format_among("html", "js") is None:
        raise halt(406)
    page = render_template("bulk_delete.html", model=model, rows=rows, flash=take_flash())
    return Response(page, mimetype="text/html")


@blueprint.delete("/admin/<name>/bulk_delete")
def carry_out(name: str) -> Response:
    """Delete what can be deleted; only the flash tells how many that were."""
    model = model_for(name, "bulk_delete")
    if stop := cancelled(model):
        return stop
    refused = 0
    with sandbox().commit(cause()) as commit:
        rows = _chosen(commit.db, model)
        for row in rows:
            if validation.obstacle(commit.db, model.table, row):
                refused += 1
            else:
                saving.delete(commit, model, row)
    if deleted := len(rows) - refused:
        flash("success", f"{_counted(model, deleted)} successfully deleted")
    if refused:
        flash("danger", f"{_counted(model, refused)} failed to be deleted")
    return see(url_for("reading.index", name=model.key))


def _chosen(db: sqlite3.Connection, model: AdminModel) -> list[Row]:
    """The records of `bulk_ids`; none when the parameter is missing."""
    if not isinstance(params().get("bulk_ids"), list):
        return []
    return listing(db, model, params(), sandbox().settings.inline_options_below).rows


def _counted(model: AdminModel, number: int) -> str:
    return f"{number} {model.label if number == 1 else model.plural}"
