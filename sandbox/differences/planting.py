"""Plants differences on accounts of a tidy population, and keeps the list of them."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from itertools import chain, islice
from random import Random
from typing import Any

from sandbox import records
from sandbox.differences.case import Case, cases
from sandbox.differences.edits import Edits
from sandbox.differences.kinds import KINDS
from sandbox.links import zuora_account

SHOWN = "id, kind, account_id, account_number, fields, records, planted_at, undone_at"


class Unplantable(ValueError):
    """There is no such difference, or no account left that it could be planted on."""


def plant_many(db: sqlite3.Connection, count: int, number: int) -> list[int]:
    """Differences of all kinds in about equal shares, each on an account drawn from `number`."""
    random = Random(number)  # noqa: S311 - repeatable on purpose
    accounts = _drawn(db, random)
    return [_plant(db, kind, random, accounts) for kind in islice(_in_turn(random), count)]


def plant_one(db: sqlite3.Connection, kind: str, account: str | None, number: int) -> int:
    """One difference, on the account named (id or number) or on one drawn from `number`."""
    if kind not in KINDS:
        raise Unplantable(f"kind is one of {', '.join(KINDS)}")
    random = Random(number)  # noqa: S311 - repeatable on purpose
    accounts = _drawn(db, random)
    if account is None:
        return _plant(db, kind, random, accounts)
    found = zuora_account(db, account)
    if found is None or _involved(db, found["id"]):
        raise Unplantable(f"account {account} is unknown or has to do with a difference already")
    others = (one for one in accounts if one != found["id"])
    return _plant(db, kind, random, chain((str(found["id"]),), others))


def undo(db: sqlite3.Connection, key: int) -> None:
    """Take a difference back, with everything that was done for it."""
    row = db.execute("SELECT undo, undone_at FROM difference WHERE id = ?", (key,)).fetchone()
    if row is None or row["undone_at"] is not None:
        raise Unplantable(f"there is no difference {key} in place")
    now = time.time()
    Edits(db, records.moment(now)).undo(json.loads(row["undo"]))
    db.execute("UPDATE difference SET undone_at = ? WHERE id = ?", (now, key))
    db.execute("DELETE FROM involved WHERE difference_id = ?", (key,))


def listed(db: sqlite3.Connection, **wanted: Any) -> list[dict[str, Any]]:
    """The differences whose columns equal `wanted`, oldest first, and those since taken back."""
    tests = " AND ".join(f"{name} = ?" for name in wanted) or "1"
    sql = f"SELECT {SHOWN} FROM difference WHERE {tests} ORDER BY id"
    rows = (dict(row) for row in db.execute(sql, tuple(wanted.values())))
    return [row | {name: json.loads(row[name]) for name in ("fields", "records")} for row in rows]


def _in_turn(random: Random) -> Iterator[str]:
    """All kinds once, in some order, and again."""
    while True:
        yield from random.sample(list(KINDS), len(KINDS))


def _drawn(db: sqlite3.Connection, random: Random) -> Iterator[str]:
    """All accounts that have nothing to do with a difference yet, in an order drawn by chance."""
    last = int(db.execute("SELECT max(rowid) FROM zuora_account").fetchone()[0] or 0)
    tried: set[int] = set()
    while len(tried) < last:
        place = random.randint(1, last)
        if place not in tried:
            tried.add(place)
            row = db.execute("SELECT id FROM zuora_account WHERE rowid = ?", (place,)).fetchone()
            if row and not _involved(db, row["id"]):
                yield row["id"]


def _involved(db: sqlite3.Connection, account_id: Any) -> bool:
    sql = "SELECT 1 FROM involved WHERE account_id = ?"
    return db.execute(sql, (account_id,)).fetchone() is not None


def _plant(db: sqlite3.Connection, kind: str, random: Random, accounts: Iterator[str]) -> int:
    now = time.time()
    edits = Edits(db, records.moment(now))
    case = next(cases(edits, random, accounts), None)
    if case is None:
        raise Unplantable(f"no account is left for {kind}")
    KINDS[kind](case)
    return _remember(db, kind, case, now)


def _remember(db: sqlite3.Connection, kind: str, case: Case, now: float) -> int:
    account, known = case.account, case.records()
    cursor = db.execute(
        "INSERT INTO difference (kind, account_id, account_number, fields, records, undo,"
        " planted_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(kind, account["id"], account["number"], json.dumps(case.fields)),
            *(json.dumps(known), json.dumps(case.edits.before), now),
        ),
    )
    key = int(cursor.lastrowid or 0)
    involved = {account["id"], known.get("other_account_id")} - {None}
    db.executemany("INSERT INTO involved VALUES (?, ?)", [(one, key) for one in involved])
    return key
