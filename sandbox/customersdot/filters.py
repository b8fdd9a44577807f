"""rails_admin's list filters and search, silent omissions included.

A filter that cannot be understood is left out without a word, so that the list shows every row.
Clients must live with that, hence it is reproduced here with care. SQLite's LIKE overlooks the case
of ASCII letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.columns import Column, Value
from sandbox.customersdot.answers import KnownDefect
from sandbox.customersdot.registry import MODELS, AdminModel, BelongsTo

Test = tuple[str, list[Value]]
UNARY = {
    "_blank": "({0} IS NULL OR {0} = '')",
    "_present": "({0} IS NOT NULL AND {0} != '')",
    "_null": "{0} IS NULL",
    "_not_null": "{0} IS NOT NULL",
    "_empty": "{0} = ''",
    "_not_empty": "{0} != ''",
}
PATTERNS = {
    "default": "%{0}%",
    "like": "%{0}%",
    "not_like": "%{0}%",
    "starts_with": "{0}%",
    "ends_with": "%{0}",
}


def conditions(model: AdminModel, params: dict[str, Any]) -> Iterator[Test]:
    """Every SQL condition a list request asks for; they are ANDed."""
    if query := str(params.get("query") or "").strip():
        yield search(model, query)
    filters = params.get("f")
    for field, numbered in filters.items() if isinstance(filters, dict) else ():
        for given in numbered.values() if isinstance(numbered, dict) else ():
            found = one_filter(model, field, given if isinstance(given, dict) else {})
            if found is not None:
                yield found
    if isinstance(ids := params.get("bulk_ids"), list):
        known = [to_id(one) for one in ids if str(one).strip()]
        yield (f"t.id IN ({', '.join('?' * len(known))})", list(known))


def search(model: AdminModel, query: str) -> Test:
    """The search box: a substring in any one text column, wildcards not escaped."""
    columns = [
        one.name
        for one in model.table.columns
        if one.kind == "string" and one.name not in model.secrets
    ]
    tests = [f't."{name}" LIKE ?' for name in columns]
    tests += [
        _through(link, f'"{link.label_column}" LIKE ?')
        for link in model.belongs_to
        if link.label_column
    ]
    return f"({' OR '.join(tests) or '1'})", [f"%{query.lower()}%"] * len(tests)


def _through(link: BelongsTo, test: str) -> str:
    """A condition on the record a belongs_to points at."""
    target = MODELS[link.target].table.sql_name
    return f't."{link.column}" IN (SELECT id FROM {target} WHERE {test})'


def one_filter(model: AdminModel, field: str, given: dict[str, Any]) -> Test | None:
    """One filter, or None when it is dropped; an unknown field is an error of the application."""
    operator, value = str(given.get("o") or ""), given.get("v")
    unary = UNARY.get(operator) or UNARY.get(str(value))
    if link := model.link(field):
        name = f't."{link.column}"'
        return (unary.format(name), []) if unary else _belongs_to(link, operator, value)
    column = model.table.column(field)
    if column is None:
        raise KnownDefect(f"{model.class_name} has no field {field}")
    name = f't."{field}"'
    found = (
        (unary.format(name), list[Value]()) if unary else _by_type(column, name, operator, value)
    )
    return _by_index(model, field, found) if found and field in model.table.folded else found


def _by_index(model: AdminModel, field: str, found: Test) -> Test:
    """The same test within the column's index: a search for a substring has to read all of it."""
    inner = found[0].replace(f't."{field}"', f'"{field}"')
    return f"t.id IN (SELECT id FROM {model.table.sql_name} WHERE {inner})", found[1]


def _belongs_to(link: BelongsTo, operator: str, value: Any) -> Test | None:
    """The foreign key; the peer's label too, where that is a column."""
    tests, values = [], list[Value]()
    if re.fullmatch(r"\d+", str(value or "")):
        tests.append(f't."{link.column}" = ?')
        values.append(int(value))
    found = _text(f'"{link.label_column}"', operator, value) if link.label_column else None
    if found:
        tests.append(_through(link, found[0]))
        values += found[1]
    return (f"({' OR '.join(tests)})", values) if tests else None


def _by_type(column: Column, name: str, operator: str, value: Any) -> Test | None:
    if column.kind == "string":
        return _text(name, operator or "default", value)
    if column.kind == "boolean":
        return _boolean(name, value)
    if column.kind == "datetime":
        return _date(name, operator, value)
    return _number(name, operator, value)


def _text(name: str, operator: str, value: Any) -> Test | None:
    if not isinstance(value, str) or not value.strip():
        return None
    if operator in ("is", "="):
        return f"{name} = ?", [value]
    pattern = PATTERNS.get(operator)
    if pattern is None:
        return None
    negation = "NOT " if operator == "not_like" else ""
    return f"{name} {negation}LIKE ?", [pattern.format(value.lower())]


def _boolean(name: str, value: Any) -> Test | None:
    if value in ("true", "t", "1"):
        return f"{name} = 1", []
    if value in ("false", "f", "0"):
        return f"({name} IS NULL OR {name} = 0)", []
    return None


def _number(name: str, operator: str, value: Any) -> Test | None:
    single = value[0] if isinstance(value, list) and value else value
    if operator == "between" and isinstance(value, list) and len(value) >= 3:
        return _range(name, _integer(value[1]), _integer(value[2]))
    number = _integer(single)
    return None if number is None else (f"{name} = ?", [number])


def _integer(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"-?\d+", str(value or "")) else None


def _range(name: str, low: Value, high: Value) -> Test | None:
    bounds = [(">=", low), ("<=", high)]
    kept = [(sign, bound) for sign, bound in bounds if bound is not None]
    if not kept:
        return None
    return " AND ".join(f"{name} {sign} ?" for sign, _ in kept), [bound for _, bound in kept]


def _date(name: str, operator: str, value: Any) -> Test | None:
    """Whole days, unless a time is given: then the very moment, in UTC unless told otherwise."""
    values = value if isinstance(value, list) else [value]
    if operator == "between":
        moments = [_moment(one) for one in (*values, None, None)[1:3]]
        if any(moments):
            return _range(name, *moments)
    elif operator in ("", "default") and values and (moment := _moment(values[0])):
        return f"{name} = ?", [moment]
    days = _days(operator, value, datetime.now(UTC).date())
    if days is None:
        return None
    low, high = (day.isoformat() if day else None for day in days)
    return _range(f"substr({name}, 1, 10)", low, high)


def _days(operator: str, value: Any, today: date) -> tuple[date | None, date | None] | None:
    monday = today - timedelta(days=today.weekday())
    week = timedelta(days=7)
    fixed = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "this_week": (monday, monday + week - timedelta(days=1)),
        "last_week": (monday - week, monday - timedelta(days=1)),
    }
    if operator in fixed:
        low, high = fixed[operator]
        return low, high
    values = value if isinstance(value, list) else [value]
    if operator == "between":
        values = [*values, None, None]
        return _day(values[1]), _day(values[2])
    day = _day(values[0] if values else None)
    return (day, day) if day else None


def _moment(value: Any) -> str | None:
    """A date with a time, in the form moments are stored in."""
    text = str(value or "").strip()
    if "T" not in text and ":" not in text:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = given if given.tzinfo else given.replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _day(value: Any) -> date | None:
    for pattern in ("%Y-%m-%d", "%B %d, %Y"):
        try:
            parsed = datetime.strptime(str(value or "").strip(), pattern)  # noqa: DTZ007 - a day
        except ValueError:
            continue
        return parsed.date()
    return None


def to_id(value: Any) -> int:
    """Rails' reading of an id: digits at the front count, the rest is overlooked."""
    found = re.match(r"\s*(\d+)", str(value))
    return int(found.group(1)) if found else 0
