"""A desk: the command line in this very process, and a journal in which a test has put findings."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import insert

from domain.drift.kinds import Kind
from handover.cli.app import run
from tests.integration.cli.calls import Called
from tests.integration.cli.shapes import golden, shape
from worker.journal import findings as recording
from worker.journal.runs import ALPHABET
from worker.journal.scan_schema import findings, pieces, scans
from worker.runtime import journal

DAY = 24 * 3600 * 1000
SHOWN = {"customersdot": {"last_name": "M***"}, "zuora": {"last_name": "O***"}}


@dataclass
class Desk:
    """Calls commands, and puts into the journal what scans would have. Times are days ago."""

    capsys: pytest.CaptureFixture[str]
    made: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str) -> Called:
        self.capsys.readouterr()
        code = run(["drift", *arguments])
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err, said.err
        return Called(code, said.out, said.err)

    def scan(self, ago: float = 0, kind: str = "full", **changes: Any) -> str:
        """A scan that ended so many days ago, clean unless told otherwise."""
        self.made.append(f"S-{_random()}")
        row = {
            "id": self.made[-1],
            "kind": kind,
            "opened_by": "schedule",
            "phase": "close",
            "lane": "runs" if kind == "proved" else "accounts",
            "counts": json.dumps({"accounts": 1000, "suspects": 2, "calls_zuora": 3}),
            "result": "clean",
            "summary": "No drift.",
            "ended_at": self.days(ago),
            "opened_at": self.days(ago + 0.1),
            **changes,
        }
        with journal().write() as tx:
            tx.conn.execute(insert(scans).values(**row))
        return self.made[-1]

    def at_work(self, kind: str = "full", **counts: int) -> str:
        """A scan that is not finished: one piece of its phase is done, of two."""
        scan = self.scan(0, kind, phase="read", result=None, summary=None, ended_at=None)
        nothing = {"scan_id": scan, "phase": "read", "spec": "{}", "fence": 0, "attempts": 0}
        with journal().write() as tx:
            for n, done in enumerate((tx.now, None)):
                row = {**nothing, "n": n, "feeds": 0, "done_at": done, "counts": json.dumps(counts)}
                tx.conn.execute(insert(pieces).values(**row))
        return scan

    def finding(self, scan: str, ago: float = 0, **changes: Any) -> str:
        """A finding that was first seen so many days ago, by a scan."""
        self.made.append(f"F-{_random().upper()}")
        row = {
            "id": self.made[-1],
            "kind": Kind.CONTACT_DIFFERS,
            "subject": "c1",
            "account_id": f"id{len(self.made)}",
            "account_number": f"A{len(self.made):08}",
            "fields": json.dumps(["last_name"]),
            "shown": json.dumps(SHOWN),
            "first_seen_at": self.days(ago),
            "last_seen_at": self.days(ago),
            "first_scan": scan,
            "last_scan": scan,
            **changes,
        }
        with journal().write() as tx:
            tx.conn.execute(insert(findings).values(**row))
            recording.note(tx, row["id"], "found", actor="worker", data={"scan": scan})
        return str(row["id"])

    def days(self, ago: float) -> int:
        """The moment that lies so many days back, in the journal's milliseconds."""
        return round(journal().now() - ago * DAY)


def _random() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def promised(called: Called, name: str) -> None:
    """Compares what a command printed as JSON with the shape that scripts rely on."""
    assert shape(called.json) == golden(name)
    assert name.startswith(called.json["schema"].replace("/", "-"))
