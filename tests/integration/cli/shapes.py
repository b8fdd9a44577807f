"""The shape of JSON: which keys there are and what kind of value each holds."""

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("golden")
_STATES = ("before", "after")


def shape(value: Any) -> Any:
    """Names of types in the place of values. A list has the shapes of its items, each once."""
    match value:
        case dict():
            # Which fields a change is about is the plan's business, not the schema's.
            return {k: "state" if k in _STATES else shape(one) for k, one in value.items()}
        case list():
            shapes: list[Any] = []
            for one in map(shape, value):
                if one not in shapes:
                    shapes.append(one)
            return shapes
        case None:
            return "null"
        case _:
            return type(value).__name__


def golden(name: str) -> Any:
    """The shape that was promised. A change of it is a new version of the schema."""
    return json.loads((GOLDEN / f"{name}.json").read_text())
