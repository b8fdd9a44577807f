"""The export: a list with joined records, in one GET without a token."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from sandbox.customersdot.answers import take_flash
from sandbox.customersdot.lookup import model_for
from sandbox.customersdot.serialising import rows_answer, schema_rows
from sandbox.customersdot.shared import params, sandbox

blueprint = Blueprint("exporting", __name__)
KINDS = ("json", "csv", "xml")


@blueprint.route("/admin/<name>/export", methods=["GET", "POST"])
def export(name: str) -> Response | str:
    """The rows of a list as `schema` asks for them."""
    model = model_for(name, "export")
    asked = params()
    kind = next((one for one in KINDS if one in asked), None)
    if kind is None:
        return render_template("export.html", model=model, flash=take_flash())
    with sandbox().reading() as db:
        rows = schema_rows(db, model, asked)
    response = rows_answer(kind, model, rows)
    if asked.get("send_data"):
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
