"""The whole product on real parts: broker, sandbox, journal and workers, driven through the API."""

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet
from sqlalchemy import select

import handover
from config.celery import celery_config
from config.settings import settings
from tasks import clients
from tasks.drift import clients as scan_clients
from tests.parts.folders import short_folder
from tests.parts.redis import RedisServer
from tests.parts.sandbox import SandboxProcess, sandbox_process
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, worker_process
from worker import runtime
from worker.app import app
from worker.journal import events
from worker.journal.schema import metadata

QUICK = {
    "HANDOVER_LEASE_SECONDS": "2",
    "HANDOVER_WRITE_SECONDS": "1.5",
    "HANDOVER_READ_SECONDS": "1",
    "HANDOVER_SCAN_SECONDS": "0.5",
    "HANDOVER_ORPHAN_SECONDS": "2",
    "HANDOVER_RETRY_SECONDS": "0.2",
    "HANDOVER_QUIET_SECONDS": "0.8",
    "HANDOVER_LAG_SECONDS": "6",
    "HANDOVER_MAIL_SECONDS": "4",
    "HANDOVER_EVIDENCE_CONFIRMATION": "attested",
    "HANDOVER_OPERATOR": "kim",
    # Many runs at once share an installation here, and a sandbox minds nothing.
    "HANDOVER_GITLAB_PER_MINUTE": "0",
    "HANDOVER_MAILGUN_PER_MINUTE": "0",
    "HANDOVER_ZENDESK_PER_MINUTE": "0",
}
APP = "tests.parts.taken_out" if os.environ.get("TAKEN_OUT") else "worker.app"
TWO_SYSTEMS = {"HANDOVER_GITLAB_URL": "", "HANDOVER_MAILGUN_URL": "", "HANDOVER_ZENDESK_URL": ""}
"""The settings of an installation that has Zuora and CustomersDot, and nothing else."""
SANDBOX_LAG = "0.25"
CANARY = re.compile(rb"(?<![\w.+-])[\w.+-]+@a\d+\.(?:sales\.)?example")
"""The address of anybody whom the sandbox made up for a test's account.

Sealed values are words of thousands of letters: each is looked at from its beginning only.
"""


@dataclass
class Rehearsal:
    """One installation under test. Everything runs for real; only the neighbours are a sandbox."""

    redis: RedisServer
    sandbox: SandboxProcess
    state: Path
    env: dict[str, str]
    stack: ExitStack
    workers: list[WorkerProcess] = field(default_factory=list)

    # workers

    def add_worker(self, app: str = APP, *arguments: str) -> WorkerProcess:
        """Starts a worker with one process; wait for it with `wait_ready`."""
        number = len(self.workers) + 1
        context = worker_process(self.env, number, concurrency=1, app=app, arguments=arguments)
        worker = self.stack.enter_context(context)
        self.workers.append(worker)
        return worker

    # the world

    def account(self, **order: Any) -> dict[str, Any]:
        """A fresh account with people whose addresses are canaries."""
        return self.new_accounts(1, **order)[0]

    def new_accounts(self, count: int, **order: Any) -> list[dict[str, Any]]:
        """Several fresh accounts at once."""
        made: list[dict[str, Any]] = self.control("POST", "accounts", {"count": count, **order})
        return made

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A call to the sandbox's control."""
        url = f"{self.sandbox.url}/_sandbox/{path}"
        answer = requests.request(method, url, json=body, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def writes(self, account: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The writes that our requests committed on an account, by the sandbox's own log."""
        query = f"writes?origin=request&account={account['account_number']}"
        answer = self.control("GET", query)
        rows: list[dict[str, Any]] = answer["writes"] if isinstance(answer, dict) else answer
        return rows

    def written(self, account: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(model, action) of each write, in order."""
        return [(row["model"], row["action"]) for row in self.writes(account)]

    def written_by(self, run_id: str) -> list[tuple[str, str]]:
        """(model, action) of each write that a run made, on whatever account; not its notes."""
        rows = self.control("GET", "writes?origin=request")
        made = [r for r in rows if str(r["request_id"]).startswith(run_id)]
        return [(r["model"], r["action"]) for r in made if r["model"] != "comment"]

    def writes_by_run(self, account: Mapping[str, Any]) -> list[tuple[str, str]]:
        """As `written`, without what a test changed by hand."""
        rows = self.writes(account)
        return [(r["model"], r["action"]) for r in rows if r["system"] == "customersdot"]

    def truth(self, account: Mapping[str, Any]) -> dict[str, Any]:
        """Everything the sandbox knows about an account, once no effect is pending any more."""

        def settled() -> dict[str, Any] | None:
            found = self.control("GET", f"accounts/{account['account_number']}")
            return found if not found["pending_effects"] else None

        return wait_until(settled, message="the sync to settle") or {}

    def sold_to(self, account: Mapping[str, Any]) -> str:
        """The email of the Sold To in Zuora, once the sync has settled."""
        found = self.truth(account)
        contact = found["zuora"]["sold_to"]
        return str(contact.get("work_email") or contact.get("workEmail"))

    def members(self, account: Mapping[str, Any]) -> list[int]:
        """The ids of the Customers who manage the account."""
        return sorted(
            int(m["customer_id"]) for m in self.truth(account)["customersdot"]["memberships"]
        )

    # runs

    def request(self, account: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """A request that the rules accept: the Sold To approved, and somebody saw it."""
        new = account["new"]
        return {
            "workflow": "change-contact",
            "ticket": str(account["ticket"]["id"]),
            "account": account["account_number"],
            "new_contact": {k: new[k] for k in ("first_name", "last_name", "email")},
            "requester_email": new["email"],
            "self_service_ruled_out": "nobody has access to the old mailbox",
            "evidence": {
                "kind": "contact-approval",
                "approver_email": account["sold_to"]["email"],
                "comment": str(account["ticket"]["approved"]),
                "seen_by": "lee",
            },
            **changes,
        }

    def ask(self, workflow: str, account: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
        """A request for any workflow, with the Sold To's approval unless `fields` say otherwise."""
        made = self.request(account)
        common = {k: made[k] for k in ("ticket", "account", "requester_email", "evidence")}
        given = {**common, "workflow": workflow, **fields}
        return {name: value for name, value in given.items() if value is not None}

    def begin(self, workflow: str, account: Mapping[str, Any], **fields: Any) -> str:
        """Starts a run of any workflow and returns its id."""
        return handover.start(self.ask(workflow, account, **fields)).id

    def start(self, account: Mapping[str, Any], **changes: Any) -> str:
        """Starts the change of an account's contact and returns the run's id."""
        return handover.start(self.request(account, **changes)).id

    def wait(self, run_id: str, seconds: float = 60) -> dict[str, Any]:
        """The report of a run that has ended or waits for a person."""
        return handover.wait(run_id, seconds)

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """A run's events."""
        with runtime.journal().read() as tx:
            return list(events.of_run(tx, run_id))

    # leaks

    def leaks(self) -> list[str]:
        """Where an address of a generated person stands in the clear, whoever put it there."""
        return [
            f"{found.decode()} in {where}"
            for where, content in self._everything().items()
            for found in sorted(set(CANARY.findall(content.lower())))
        ]

    def _everything(self) -> dict[str, bytes]:
        """Workers' output, Redis' data, all files of the state folder, all rows, all reports."""
        found = {w.log_path.name: w.log_path.read_bytes() for w in self.workers}
        for folder in (self.state, self.redis.folder):
            found |= {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        with runtime.journal().read() as tx:
            for table in metadata.sorted_tables:
                rows = tx.conn.execute(select(table)).all()
                found[f"table {table.name}"] = repr(rows).encode()
        for row in handover.runs(limit=1000):
            found[row["run"]] = json.dumps(handover.report(row["run"])).encode()
        return found


@contextmanager
def rehearsal(
    redis: RedisServer,
    *,
    database_url: str = "",
    sandbox_arguments: Sequence[str] = ("--lag", SANDBOX_LAG),
    env: Mapping[str, str] | None = None,
) -> Iterator[Rehearsal]:
    """An installation with its own sandbox, journal and queue, on a broker that may be shared."""
    with short_folder("state") as state, ExitStack() as stack:
        sandbox = stack.enter_context(sandbox_process(arguments=sandbox_arguments))
        settings_of = {
            **QUICK,
            "HANDOVER_STATE_DIR": str(state),
            "HANDOVER_QUEUE": f"q{time.monotonic_ns()}",
            "HANDOVER_MASTER_KEYS": Fernet.generate_key().decode(),
            "HANDOVER_LOOKUP_KEY": "a key for tests",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis.url,
            **sandbox.env,
            **(env or {}),
        }
        with pytest.MonkeyPatch.context() as patch:
            use_environment(patch, settings_of)
            made = Rehearsal(redis, sandbox, state, settings_of, stack)
            yield made
            assert made.leaks() == []
        forget_process_state()


def use_environment(patch: pytest.MonkeyPatch, env: Mapping[str, str]) -> None:
    """Makes this very process use an installation, as a script of its operator would."""
    for name in list(os.environ):
        if name.startswith("HANDOVER_"):
            patch.delenv(name)
    for name, value in env.items():
        patch.setenv(name, value)
    forget_process_state()
    app.conf.update(celery_config(settings()))


def forget_process_state() -> None:
    """Drops what a process keeps about its installation."""
    neighbours = (clients.gitlab, clients.mailgun, clients.zendesk)
    scans = (scan_clients.zuora, scan_clients.zuora_bulk, scan_clients.customersdot_bulk)
    admins = (clients.customersdot, scan_clients.customersdot, scan_clients.admin)
    for cached in (settings, runtime.journal, clients.zuora, *admins, *neighbours, *scans):
        cached.cache_clear()
    app.set_current()
    app._after_fork()
