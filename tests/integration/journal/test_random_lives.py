"""Random lives of runs: whatever workers, crashes, people and time do, the journal stays true."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.settings import Settings
from domain import questions as ask
from domain.errors import InvalidRequest, NeedsPerson
from tests.integration.journal.scene import LEASE, ORPHAN, STEPS, Clock, Scene, make_vault, other
from worker import decisions
from worker.journal import feeding, leases, questions, runs
from worker.journal.database import Journal
from worker.journal.leases import Lease, LeaseLost, Verdict

WRITE = 20_000
QUESTIONS = (ask.half_applied("x"), ask.keeps_failing("x"), ask.shared_contact("c1"))
ANSWERS = ("plan-anew", "leave", "retry", "change-both", "stop")


class PlanningCanvas:
    """A canvas whose second step plans."""

    planning_position = STEPS.index("plan")


@dataclass
class Held:
    """What the model knows of a lease that was handed out."""

    lease: Lease
    until: int


class Lives(RuleBasedStateMachine):
    """Two runs, three workers, people who decide, and a clock."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "journal.db")
        self.clock = Clock()
        journal = Journal(f"sqlite:///{self.folder / 'journal.db'}", make_vault())
        self.scene = Scene(journal, self.clock)
        self.patches: list[Any] = [
            patch("worker.journal.database._now", self.clock),
            patch.object(decisions, "journal", lambda: journal),
            patch.object(decisions, "settings", Settings),
            patch.object(decisions, "canvas_for", lambda *_: PlanningCanvas),
            patch.object(decisions, "publish", lambda *_, **__: None),
        ]
        for started in self.patches:
            started.start()
        self.runs: list[str] = []
        self.current: dict[str, Held | None] = {}
        self.leases: list[Lease] = []
        self.deadlines: dict[str, tuple[str, int]] = {}
        self.place: dict[str, tuple[int, int]] = {}

    @initialize()
    def open(self) -> None:
        """Both runs are opened."""
        self.runs = [self.scene.open(other(number)) for number in (1, 2)]
        self.current = dict.fromkeys(self.runs)

    # deliveries

    @rule(which=st.integers(0, 1), step=st.sampled_from(STEPS), owner=st.sampled_from("abc"))
    def deliver_any(self, which: int, step: str, owner: str) -> None:
        """A message arrives, in order or not."""
        self._deliver(self.runs[which], step, owner)

    @rule(which=st.integers(0, 1), owner=st.sampled_from("abc"))
    def deliver_next(self, which: int, owner: str) -> None:
        """The message of the step at the cursor arrives."""
        cursor = self.scene.run(self.runs[which]).cursor
        if cursor < len(STEPS):
            self._deliver(self.runs[which], STEPS[cursor], owner)

    def _deliver(self, run_id: str, step: str, owner: str) -> None:
        before = self.scene.run(run_id)
        verdict, lease = self.scene.claim(run_id, step, owner)
        if verdict is Verdict.DONE:
            assert STEPS.index(step) == before.cursor - 1
        if lease is None:
            return
        held = self.current[run_id]
        assert held is None or held.until <= self.clock.now, "taken over too early"
        landing = [t for run, t in self.deadlines.values() if run == run_id]
        assert all(deadline <= self.clock.now for deadline in landing), "a write may still land"
        assert (before.state, STEPS[before.cursor]) not in {("ended", step), ("waiting", step)}
        assert step == STEPS[before.cursor]
        self.current[run_id] = Held(lease, lease.until)
        self.leases.append(lease)

    # what a worker records, be its lease still good or long gone

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), what=st.sampled_from(["complete", "complete", "park", "wait", "end"]))
    def record_and_leave(self, data: st.DataObject, what: str) -> None:
        """A worker tells what became of its step."""
        lease = data.draw(st.sampled_from(self.leases))
        if what == "complete" and lease.step == STEPS[-1]:
            what = "end"
        acts: dict[str, Any] = {
            "complete": lambda: self.scene.complete(lease),
            "park": lambda: self.scene.park(lease, self.clock.now + ORPHAN, counts=True),
            "wait": lambda: self.scene.wait(lease, data.draw(st.sampled_from(QUESTIONS))),
            "end": lambda: self._end(lease),
        }
        if self._act(lease, acts[what]):
            self.current[lease.run_id] = None

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), change=st.sampled_from("xy"))
    def intend(self, data: st.DataObject, change: str) -> None:
        """A worker is about to write."""
        lease = data.draw(st.sampled_from(self.leases))
        held = self.current[lease.run_id]
        if held is not None and held.lease == lease and held.until <= self.clock.now:
            with pytest.raises(LeaseLost):
                self.scene.intend(lease, change, WRITE)
            return
        if held is not None and held.lease == lease and self.scene.run(lease.run_id).cancel_asked:
            with pytest.raises(NeedsPerson):
                self.scene.intend(lease, change, WRITE)
            return
        if self._act(lease, lambda: self._intended(lease, change)):
            assert held is not None
            held.until = max(held.until, self.clock.now + WRITE)

    @precondition(lambda self: self.leases and self.deadlines)
    @rule(data=st.data(), outcome=st.sampled_from(["done", "not-landed", "found"]))
    def settle(self, data: st.DataObject, outcome: str) -> None:
        """A worker tells what became of a write of its run."""
        write_id = data.draw(st.sampled_from(sorted(self.deadlines)))
        run_id, _ = self.deadlines[write_id]
        mine = [lease for lease in self.leases if lease.run_id == run_id]
        if not mine:
            return
        lease = data.draw(st.sampled_from(mine))
        if self._act(lease, lambda: self.scene.settle(lease, write_id, outcome)):
            del self.deadlines[write_id]

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), length=st.sampled_from([1_000, LEASE]))
    def heartbeat(self, data: st.DataObject, length: int) -> None:
        """A worker prolongs its lease."""
        lease = data.draw(st.sampled_from(self.leases))
        held = self.current[lease.run_id]
        ours = held is not None and held.lease == lease
        assert self.scene.extend(lease, length) == ours
        if held is not None and ours:
            held.until = max(held.until, self.clock.now + length)

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """A worker dies; nobody hears of its lease again."""
        self.leases.remove(data.draw(st.sampled_from(self.leases)))

    # people, recovery and time

    @rule(which=st.integers(0, 1), given=st.sampled_from(ANSWERS))
    def answer(self, which: int, given: str) -> None:
        """Somebody answers, whether asked or not."""
        try:
            decisions.answer(self.runs[which], given, by="kim", reason="because")
        except InvalidRequest:
            return
        assert self.current[self.runs[which]] is None

    @rule(which=st.integers(0, 1))
    def cancel(self, which: int) -> None:
        """Somebody cancels."""
        run_id = self.runs[which]
        if self.scene.run(run_id).state == "ended":
            return
        written = self.scene.run(run_id).writes > 0
        assert decisions.cancel(run_id, by="kim", reason="no") is not written
        if self.scene.run(run_id).lease_owner is None:
            self.current[run_id] = None

    @rule()
    def feed(self) -> None:
        """Recovery takes what is due, each once."""
        for parked in (True, False):
            with self.scene.journal.read() as tx:
                due = feeding.due(tx, parked=parked, limit=10)
            for run_id in due:
                with self.scene.journal.write() as tx:
                    assert feeding.take(tx, run_id, gap=ORPHAN)
                    assert not feeding.take(tx, run_id, gap=ORPHAN)

    @rule(milliseconds=st.sampled_from([1, 1_000, ORPHAN, WRITE, LEASE, 10 * LEASE]))
    def time_passes(self, milliseconds: int) -> None:
        """Time passes."""
        self.clock.pass_(milliseconds)

    # what must hold

    @invariant()
    def the_chains_verify(self) -> None:
        """No event is missing or changed."""
        assert self.scene.problems() == []

    @invariant()
    def events_tell_a_possible_story(self) -> None:
        """Fences grow, a step is done once per round, a write has an intent and one outcome."""
        for run_id in self.runs:
            fence, round_ = 0, 1
            done: Counter[tuple[int, str]] = Counter()
            writes: dict[str, int] = {}
            for event in self.scene.events(run_id):
                if event["kind"] == "step.claimed":
                    assert event["fence"] > fence
                    fence = event["fence"]
                assert event["fence"] in (None, fence), "recorded under an outdated fence"
                if event["kind"] == "plan.anew":
                    round_ += 1
                if event["kind"] == "step.done":
                    done[round_, event["step"]] += 1
                if event["kind"] == "write.intended":
                    assert event["data"]["write"] not in writes
                    writes[event["data"]["write"]] = 0
                if event["kind"] == "write.outcome":
                    writes[event["data"]["write"]] += 1
            assert set(done.values()) <= {1}
            assert set(writes.values()) <= {0, 1}

    @invariant()
    def the_cursor_never_goes_back_within_a_round(self) -> None:
        """Only a new round goes back, to the planning step."""
        for run_id in self.runs:
            run = self.scene.run(run_id)
            place = (run.round, run.cursor)
            assert place >= self.place.get(run_id, (0, 0))
            self.place[run_id] = place

    @invariant()
    def the_row_says_what_the_model_says(self) -> None:
        """Who holds a step, and whether a run rests, waits or has ended."""
        for run_id in self.runs:
            run = self.scene.run(run_id)
            held = self.current[run_id]
            assert run.lease_owner == (held.lease.owner if held else None)
            assert run.lease_until == (held.until if held else None)
            assert (run.due_at is None) == (run.state in ("waiting", "ended"))
            with self.scene.journal.read() as tx:
                assert (questions.open_question(tx, run_id) is not None) == (run.state == "waiting")
        ended = sum(self.scene.run(run_id).state == "ended" for run_id in self.runs)
        assert self.scene.count("claims") == 2 * (len(self.runs) - ended)

    def teardown(self) -> None:
        """Leaves nothing behind."""
        for started in self.patches:
            started.stop()
        self.scene.journal.engine.dispose()
        shutil.rmtree(self.folder)

    # helpers

    def _act(self, lease: Lease, act: Any) -> bool:
        """Does what a worker does; it must work exactly if the lease is still good."""
        held = self.current[lease.run_id]
        if held is not None and held.lease == lease:
            act()
            return True
        with pytest.raises(LeaseLost):
            act()
        return False

    def _intended(self, lease: Lease, change: str) -> None:
        write_id = self.scene.intend(lease, change, WRITE)
        self.deadlines[write_id] = (lease.run_id, self.clock.now + WRITE)

    def _end(self, lease: Lease) -> None:
        with self.scene.journal.write() as tx:
            leases.end(tx, lease, "failed", reason="x", summary="x")
            assert runs.get(tx, lease.run_id).state == "ended"


def test_random_lives(sqlite_template: Path) -> None:
    Lives.template = sqlite_template
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
