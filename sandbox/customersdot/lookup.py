"""Finding the model and the record of a request, and what rails_admin does when there is none."""

from __future__ import annotations

import sqlite3
from typing import NoReturn

from flask import Response, g, render_template

from sandbox import records
from sandbox.columns import Row
from sandbox.customersdot.answers import Halt, KnownDefect, flash, halt, take_flash
from sandbox.customersdot.filters import to_id
from sandbox.customersdot.pages import index_answer
from sandbox.customersdot.registry import MODELS, AdminModel
from sandbox.customersdot.rights import may
from sandbox.customersdot.shared import accepted


def model_for(name: str, action: str) -> AdminModel:
    """The model, if it exists and the action is switched on for it and allowed to this operator.

    What the real application answers to a write that an access level forbids is unknown; 403 is
    what rails_admin gives for a forbidden action.
    """
    model = MODELS.get(name)
    if model is None:
        _unknown_model(name)
    if action not in model.actions or not may(action):
        raise halt(403)
    return model


def _unknown_model(name: str) -> NoReturn:
    if accepted()[:1] == ["json"]:
        raise KnownDefect(f"no model {name}")
    flash("danger", f"Model '{name}' could not be found")
    page = render_template("dashboard.html", models=MODELS.values(), flash=take_flash())
    raise Halt(Response(page, 404, mimetype="text/html"))


def record_for(db: sqlite3.Connection, model: AdminModel, key: str) -> Row:
    """The record; a missing one is answered with the list: 404 in HTML, 200 in JSON."""
    number = to_id(key)
    if g.as_of is None:
        row = records.get(db, model.table, number)
    else:
        row = records.as_of(db, model.table, number, g.as_of)
    if row is None:
        # Set for good, not for this page only: it shows up on the next page once more.
        flash("danger", f"{model.label} with id '{key}' could not be found")
        raise Halt(index_answer(db, model, status=404, keep_flash=True))
    return row
