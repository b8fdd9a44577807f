"""The shape of JSON: which keys there are and what kind of value each holds."""

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("golden")
_OPEN = (
    *("before", "after", "found", "expected", "data", "expires_at"),
    *("sides", "by_kind", "open", "labels"),
)
"""What these hold is the business of a plan, an event, a finding, a setting or a metric."""


def shape(value: Any) -> Any:
    """Names of types in the place of values. The items of a list are told as one."""
    match value:
        case dict():
            return {k: "open" if k in _OPEN else shape(one) for k, one in value.items()}
        case list():
            return _of_items([shape(one) for one in value])
        case None:
            return "null"
        case _:
            return type(value).__name__


def golden(name: str) -> Any:
    """The shape that was promised. A key that goes or changes is a new version of the schema."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


def _of_items(shapes: list[Any]) -> list[Any]:
    if not shapes or not all(isinstance(one, dict) for one in shapes):
        return _distinct(shapes)
    keys = dict.fromkeys(key for one in shapes for key in one)
    told = {key: _distinct([one.get(key, "absent") for one in shapes]) for key in keys}
    return [{key: one[0] if len(one) == 1 else {"one of": one} for key, one in told.items()}]


def _distinct(shapes: list[Any]) -> list[Any]:
    written = sorted({json.dumps(one, sort_keys=True) for one in shapes})
    return [json.loads(one) for one in written]
