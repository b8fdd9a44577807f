"""What the journal's tests do again and again, in short words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, text

from domain.errors import Answer, Question
from worker.journal import audit, events, leases, runs, writes
from worker.journal.database import Journal
from worker.journal.leases import Lease, Verdict
from worker.journal.runs import Opening
from worker.journal.vault import Vault

MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
STEPS = ("verify", "plan", "write", "prove")
LEASE = 30_000
ORPHAN = 5_000
CANARY = "kanari.zzyzx@quux.test"
QUESTION = Question(
    kind="may-we",
    rule="Q1",
    text="May we?",
    answers=(Answer("yes", "it goes on"), Answer("stop", "it ends")),
)
SECOND = Question(
    kind="may-we-really",
    rule="Q2",
    text="May we really?",
    answers=(Answer("yes", "it goes on"), Answer("stop", "it ends")),
    second_person=True,
)


def make_vault(*masters: str) -> Vault:
    """A vault with the usual keys, or with other master keys."""
    return Vault(list(masters) or [MASTER_KEY], "the lookup key of the tests")


def opening(**changed: Any) -> Opening:
    """A request to open a run."""
    fields: dict[str, Any] = {
        "workflow": "change-contact",
        "canvas_version": 1,
        "step_names": STEPS,
        "ticket": "4711",
        "account": "A00000001",
        "requested_by": "ada",
        "request": {"new_contact": {"email": CANARY}},
        "key": "key-1",
        "key_given": False,
        "claims": (("account", "A00000001"), ("person", CANARY)),
        "people": (("new", CANARY), ("requester", CANARY)),
        "orphan_milliseconds": ORPHAN,
        **changed,
    }
    fields.setdefault("request_hash", "a request" if fields["key_given"] else fields["key"])
    return Opening(**fields)


def other(number: int, **changed: Any) -> Opening:
    """A request that has nothing to do with any other number's."""
    account = f"A{number:08}"
    fields: dict[str, Any] = {
        "key": f"key-{number}",
        "account": account,
        "claims": (("account", account), ("person", f"p{number}@quux.test")),
        **changed,
    }
    return opening(**fields)


@dataclass
class Clock:
    """The journal's time in milliseconds, moved by hand."""

    now: int = 1_700_000_000_000

    def __call__(self, _conn: Connection) -> int:
        """The time, as the journal asks for it."""
        return self.now

    def pass_(self, milliseconds: int) -> None:
        """Lets time pass."""
        self.now += milliseconds


@dataclass
class Scene:
    """A journal, its clock, and shortcuts that each take one transaction."""

    journal: Journal
    clock: Clock = field(default_factory=Clock)

    def open(self, asked: Opening | None = None) -> str:
        """A new run."""
        with self.journal.write() as tx:
            run_id, new = runs.open_run(tx, asked or opening())
        assert new, "this was a run already"
        return run_id

    def claim(
        self, run_id: str, step: str, owner: str = "one", milliseconds: int = LEASE
    ) -> tuple[Verdict, Lease | None]:
        """A delivery of a step."""
        with self.journal.write() as tx:
            return leases.claim(
                tx, run_id, step, owner=owner, phase="applying", milliseconds=milliseconds
            )

    def verdict(self, run_id: str, step: str, owner: str = "one") -> Verdict:
        """The verdict of a delivery."""
        return self.claim(run_id, step, owner)[0]

    def lease(self, run_id: str, step: str, owner: str = "one", milliseconds: int = LEASE) -> Lease:
        """The lease of a delivery that must get one."""
        verdict, lease = self.claim(run_id, step, owner, milliseconds)
        assert verdict is Verdict.CLAIMED
        assert lease is not None
        return lease

    def complete(self, lease: Lease) -> None:
        """Records a step as done."""
        with self.journal.write() as tx:
            leases.complete(tx, lease, orphan_milliseconds=ORPHAN)

    def pass_steps(self, run_id: str, *steps: str) -> None:
        """Has steps done, one after the other."""
        for step in steps:
            self.complete(self.lease(run_id, step))

    def park(self, lease: Lease, until: int, *, counts: bool = False) -> None:
        """Gives a step back until a time."""
        with self.journal.write() as tx:
            leases.park(tx, lease, until=until, why="later", counts=counts)

    def wait(self, lease: Lease, question: Question = QUESTION) -> None:
        """Asks a question."""
        with self.journal.write() as tx:
            leases.wait(tx, lease, question)

    def intend(self, lease: Lease, change: str = "change", milliseconds: int = 20_000) -> str:
        """Records an intent."""
        with self.journal.write() as tx:
            return writes.intend(tx, lease, change, milliseconds=milliseconds)

    def settle(self, lease: Lease, write_id: str, outcome: str = "done") -> None:
        """Records an outcome."""
        with self.journal.write() as tx:
            writes.settle(tx, lease, write_id, outcome)

    def extend(self, lease: Lease, milliseconds: int = LEASE) -> bool:
        """Prolongs a lease."""
        with self.journal.write() as tx:
            return leases.extend(tx, lease, milliseconds)

    def end(self, run_id: str, result: str = "cancelled") -> None:
        """Ends a run from outside."""
        with self.journal.write() as tx:
            runs.lock(tx, run_id)
            runs.end(tx, run_id, result, actor="ada", reason="test", summary="ended")

    def run(self, run_id: str) -> Row[Any]:
        """The run's row."""
        with self.journal.read() as tx:
            return runs.get(tx, run_id)

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """The run's events."""
        with self.journal.read() as tx:
            return list(events.of_run(tx, run_id))

    def kinds(self, run_id: str) -> list[str]:
        """The kinds of the run's events."""
        return [event["kind"] for event in self.events(run_id)]

    def writes(self, run_id: str) -> list[Row[Any]]:
        """The run's remote writes."""
        with self.journal.read() as tx:
            return writes.of_run(tx, run_id)

    def problems(self, heads: Sequence[dict[str, Any]] = ()) -> list[str]:
        """What the audit finds."""
        with self.journal.read() as tx:
            return audit.verify(tx, heads).problems

    def execute(self, statement: str, **values: Any) -> None:
        """SQL that the journal itself would never send."""
        with self.journal.write() as tx:
            tx.conn.execute(text(statement), values)

    def count(self, table: str) -> int:
        """The number of rows in a table."""
        with self.journal.read() as tx:
            return int(tx.conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
