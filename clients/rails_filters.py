"""List filters of rails_admin (facts: customersdot, B4).

A filter that does not parse is dropped without a word and every row comes back. So a filter here
can't be blank, and it knows which rows it may return.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from domain.errors import Defect

Row = Mapping[str, Any]


class Filter(Protocol):
    """One condition of a list; several are joined by "and"."""

    def params(self, number: int) -> list[tuple[str, str]]:
        """The query parameters; `number` tells the filters of one list apart."""

    def matches(self, row: Row) -> bool:
        """Whether the server may return this row for this filter."""


@dataclass(frozen=True, slots=True)
class Contains:
    """The column holds the value somewhere, whatever the letter case; `%` and `_` are wildcards.

    It finds too much rather than too little: the caller picks the exact rows. With the operator
    `default` the column may also be a number, which then is the value.
    """

    column: str
    value: str = field(repr=False)
    operator: str = "like"

    def __post_init__(self) -> None:
        _not_blank(self.column, self.value)

    def params(self, number: int) -> list[tuple[str, str]]:
        """The operator and the value."""
        return _params(self.column, number, self.operator, self.value)

    def matches(self, row: Row) -> bool:
        """SQL's LIKE, as a regular expression."""
        wild = {"%": ".*", "_": "."}
        pattern = "".join(wild.get(letter, re.escape(letter)) for letter in self.value.casefold())
        return re.search(pattern, _text(row, self.column).casefold(), re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Equals:
    """The column is the value to the letter. Not for emails: letter case counts."""

    column: str
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        _not_blank(self.column, self.value)

    def params(self, number: int) -> list[tuple[str, str]]:
        """The `is` operator."""
        return _params(self.column, number, "is", self.value)

    def matches(self, row: Row) -> bool:
        """Equal text."""
        return _text(row, self.column) == self.value


@dataclass(frozen=True, slots=True)
class LinkedTo:
    """The record belongs to another one: `association` is the filter's name, `column` the row's."""

    association: str
    column: str
    record_id: str

    def __post_init__(self) -> None:
        checked_id(self.record_id)

    def params(self, number: int) -> list[tuple[str, str]]:
        """The foreign key; it does not depend on how the other record is labelled."""
        return _params(self.association, number, "is", self.record_id)

    def matches(self, row: Row) -> bool:
        """The same id, as a number or as text."""
        return _text(row, self.column) == self.record_id


def checked_id(record_id: str) -> str:
    """The id, if it is digits only: rails_admin reads `1abc` as 1. Raises Defect."""
    if not re.fullmatch(r"[1-9][0-9]{0,18}", record_id):
        raise Defect("CustomersDot: the id of a record must be a number", code="bad-id")
    return record_id


def _params(name: str, number: int, operator: str, value: str) -> list[tuple[str, str]]:
    return [(f"f[{name}][{number}][o]", operator), (f"f[{name}][{number}][v]", value)]


def _not_blank(column: str, value: str) -> None:
    if not value.strip():
        raise Defect(f"CustomersDot: a blank filter for {column} returns all", code="blank-filter")


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)
