"""What an operator does with a run that stands at a question, once the trouble is over."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import handover
from domain.errors import Refused
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal import runs, sealing

LIKED = (
    "signed-in", "retry", "prove-again", "confirmed", "approve", "activate", "go-on", "restore",
    "plan-anew", "better-evidence",
)  # fmt: skip
"""Answers that let a run go on, the plainest first. The ones that end it are never given."""
ENOUGH = 8
PAUSE = 3.0
"""Seconds before the same answer is given again."""
STOPPED_WITHIN = 300.0


def stopped(run: str) -> dict[str, Any]:
    """The report of a run that has ended or waits for a person; as it is, if it never does."""
    deadline = time.monotonic() + STOPPED_WITHIN
    while time.monotonic() < deadline:
        with runtime.journal().read() as tx:
            if runs.get(tx, run).state in ("ended", "waiting"):
                break
        time.sleep(0.4)
    return handover.report(run)


def bring_on(run: str) -> tuple[dict[str, Any], list[str]]:
    """Answers until the run has ended; returns its report and the answers that were given.

    An answer that did not help is not given a third time if there is another one.
    """
    given: Counter[str] = Counter()
    report = stopped(run)
    while report["state"] == "waiting" and given.total() < ENOUGH:
        answer = _best(report["question"], given)
        if not answer:
            break
        if given[answer]:
            time.sleep(PAUSE)
        given[answer] += 1
        _answer(run, answer)
        report = stopped(run)
    return report, list(given.elements())


def _best(question: Mapping[str, Any], given: Counter[str]) -> str:
    offered = [answer["id"] for answer in question["answers"]]
    liked = [answer for answer in LIKED if answer in offered]
    return next((a for a in liked if given[a] < 2), liked[-1] if liked else "")


def _answer(run: str, answer: str) -> None:
    """Refused evidence is given once more as it was: the system that contradicted it had lied."""
    evidence = _evidence_of(run) if answer == "better-evidence" else None

    def accepted() -> bool:
        try:
            handover.answer(run, answer, reason="the trouble is over", by="lee", evidence=evidence)
        except Refused as refused:
            if refused.code != "write-under-way":
                raise
            return False
        return True

    wait_until(accepted, 30, "the answer to be taken", pause=0.5)


def _evidence_of(run: str) -> dict[str, Any]:
    with runtime.journal().read() as tx:
        evidence: dict[str, Any] = sealing.get(tx, run, "request")["evidence"]
    return evidence
