"""The admin's pages that only show something."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from sandbox.customersdot.answers import error, take_flash
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.pages import index_answer, public, show_page
from sandbox.customersdot.registry import MODELS
from sandbox.customersdot.shared import format_among, sandbox
from sandbox.customersdot.writing import cancelled

blueprint = Blueprint("reading", __name__)


@blueprint.get("/admin/", strict_slashes=False)
def dashboard() -> str:
    """Where a sign-in leads."""
    return render_template("dashboard.html", models=MODELS.values(), flash=take_flash())


@blueprint.route("/admin/<name>", methods=["GET", "POST"])
def index(name: str) -> Response:
    """A list; by POST too, which needs a token like any other."""
    model = model_for(name, "index")
    with sandbox().reading() as db:
        return cancelled(model) or index_answer(db, model)


@blueprint.get("/admin/<name>/<key>")
def show(name: str, key: str) -> Response | str:
    """One record. JSON is offered first, so a client that takes anything gets JSON."""
    model = model_for(name, "show")
    with sandbox().reading() as db:
        row = record_for(db, model, key)
        kind = format_among("json", "html")
        if kind is None:
            return error(406)
        return jsonify(public(model, row)) if kind == "json" else show_page(db, model, row)
