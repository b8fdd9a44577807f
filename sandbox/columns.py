"""How a record type is described: its columns, their kinds and defaults, and what is indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool | None
Row = dict[str, Value]
# Some columns of a record, in an order agreed upon: what very many records are handled as.
Cells = tuple[Value, ...]
Kind = Literal["string", "integer", "number", "boolean", "datetime"]
System = Literal["zuora", "customersdot", "gitlab", "mailgun", "zendesk"]

SQL_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


@dataclass(frozen=True)
class Column:
    """One stored field; `default` is what a new record has when nobody says otherwise."""

    name: str
    kind: Kind = "string"
    default: Value = None

    @property
    def sql(self) -> str:
        """The column as SQLite declares it."""
        return f'"{self.name}" {SQL_TYPES.get(self.kind, "TEXT")}'

    def load(self, stored: Value) -> Value:
        """The Python value of what SQLite returned: it knows no booleans."""
        return bool(stored) if self.kind == "boolean" and stored is not None else stored


@dataclass(frozen=True)
class Table:
    """A record type of one of the systems. `folded` columns are looked up regardless of case,
    `timed` ones are moments by which very many records are listed."""

    system: System
    name: str
    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()

    @property
    def sql_name(self) -> str:
        """The SQLite table behind it."""
        return f"{self.system}_{self.name}"

    @property
    def counted(self) -> bool:
        """Whether ids are running numbers; Zuora's are 32 hex digits."""
        return self.system != "zuora"

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declaration order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """The column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)

    def load(self, stored: Mapping[str, Value]) -> Row:
        """A row of SQLite as a record."""
        return {column.name: column.load(stored[column.name]) for column in self.columns}

    def rows(self, names: Sequence[str], found: Iterable[Cells]) -> list[Row]:
        """Records with just the columns `names`, from what SQLite returned for these."""
        kinds = {column.name: column.kind for column in self.columns}
        rows = [dict(zip(names, cells, strict=True)) for cells in found]
        for name in names:
            if kinds[name] == "boolean":
                for row in rows:
                    row[name] = None if row[name] is None else bool(row[name])
        return rows

    def defaults(self) -> Row:
        """A record nobody has filled in yet."""
        return {column.name: column.default for column in self.columns}


def strings(*names: str) -> tuple[Column, ...]:
    """Several plain text columns."""
    return tuple(Column(name) for name in names)


STAMPS = (Column("created_at", "datetime"), Column("updated_at", "datetime"))
