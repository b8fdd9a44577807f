"""Reports as they may come, made up: as many differences and scans as a test asks for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.drift.kinds import Kind
from domain.drift.remedies import About, next_command, remedies
from domain.masking import mask_state
from domain.records import State
from handover.drift.reports import Acknowledgement, Finding, Progress, Report, Scan, Totals

MADE_AT = int(datetime(2026, 11, 23, 7, 30, tzinfo=UTC).timestamp()) * 1000
DAY = 24 * 3600 * 1000
NIGHT = int(datetime(2026, 11, 23, 2, 30, tzinfo=UTC).timestamp()) * 1000
"""When the newest full scan began."""

ZUORA: State = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@analytical.example"}
CUSTOMERSDOT: State = {
    "first_name": "Ada",
    "last_name": "King",
    "email": "countess@analytical.example",
}
CANARIES = ("ada@analytical.example", "countess@analytical.example", "Lovelace", "King")
"""What is personal about them: it must be nowhere."""

FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.CONTACT_DIFFERS: ("email", "last_name"),
    Kind.CUSTOMER_DIFFERS: ("last_name",),
    Kind.CHANGE_UNDONE: ("email",),
    Kind.LOGIN_OFF: ("login_activated",),
}


def finding(n: int = 0, kind: Kind = Kind.CONTACT_DIFFERS, **changes: Any) -> Finding:
    """One difference; those of every third account are new."""
    account = f"A{n:08}"
    found = remedies(kind, About(f"F-{n:08}", account))
    seen = NIGHT + 60_000 if n % 3 == 0 else NIGHT - (1 + n % 20) * DAY
    made = Finding(
        id=f"F-{n:08}",
        kind=kind,
        meaning=kind.meaning,
        account=account,
        account_id=f"2c92{n:028}",
        subject="",
        fields=FIELDS.get(kind, ()),
        sides=_sides(kind),
        first_seen_at=seen,
        first_scan="S-1",
        last_seen_at=NIGHT + 60_000,
        last_scan="S-0",
        resolved_at=None,
        resolved_scan=None,
        acknowledged=None,
        new=n % 3 == 0,
        next_command=next_command(found),
        remedies=found,
    )
    return replace(made, **changes)


def _sides(kind: Kind) -> dict[str, dict[str, Any]]:
    zuora, customersdot = mask_state(ZUORA), mask_state(CUSTOMERSDOT)
    match kind:
        case Kind.ONLY_IN_ZUORA | Kind.COPY_MISSING | Kind.NO_CUSTOMER:
            return {"zuora": zuora}
        case Kind.ONLY_IN_CUSTOMERSDOT:
            return {"customersdot": customersdot}
        case Kind.LOGIN_OFF:
            return {"customersdot": {"login_activated": False}}
        case Kind.NOBODY_MANAGES | Kind.BILLING_ACCOUNT_TWICE:
            return {"customersdot": {"billing_accounts": "17, 4711"}}
        case Kind.CHANGE_UNDONE:
            return {"expected": {"email": zuora["email"]}, "found": {"email": None}}
    fields = FIELDS.get(kind, ("first_name",))
    return {
        "customersdot": {field: customersdot[field] for field in fields},
        "zuora": {field: zuora[field] for field in fields},
    }


def acknowledged(n: int, reason: str = "Billing merges both accounts") -> Finding:
    """A difference that somebody knows about."""
    known = Acknowledgement("ops-1", NIGHT - DAY, NIGHT + 9 * DAY, reason)
    return finding(n, acknowledged=known, new=False)


def findings(number: int) -> list[Finding]:
    """Differences of all kinds, the tenth part acknowledged."""
    kinds = list(Kind)
    made = [finding(n, kinds[n * n % len(kinds)]) for n in range(number - number // 10)]
    return [*sorted(made, key=lambda each: not each.new), *map(acknowledged, range(number // 10))]


def scan(nights_ago: int = 0, **changes: Any) -> Scan:
    """A full scan of a night that found nothing."""
    opened = NIGHT - nights_ago * DAY
    made = Scan(
        id=f"S-{nights_ago}",
        kind="full",
        opened_by="schedule",
        opened_at=opened,
        ended_at=opened + 41 * 60_000,
        result="clean",
        reason=None,
        summary=None,
        progress=Progress("close", 1, 1),
        accounts=1_000_000,
        suspects=0,
        skipped=12_345,
        in_flight=3,
        unreadable=0,
        calls={"zuora": 1_020, "customersdot": 830},
        open={},
        new=0,
        resolved=0,
    )
    return replace(made, **changes)


def drifted(nights_ago: int, found: int, new: int = 0) -> Scan:
    """A full scan that found drift."""
    kinds = {Kind.CONTACT_DIFFERS: found - found // 3, Kind.NOBODY_MANAGES: found // 3}
    return scan(nights_ago, result="drift", open=kinds, new=new, resolved=new // 2)


def unended(nights_ago: int = 0) -> Scan:
    """A full scan that is still reading."""
    reading = Progress("read", 12, 50)
    return scan(nights_ago, ended_at=None, result=None, progress=reading)


def report(
    found: Sequence[Finding] = (), scans: Sequence[Scan] = (scan(),), **changes: Any
) -> Report:
    """A report on these differences, made on the morning after the newest scan."""
    kinds = Counter(each.kind for each in found)
    totals = Totals(
        open=len(found),
        new=sum(each.new for each in found),
        acknowledged=sum(each.acknowledged is not None for each in found),
        accounts=len({each.account for each in found}),
        by_kind=dict(kinds.most_common()),
    )
    made = Report(
        made_at=MADE_AT,
        totals=totals,
        findings=tuple(found),
        left_out=0,
        scans=tuple(scans),
        others=(),
        running=(),
        last_clean_at=max(
            (each.ended_at or 0 for each in scans if each.result == "clean"), default=None
        ),
    )
    return replace(made, **changes)
