"""Action calls: the CRUD calls for many records at once, with one result each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.zuora import crud
from sandbox.zuora.errors import ApiError, Reason
from sandbox.zuora.requests import json_body

blueprint = Blueprint("actions", __name__, url_prefix="/v1/action")
MOST = 50


@blueprint.post("/create")
def create() -> Response:
    """New contacts."""
    strict = crud.rejects_unknown()
    _, objects = _asked("objects", ("Contact",))
    return _each(objects, lambda one: crud.create_contact(one, strict))


@blueprint.post("/update")
def update() -> Response:
    """Changes of accounts or contacts, each with its `Id`."""
    strict = crud.rejects_unknown()
    kind, objects = _asked("objects", ("Account", "Contact"))
    table = crud.TABLES[kind.lower()][0]
    return _each(objects, lambda one: crud.update(table, str(one.get("Id")), one, strict))


@blueprint.post("/delete")
def delete() -> Response:
    """Contacts to remove, by id."""
    _, ids = _asked("ids", ("Contact",))
    return _each(ids, lambda one: crud.delete_contact(str(one)))


def _asked(name: str, kinds: tuple[str, ...]) -> tuple[str, list[Any]]:
    body = json_body()
    found = body.get(name)
    if body.get("type") not in kinds:
        raise ApiError(Reason(20, f"type is one of {', '.join(kinds)}."))
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise ApiError(Reason(22, f"{name} is a list of 1 to {MOST}."))
    return str(body["type"]), found


def _each(items: list[Any], work: Callable[[Any], dict[str, Any]]) -> Response:
    return jsonify([_one(item, work) for item in items])


def _one(item: Any, work: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    return crud.attempt(lambda: work(item))
