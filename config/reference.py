"""The reference of all settings: `python -m config.reference > docs/configuration.md`."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings

GROUPS = {
    "state_dir": "Where the parts are",
    "zuora_url": "The neighbours",
    "gitlab_url": "Further neighbours",
    "master_keys": "Keys",
    "lease_seconds": "How the engine works",
    "drift_at": "Drift and figures",
    "approval": "Who decides, and what is told to whom",
    "operator": "Who acts, and where the program reports",
}
"""The first setting of each group, in the page's order; the others follow it where it is made."""

_HEAD = """\
# Configuration

Every setting is an environment variable. Two files in the state folder stand behind the
environment, and a variable that is set wins over both: `keys.env`, with the keys that were made on
first use, and `up.env`, which `handover up` writes while it runs. An empty variable counts as not
set. Whatever is wrong is named at once, by its variable, before anything starts; `handover doctor`
also names variables that look like a setting and are none.

This page is made from `config/settings.py` and its base classes by
`python -m config.reference > docs/configuration.md`.
"""
_TAIL = """\
`Procfile` also reads `WORKER_CONCURRENCY` (2) and `DRIFT_CONCURRENCY` (2): how many steps one
worker does at a time, and how many pieces of scans a worker for drift. The command line obeys
`NO_COLOR`.
"""
_BOUNDS = (
    (annotated_types.Gt, "gt", "more than"),
    (annotated_types.Ge, "ge", "at least"),
    (annotated_types.Le, "le", "at most"),
)


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *_groups(), _TAIL])


def _groups() -> Iterator[str]:
    rows = _rows()
    for first, title in GROUPS.items():
        yield f"## {title}\n"
        yield "| variable | default | form | meaning |\n|---|---|---|---|"
        yield from rows[first]
        yield ""


def _rows() -> dict[str, list[str]]:
    """The lines of each group, by its first setting."""
    found: dict[str, list[str]] = {}
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            group = found.setdefault(name, [])
        cells = (" or ".join(f"`{v}`" for v in _variables(name, field)), _default(name, field))
        group.append(f"| {' | '.join([*cells, _form(name, field), field.description or ''])} |")
    return found


def _variables(name: str, field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [str(alias or "HANDOVER_" + name.upper())]


def _default(name: str, field: FieldInfo) -> str:
    if name == "state_dir":  # the folder in which this page is made is nobody's default
        return "`.handover`"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, list):
        value = ",".join(value)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    empty = value in ("", {}, None)
    return "" if empty else f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _form(name: str, field: FieldInfo) -> str:
    kind: Any = field.annotation
    if kind == float | None:
        kind = float
    if get_origin(kind) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(kind))
    if kind in (int, float):
        unit = "seconds" if name.endswith("_seconds") else "number"
        return ", ".join([unit, *_bounds(field)])
    if kind is bool:
        return "`true`, `false`"
    return {"dict": "JSON", "list": "list, by commas"}.get(
        getattr(get_origin(kind), "__name__", ""), "secret" if kind is SecretStr else "text"
    )


def _bounds(field: FieldInfo) -> Iterator[str]:
    for bound, attribute, words in _BOUNDS:
        for found in field.metadata:
            if isinstance(found, bound):
                yield f"{words} {getattr(found, attribute):g}"


if __name__ == "__main__":
    print(page(), end="")
