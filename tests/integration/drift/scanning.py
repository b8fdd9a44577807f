"""Scans that are worked off in this very process, against a sandbox with planted differences."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import Row, select

from config.settings import settings
from tasks import clients
from tasks.drift import clients as drift_clients
from tasks.drift import reading
from tasks.drift import scans as _scans  # noqa: F401 - registers them
from tests.integration.journal.scene import Clock
from tests.parts.sandbox import SandboxProcess
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal import scans
from worker.journal.scan_schema import findings, suspects
from worker.scans import feeding, opening, work

KINDS = {
    "copy-email": "contact-differs",
    "copy-name": "contact-differs",
    "copy-address": "contact-differs",
    "copy-several": "contact-differs",
    "copy-behind": "contact-differs",
    "copy-missing": "copy-missing",
    "no-customer": "sold-to-without-customer",
    "customer-name": "customer-differs",
    "customer-not-member": "sold-to-not-member",
    "customer-elsewhere": "sold-to-manages-elsewhere",
    "nobody": "nobody-manages",
    "login-off": "login-deactivated",
    "only-in-zuora": "only-in-zuora",
    "only-in-customersdot": "only-in-customersdot",
    "email-pending": "email-unconfirmed",
    "two-billing-accounts": "billing-account-twice",
    "two-customers": "customer-twice",
}
"""What the sandbox plants, and what it is called when it is found."""

SETTINGS = {
    "HANDOVER_MASTER_KEYS": Fernet.generate_key().decode(),
    "HANDOVER_LOOKUP_KEY": "a key for tests",
    "HANDOVER_OPERATOR": "kim",
    "HANDOVER_RETRY_SECONDS": "0.01",
    "HANDOVER_READ_SECONDS": "1",
    "HANDOVER_DRIFT_SETTLE_SECONDS": "0.05",
    "HANDOVER_DRIFT_PAGE": "100",
    "HANDOVER_DRIFT_WINDOW_ROWS": "2000",
    **dict.fromkeys(
        (
            f"HANDOVER_{name}_{limit}"
            for name in ("ZUORA", "CUSTOMERSDOT", "DRIFT_ZUORA", "DRIFT_CUSTOMERSDOT")
            for limit in ("AT_ONCE", "PER_MINUTE")
        ),
        "0",
    ),
}

Found = set[tuple[str, str]]
"""Kinds of findings and the accounts that they are of."""


class NoSandbox:
    """Nothing is read from any system here."""

    url = ""
    env: ClassVar[dict[str, str]] = {}


@dataclass
class Scanning:
    """An installation without workers: its pieces are worked off here, one after the other."""

    sandbox: SandboxProcess | type[NoSandbox]
    state: Path
    sent: list[tuple[str, str, int]]

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A call to the sandbox's control."""
        url = f"{self.sandbox.url}/_sandbox/{path}"
        answer = requests.request(method, url, json=body, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def planted(self) -> list[dict[str, Any]]:
        """What differs by the sandbox's own word."""
        rows: list[dict[str, Any]] = self.control("GET", "differences")
        return [row for row in rows if not row["undone_at"]]

    def expected(self) -> Found:
        """What a scan has to find, and nothing besides."""
        return {(KINDS[row["kind"]], row["account_id"]) for row in self.planted()}

    def scan(self, kind: str = "full") -> Row[Any]:
        """Works a whole scan off; its row."""
        scan_id = opening.open_scan(kind, "kim").id
        wait_until(lambda: self._step(scan_id), 60, "the end of the scan", pause=0.02)
        with runtime.journal().read() as tx:
            return scans.get(tx, scan_id)

    def _step(self, scan_id: str) -> bool:
        """Works off what was sent, and sees whether that was all."""
        while self.sent:
            work.work(*self.sent.pop(0))
        feeding.feed_scans()
        with runtime.journal().read() as tx:
            return scans.get(tx, scan_id).ended_at is not None

    def findings(self, *, resolved: bool = False) -> list[Row[Any]]:
        """The findings that are, or are not, resolved."""
        query = select(findings).where(findings.c.resolved_at.is_not(None) == resolved)
        with runtime.journal().read() as tx:
            return list(tx.conn.execute(query.order_by(findings.c.id)).all())

    def found(self) -> Found:
        """What is known to differ."""
        return {(row.kind, row.account_id) for row in self.findings()}

    def suspects(self, scan_id: str) -> dict[str, str]:
        """The outcome of each suspect of a scan."""
        query = select(suspects).where(suspects.c.scan_id == scan_id)
        with runtime.journal().read() as tx:
            return {row.account_id: row.outcome for row in tx.conn.execute(query)}


@dataclass
class Timed(Scanning):
    """The same on a clock that is moved by hand; a scan does not wait for its time to come."""

    clock: Clock

    def _step(self, scan_id: str) -> bool:
        self.clock.pass_(100)
        return super()._step(scan_id)


@contextmanager
def scanning(
    sandbox: SandboxProcess | type[NoSandbox],
    state: Path,
    database_url: str,
    env: Mapping[str, str],
) -> Iterator[Scanning]:
    """An installation of this process alone, with a sandbox and a journal."""
    given = {
        **SETTINGS,
        "HANDOVER_STATE_DIR": str(state),
        "DATABASE_URL": database_url,
        **sandbox.env,
        **env,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        sent: list[tuple[str, str, int]] = []
        patch.setattr(feeding, "queue_length", lambda _queue: 0)
        patch.setattr(feeding, "_publish", sent.extend)
        _forget()
        yield Scanning(sandbox, state, sent)
        runtime.journal().engine.dispose()
    _forget()


def _forget() -> None:
    cached = (settings, runtime.journal, clients.zuora, clients.customersdot)
    ours = (drift_clients.zuora, drift_clients.zuora_bulk, drift_clients.customersdot)
    others = (drift_clients.customersdot_bulk, drift_clients.admin, reading._marks)
    for one in (*cached, *ours, *others):
        one.cache_clear()
