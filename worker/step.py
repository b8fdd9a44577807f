"""The step task: what happens when Celery delivers a message that carries a run id.

The message is a hint. The step is claimed in the journal, its body does the work, and the journal
records what came of it; only then does the chain go on. A copy that may not work ends with Ignore.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NotRequired, TypedDict, Unpack

from celery import Task, shared_task
from celery.canvas import Signature
from celery.exceptions import Ignore

from config.settings import settings
from config.work import working_on
from domain import questions
from domain.errors import InvalidRequest, NeedsPerson, Unavailable
from worker.context import StepContext
from worker.failures import settle
from worker.heartbeat import heartbeat
from worker.journal import leases, runs
from worker.journal.leases import Lease, LeaseLost, Verdict
from worker.runtime import journal, milliseconds, owner
from worker.trips import AFTER_CLAIM, AFTER_JOURNAL, BEFORE_CLAIM, trip

log = logging.getLogger(__name__)
Body = Callable[[StepContext], str | None]


@dataclass(frozen=True)
class Step:
    """One documented step: a Celery task with the rules it serves.

    `phase` is the run's state while it works. `plans` marks the step that makes the plan, `proves`
    the one whose success makes the run proved.
    """

    name: str
    title: str
    phase: str
    rules: tuple[str, ...]
    body: Body
    task: Task
    plans: bool = False
    proves: bool = False

    def serving(self, *rules: str) -> "Step":
        """The same step where a workflow has it serve these rules only."""
        return replace(self, rules=rules)

    def signature(self, run_id: str) -> Signature:
        """The immutable signature: it takes nothing from the step before, and only the id."""
        return self.task.si(run_id)


class Details(TypedDict):
    """What is said of a step where it is defined; see `Step` for the meaning."""

    title: str
    phase: str
    rules: tuple[str, ...]
    plans: NotRequired[bool]
    proves: NotRequired[bool]


def step(**details: Unpack[Details]) -> Callable[[Body], Step]:
    """Makes a function a documented step. It returns a short note for the journal, or None."""

    def decorate(body: Body) -> Step:
        def deliver_here(run_id: str) -> None:
            deliver(made, run_id)

        name = body.__name__
        task = shared_task(
            name=f"handover.{name}",
            max_retries=0,
            Request="worker.request:StepRequest",
            rule=", ".join(details["rules"]),
        )(deliver_here)
        made = Step(name=name, body=body, task=task, **details)
        return made

    return decorate


def deliver(step: Step, run_id: str) -> None:
    """Carries out a step for a run if the journal allows it. Raises Ignore to end this copy."""
    with working_on(run_id=run_id, step=step.name, rule=", ".join(step.rules)):
        try:
            _deliver(step, run_id)
        except LeaseLost:
            log.warning("the lease was lost")
            raise Ignore from None
        except Unavailable as error:
            # The journal itself could not be used. The lease runs out; recovery goes on from there.
            log.warning("the journal failed: %s", error)
            raise Ignore from None
        except InvalidRequest as error:
            log.warning("no such run: %s", error)
            raise Ignore from None
        except Ignore:
            raise
        except Exception:
            # Told here, where the run is known; Celery would print the error's text.
            log.exception("the step met a defect outside of its work")
            raise Ignore from None


def _deliver(step: Step, run_id: str) -> None:
    trip(step.name, BEFORE_CLAIM)
    lease = _claim(step, run_id)
    if lease is None:
        return
    with working_on(workflow=lease.workflow, attempt=lease.attempt, fence=lease.fence):
        trip(step.name, AFTER_CLAIM)
        with heartbeat(partial(leases.extend, lease=lease)):
            _work(step, lease)
        trip(step.name, AFTER_JOURNAL)


def _claim(step: Step, run_id: str) -> Lease | None:
    """The lease, or None when the step is done and the lost chain may go on."""
    with journal().write() as tx:
        verdict, lease = leases.claim(
            tx,
            run_id,
            step.name,
            owner=owner(),
            phase=step.phase,
            milliseconds=milliseconds(settings().lease_seconds),
        )
    if verdict is Verdict.REFUSED:
        raise Ignore
    return lease


def _work(step: Step, lease: Lease) -> None:
    context = StepContext(lease, journal(), settings())
    try:
        _ask_before_working(step, context)
        note = step.body(context)
        _complete(step, context, note or "")
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - every failure is settled by its type, there
        context.record_before_failing()
        settle(step.title, lease, error)
        raise Ignore from None


def _ask_before_working(step: Step, context: StepContext) -> None:
    if context.cancel_asked():
        raise NeedsPerson(questions.half_applied("somebody asked to cancel it."))
    if context.lease.attempt > context.settings.max_attempts:
        why = f"{step.title}: the worker vanished each time it tried."
        raise NeedsPerson(questions.keeps_failing(why))


def _complete(step: Step, context: StepContext, note: str) -> None:
    lease, orphan = context.lease, milliseconds(settings().orphan_seconds)
    with journal().write() as tx:
        context.record_what_was_left(tx)
        leases.complete(tx, lease, orphan_milliseconds=orphan, note=note)
        if step.proves:
            runs.end(tx, lease.run_id, "proved", actor=lease.owner, reason="proved", summary=note)
    log.info("step done")
