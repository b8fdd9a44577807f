"""What a step sees of its run: the request, the plan, the answers, and what it may record."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from config.settings import Settings
from domain.errors import Defect
from domain.messages import Message
from domain.plan import Plan
from worker.failures import Later
from worker.journal import claims, leases, messages, runs, sealing, standing
from worker.journal.database import Journal, Tx
from worker.journal.leases import Lease
from worker.journal.standing import Standing
from worker.runtime import milliseconds


class StepContext:
    """The view of one run for one claimed step."""

    def __init__(self, lease: Lease, journal: Journal, settings: Settings) -> None:
        self.lease = lease
        self.journal = journal
        self.settings = settings
        self._left: list[Callable[[Tx], None]] = []

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.lease.run_id

    def request(self) -> dict[str, Any]:
        """The request as it was accepted. Raises Defect if the run was forgotten."""
        request = self.sealed("request")
        if request is None:
            raise Defect("The request of this run was forgotten.", code="forgotten")
        return dict(request)

    def steps(self) -> list[str]:
        """The names of this run's steps, in order."""
        with self.journal.read() as tx:
            return [row.name for row in runs.steps_of(tx, self.run_id)]

    def requested_by(self) -> str:
        """The handle of whoever started the run."""
        return str(self._standing.run.requested_by)

    def cancel_asked(self) -> bool:
        """Whether somebody had asked to cancel the run when this step began."""
        return bool(self._standing.run.cancel_asked)

    def answers(self) -> dict[str, str]:
        """The answers given in this round of planning: question's key → answer."""
        return self._standing.answers

    def answered_last_round(self, kind: str) -> str | None:
        """The last answer of the round before this one, if it was to a question of that kind."""
        last = self.lease.round - 1
        before = [q for q in self._standing.questions if q.answer and q.round == last]
        return str(before[-1].answer) if before and before[-1].kind == kind else None

    def answered_in_any_round(self, kind: str, subject: str = "") -> str | None:
        """The newest answer to a question whose subject no new plan can change."""
        return self._standing.answered_in_any_round(kind, subject)

    def mark(self, value: str) -> str:
        """A sign for a value that doesn't tell it: for the subject of a question, for example."""
        return self._standing.mark(value)

    def times_answered(self, given: str) -> int:
        """How often this run was given an answer, to whatever question."""
        return sum(q.answer == given for q in self._standing.questions)

    def answered_since(self, kind: str, moment: int) -> str | None:
        """The answer to a question that was asked after a moment, in the journal's milliseconds."""
        asked = [q for q in self._standing.questions if q.kind == kind and q.answer]
        return next((str(q.answer) for q in reversed(asked) if q.asked_at >= moment), None)

    def approved_plan(self) -> str | None:
        """The checksum of the plan that was approved last in this round."""
        for row in reversed(self._standing.questions):
            if row.answer == "approve" and row.round == self.lease.round:
                return str(row.plan_checksum)
        return None

    def sealed(self, name: str) -> Any:
        """The newest sealed value of that name, or None."""
        return self._standing.sealed(name)

    def seal(self, name: str, value: object, *, with_step: bool = False) -> None:
        """Keeps a value with personal data; an event holds its commitment. Raises LeaseLost.

        `with_step` leaves it to be recorded when the step is: see `leave`.
        """

        def record(tx: Tx) -> None:
            leases.check(tx, self.lease)
            commitment = sealing.put(tx, self.run_id, name, value, self.lease.round)
            leases.record(tx, self.lease, "value.sealed", {"name": name, "value": commitment})

        self._record(record, with_step=with_step)
        self._standing.opened[name] = value

    def keep_message(self, message: Message) -> None:
        """Keeps a message, once in this round. Raises LeaseLost."""
        with self.journal.write() as tx:
            leases.check(tx, self.lease)
            data = messages.keep(tx, self.run_id, self.lease.round, message)
            if data:
                leases.record(tx, self.lease, "message.written", data)

    def note(self, kind: str, *, with_step: bool = False, **data: object) -> None:
        """Records an event of this step. The data is free of personal data. Raises LeaseLost.

        `with_step` leaves it to be recorded when the step is: see `leave`.
        """

        def record(tx: Tx) -> None:
            leases.check(tx, self.lease)
            leases.record(tx, self.lease, kind, data)

        self._record(record, with_step=with_step)

    def _record(self, record: Callable[[Tx], None], *, with_step: bool) -> None:
        if with_step:
            self.leave(record)
            return
        with self.journal.write() as tx:
            record(tx)

    def leave(self, record: Callable[[Tx], None]) -> None:
        """Leaves something to be recorded with the next thing that this step records.

        At the latest that is the step's completion, or what becomes of its failure. For what a
        worker that takes over would find out by itself.
        """
        self._left.append(record)

    def record_what_was_left(self, tx: Tx) -> None:
        """Records it now, in the order in which it was left. Raises LeaseLost."""
        left, self._left = self._left, []
        for record in left:
            record(tx)

    def record_before_failing(self) -> None:
        """Records what was left, if anything was. Raises LeaseLost."""
        if self._left:
            with self.journal.write() as tx:
                self.record_what_was_left(tx)

    def claim(self, subjects: tuple[tuple[str, str], ...]) -> None:
        """Claims further people and accounts, all or nothing. Raises Locked and LeaseLost."""
        with self.journal.write() as tx:
            leases.check(tx, self.lease)
            claims.take(tx, self.run_id, subjects)

    def record_plan(self, plan: Plan) -> str:
        """Keeps the plan of this round and returns its checksum. Raises LeaseLost."""
        with self.journal.write() as tx:
            run = leases.check(tx, self.lease)
            run_key = sealing.key_of(tx, self.run_id)
            if run_key is None:
                raise Defect("This run was forgotten.", code="forgotten")
            checksum = plan.checksum(run_key.salt)
            if run.plan_checksum == checksum:
                return checksum
            stored = plan.model_dump(mode="json")
            sealing.put(tx, self.run_id, "plan", stored, self.lease.round)
            data = {"checksum": checksum, **_public(plan)}
            leases.record(tx, self.lease, "plan.made", data, {"plan_checksum": checksum})
        self._standing.opened["plan"] = stored
        return checksum

    def plan(self) -> Plan:
        """The plan of this round. Raises Defect if there is none."""
        stored = self.sealed("plan")
        if stored is None:
            raise Defect("This run has no plan.", code="no-plan")
        return Plan.model_validate(stored)

    def writes(self) -> Sequence[Row[Any]]:
        """Every write that this run had begun before this step, in all rounds, oldest first."""
        return self._standing.writes

    def last_write_at(self) -> int:
        """When this run last began a write before this step, in the journal's milliseconds.

        0 if it never did.
        """
        return self._standing.run.last_write_at or 0

    def last_answer_at(self) -> int:
        """When a question of this run was last answered, in milliseconds; 0 if none was."""
        return max((q.answered_at for q in self._standing.questions if q.answer), default=0)

    def not_before(self, moment: int, seconds: float, why: str) -> None:
        """Gives the step back until `seconds` after a moment. Raises Later if it is too early."""
        until = moment + milliseconds(seconds)
        if self.now() < until:
            raise Later(until, why)

    def now(self) -> int:
        """The journal's time in milliseconds."""
        return self.journal.now()

    @cached_property
    def _standing(self) -> Standing:
        with self.journal.read() as tx:
            return standing.read(tx, self.run_id)


def _public(plan: Plan) -> dict[str, Any]:
    """The part of a plan that an event may hold for ever: ids, kinds and rules."""
    return {
        "changes": [
            {"id": c.id, "kind": c.kind.value, "rule": c.rule, "record": c.target.id}
            for c in plan.changes
        ],
    }
