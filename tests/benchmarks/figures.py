"""Figures: what was measured, what it is compared with, and what limits it."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True)
class Figure:
    """One line of the table. `floor` is what the sandbox alone takes, where it has a part in it."""

    figure: str
    value: str
    baseline: str
    ratio: str
    aim: str
    floor: str
    limit: str


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns."""
    rows = [tuple(field.name for field in fields(Figure)), *map(astuple, figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def spread(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """Smallest, median and largest of repeated measurements."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:.{digits}f}/{middle:.{digits}f}/{high:.{digits}f} {unit}"


def ratio_of(ones: Sequence[float], others: Sequence[float]) -> float:
    """The median of the ratios of measurements that were made side by side.

    What else the machine did meanwhile then bears on both sides of each.
    """
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))
