"""Findings as CSV: one line each, for a spreadsheet or a script. Masked, as everywhere."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from handover.drift.reports import Finding, Sides

COLUMNS = (
    *("finding", "kind", "account", "account_id", "subject", "fields", "shown"),
    *("first_seen", "last_seen", "resolved", "new"),
    *("acknowledged_by", "acknowledged_until", "acknowledged_reason", "next"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(findings: Iterable[Finding]) -> str:
    """The heading and one line for each finding, as RFC 4180 has it. Times are ISO, in UTC."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, findings))
    return text.getvalue()


def _row(finding: Finding) -> tuple[str, ...]:
    known = finding.acknowledged
    cells = (
        *(finding.id, finding.kind, finding.account, finding.account_id, finding.subject),
        *(" ".join(finding.fields), sides_text(finding.sides)),
        *map(_time, (finding.first_seen_at, finding.last_seen_at, finding.resolved_at)),
        "yes" if finding.new else "no",
        *((known.by, _time(known.until), known.reason) if known else ("", "", "")),
        finding.next_command,
    )
    return tuple(map(_as_text, cells))


def sides_text(sides: Sides) -> str:
    """Both sides in one line."""
    return "; ".join(
        f"{side}: {', '.join(f'{name} {value}' for name, value in fields.items()) or 'nothing'}"
        for side, fields in sides.items()
    )


def _as_text(cell: str) -> str:
    """What a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _time(at: int | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
