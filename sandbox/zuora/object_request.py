"""The parameters of an Object Query: understood, or refused with category 27."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.columns import Value
from sandbox.zuora.errors import bad_query
from sandbox.zuora.objects import OBJECTS, Expansion, QueryObject

PAGE, MOST = 10, 99
FILTER = re.compile(r"(\w+)\.(\w+):(.*)", re.DOTALL)
SORT = re.compile(r"(\w+)\.(ASC|DESC)")
SIGNS = {"EQ": "=", "NE": "!=", "LT": "<", "GT": ">", "LE": "<=", "GE": ">="}
Test = tuple[str, list[Value]]


@dataclass(frozen=True)
class Wish:
    """What a request asks for. `fields` is None for all of them."""

    tests: tuple[Test, ...]
    order: str
    size: int
    position: int
    mark: str
    fields: tuple[str, ...] | None
    expansions: tuple[tuple[Expansion, tuple[str, ...] | None], ...]
    with_nulls: bool

    def cursor(self) -> str:
        """The cursor of the next page; it is bound to this request."""
        text = json.dumps([self.position + self.size, self.mark])
        return base64.urlsafe_b64encode(text.encode()).decode()


def understood(target: QueryObject, pairs: Iterable[tuple[str, str]]) -> Wish:
    """The request's parameters, whose names are known in any case."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name.lower().removesuffix("[]"), []).append(value)
    mark = _mark(given)
    return Wish(
        tuple(_test(target, one) for one in given.get("filter", [])),
        _order(target, given.get("sort", [])),
        _size(given.get("pagesize", [str(PAGE)])[-1]),
        _position(given["cursor"][-1], mark) if "cursor" in given else 0,
        mark,
        _fields(target, given.get("fields")),
        _expansions(target, given),
        given.get("includenullfields", [""])[-1].lower() == "true",
    )


def _mark(given: dict[str, list[str]]) -> str:
    plain = sorted((name, values) for name, values in given.items() if name != "cursor")
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise bad_query(f"pageSize must be between 1 and {MOST}.")
    return int(text)


def _position(cursor: str, mark: str) -> int:
    try:
        position, made_for = json.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError, TypeError):
        position, made_for = 0, None
    if made_for != mark:
        raise bad_query("The cursor is not valid.")
    return int(position)


def _order(target: QueryObject, sorts: list[str]) -> str:
    if not sorts:
        return "t.id"
    match = SORT.fullmatch(sorts[0])
    name = target.named(match.group(1)) if match else None
    if match is None or name is None or len(sorts) > 1:
        raise bad_query("sort takes one field of the object, as field.ASC or field.DESC.")
    return f"{target.sql(name)} {match.group(2)}, t.id"


def _fields(target: QueryObject, given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return tuple(_known(target, name) for name in _listed(given))


def _listed(given: list[str]) -> list[str]:
    return [part.strip() for text in given for part in text.split(",") if part.strip()]


def _known(target: QueryObject, name: str) -> str:
    found = target.named(name)
    if found is None:
        raise bad_query(f"Unknown field: {name}.")
    return found


def _expansions(
    target: QueryObject, given: dict[str, list[str]]
) -> tuple[tuple[Expansion, tuple[str, ...] | None], ...]:
    found = []
    for name in _listed(given.get("expand", [])):
        expansion = target.expansions.get(name.lower())
        if expansion is None:
            raise bad_query(f"Unknown expand: {name}.")
        inner = OBJECTS[expansion.target] if expansion.target else None
        wanted = given.get(f"{name.lower()}.fields")
        found.append((expansion, _fields(inner, wanted) if inner else None))
    return tuple(found)


def _test(target: QueryObject, text: str) -> Test:
    match = FILTER.fullmatch(text)
    if match is None:
        raise bad_query(f"A filter is field.OP:value, not {text}.")
    name, operator, value = _known(target, match.group(1)), match.group(2).upper(), match.group(3)
    if not target.filterable(name):
        raise bad_query(f"The field {name} cannot be filtered.")
    sql = target.sql(name)
    if value == "null" and operator in ("EQ", "NE"):
        return f"{sql} IS {'NOT ' if operator == 'NE' else ''}NULL", []
    if operator == "SW":
        return f"substr({sql}, 1, ?) = ?", [len(value), value]
    if operator == "IN":
        return _one_of(target, name, value)
    if operator not in SIGNS:
        raise bad_query(f"Unknown operator: {operator}.")
    return f"{sql} {SIGNS[operator]} ?", [_typed(target, name, value)]


def _one_of(target: QueryObject, name: str, value: str) -> Test:
    if not (value.startswith("[") and value.endswith("]")):
        raise bad_query("IN takes a list in brackets.")
    values = [_typed(target, name, one) for one in _listed([value[1:-1]])]
    return f"{target.sql(name)} IN ({', '.join('?' * len(values))})", values


def _typed(target: QueryObject, name: str, text: str) -> Value:
    """The value as the column stores it."""
    column = target.table.column(target.fields.get(name, ""))
    kind = column.kind if column else "string"
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "number") or name == "billCycleDay":
        try:
            return float(text)
        except ValueError:
            raise bad_query(f"{text} is not a number.") from None
    return text
