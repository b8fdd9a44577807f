"""Rows as a `schema` asks for them, and lists of rows as CSV and XML."""

from __future__ import annotations

import csv
import io
import sqlite3
from typing import Any
from xml.etree import ElementTree

from flask import Response, jsonify

from sandbox import records
from sandbox.columns import Row
from sandbox.customersdot.answers import KnownDefect
from sandbox.customersdot.listing import listing
from sandbox.customersdot.registry import MODELS, AdminModel
from sandbox.customersdot.shared import sandbox
from sandbox.customersdot.signing_in import sign_in_url

XML_TYPES = {int: "integer", bool: "boolean", float: "float"}
Shaped = dict[str, Any]


def schema_rows(db: sqlite3.Connection, model: AdminModel, asked: Shaped) -> list[Shaped]:
    """A list as its `schema` asks for it; one that names nothing but columns is read as it is."""
    schema = asked.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    limit = sandbox().settings.inline_options_below
    if set(schema) == {"only"} and (names := _columns(model, schema)):
        return listing(db, model, asked, limit, names).rows
    return [shaped(db, model, row, schema) for row in listing(db, model, asked, limit).rows]


def _columns(model: AdminModel, schema: Shaped) -> list[str]:
    return [name for name in dict.fromkeys(_names(schema, "only")) if name in model.table.names]


def shaped(db: sqlite3.Connection, model: AdminModel, row: Row, schema: Any) -> Shaped:
    """The columns named, even secret ones, what methods return, and the records to include."""
    schema = schema if isinstance(schema, dict) else {}
    result = _only(model, row, schema)
    for name in _names(schema, "methods"):
        result[name] = _called(db, model, row, name)
    included = schema.get("include")
    for name, inner in included.items() if isinstance(included, dict) else ():
        link = model.link(name)
        peer = records.get(db, MODELS[link.target].table, row[link.column]) if link else None
        if link and peer:
            result[name] = shaped(db, MODELS[link.target], peer, inner)
    return result


def _only(model: AdminModel, row: Row, schema: dict[str, Any]) -> Shaped:
    names = _names(schema, "only")
    if not names:
        left_out = {*model.secrets, *_names(schema, "except")}
        names = [name for name in model.table.names if name not in left_out]
    return {name: row[name] for name in names if name in row}


def _names(schema: dict[str, Any], key: str) -> list[str]:
    found = schema.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _called(db: sqlite3.Connection, model: AdminModel, row: Row, name: str) -> Any:
    """Whatever method is named gets called on the record; one it does not have is a 500."""
    if name in row:
        return row[name]
    if model.key == "customer" and name == "one_time_sign_in_url":
        return sign_in_url(db, row)
    raise KnownDefect(f"undefined method {name} for {model.class_name}")


def rows_answer(kind: str, model: AdminModel, rows: list[Shaped]) -> Response:
    """The rows as JSON, CSV or XML."""
    if kind == "csv":
        return csv_answer([_flat(row) for row in rows])
    return xml_answer(model, rows) if kind == "xml" else jsonify(rows)


def csv_answer(rows: list[Shaped]) -> Response:
    """Rows as CSV with a head line."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return Response(out.getvalue(), mimetype="text/csv")


def _flat(row: Shaped, prefix: str = "") -> Shaped:
    """Included records as more columns, for CSV."""
    flat: Shaped = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def xml_answer(model: AdminModel, rows: list[Shaped]) -> Response:
    """Rows as Rails writes them: names with dashes, types as attributes, nothing as `nil`."""
    root = ElementTree.Element(_dashed(f"{model.key}s"), type="array")
    for row in rows:
        _element(root, model.key, row)
    text = ElementTree.tostring(root, encoding="unicode")
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', mimetype="application/xml")


def _element(parent: ElementTree.Element, name: str, value: Any) -> None:
    element = ElementTree.SubElement(parent, _dashed(name))
    if isinstance(value, dict):
        for key, inner in value.items():
            _element(element, key, inner)
    elif value is None:
        element.set("nil", "true")
    else:
        if kind := XML_TYPES.get(type(value)):
            element.set("type", kind)
        element.text = str(value).lower() if isinstance(value, bool) else str(value)


def _dashed(name: str) -> str:
    return name.replace("_", "-")
