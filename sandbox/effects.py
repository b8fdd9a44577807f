"""The queue of side effects: what one system does because of a write in the other, later.

Each waiting effect is a row with a due time. Running one and removing it from the queue is one
transaction, so a kill at any moment neither loses an effect nor does it twice.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.store import Store

IDLE = 5.0


@dataclass(frozen=True)
class Effect:
    """One waiting side effect: what kind, about which record, caused by which log entry."""

    id: int
    kind: str
    subject: str
    payload: dict[str, Any]
    cause_seq: int
    account: str | None


Reaction = Callable[[sqlite3.Connection, Effect], None]


def enqueue(
    db: sqlite3.Connection,
    due: float,
    kind: str,
    subject: str,
    account: str,
    cause_seq: int,
    payload: dict[str, Any],
) -> None:
    """Add an effect within the transaction of the write that causes it."""
    db.execute(
        "INSERT INTO effect (due, kind, subject, payload, cause_seq, zuora_account_id)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (due, kind, subject, json.dumps(payload), cause_seq, account or None),
    )


def waiting(db: sqlite3.Connection, state: str = "pending") -> list[dict[str, Any]]:
    """The effects in a state, next one first."""
    found = db.execute("SELECT * FROM effect WHERE state = ? ORDER BY due, id", (state,))
    return [dict(row) | {"payload": json.loads(row["payload"])} for row in found]


class Runner:
    """The thread that runs each effect once its time has come."""

    def __init__(self, store: Store, react: Reaction) -> None:
        """Run effects of `store` by calling `react` inside a transaction."""
        self._store = store
        self._react = react
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._loop, name="sandbox-effects", daemon=True)

    def start(self) -> None:
        """Begin; effects left over from before a restart are due at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the effect it is running, if any."""
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def nudge(self) -> None:
        """Look at the queue again: something was added or a due time changed."""
        self._wake.set()

    def _loop(self) -> None:
        while not self._stopped:
            self._wake.clear()
            while not self._stopped and self.run_one(time.time()):
                pass
            self._wake.wait(self._pause())

    def _pause(self) -> float:
        with self._store.reading() as db:
            sql = "SELECT min(due) FROM effect WHERE state = 'pending'"
            due = db.execute(sql).fetchone()[0]
        return IDLE if due is None else min(IDLE, max(0.0, due - time.time()))

    def run_all(self) -> int:
        """Run everything that waits, due or not, also what that causes; returns how many."""
        count = 0
        while self.run_one(float("inf")):
            count += 1
        return count

    def run_one(self, now: float) -> bool:
        """Run the next effect that is due; False when there is none."""
        with self._store.writing() as db:
            effect = _next(db, now)
            if effect is None:
                return False
            db.execute("SAVEPOINT reaction")
            try:
                self._react(db, effect)
            except Exception:  # noqa: BLE001 - a broken reaction must not stop the others
                db.execute("ROLLBACK TO reaction")
                _mark_failed(db, effect)
            else:
                db.execute("DELETE FROM effect WHERE id = ?", (effect.id,))
        return True


def _mark_failed(db: sqlite3.Connection, effect: Effect) -> None:
    """Keep the effect, with what went wrong, where a test can see it."""
    db.execute(
        "UPDATE effect SET state = 'failed', error = ? WHERE id = ?",
        (traceback.format_exc(), effect.id),
    )


def _next(db: sqlite3.Connection, now: float) -> Effect | None:
    row = db.execute(
        "SELECT * FROM effect WHERE state = 'pending' AND due <= ? ORDER BY due, id LIMIT 1", (now,)
    ).fetchone()
    if row is None:
        return None
    payload = json.loads(row["payload"])
    account = row["zuora_account_id"]
    return Effect(row["id"], row["kind"], row["subject"], payload, row["cause_seq"], account)
