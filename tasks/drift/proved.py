"""Looks at proved runs (D2): is what each of them proved still in place?

A run is looked at when it is due, and again by each scan while it has an open finding that nobody
has acknowledged. What is missing is reported once two looks have missed it.
"""

import logging
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from config.settings import settings
from domain.agreement import Fact
from domain.drift.findings import OF_RUNS
from domain.drift.kinds import Kind
from domain.drift.undone import took_from, undone
from domain.errors import Defect, InvalidRequest, Refused
from domain.plan import Plan
from tasks.drift import clients
from tasks.proving_now import Proof, proof_of, still_in_place
from worker.journal import claims, findings, looks, runs, sealing
from worker.journal.database import Tx
from worker.journal.findings import Looked
from worker.journal.looks import Due
from worker.runtime import journal, milliseconds, owner
from worker.scans.piece import Finishing, Piece

log = logging.getLogger(__name__)
AGAIN = "again"
"""In place of a stage: nothing is due, but a finding is open."""
UNREADABLE, GONE = "unreadable", "account-gone"
"""Why a look says nothing: it meets what nobody understands, or Zuora lacks the account by now."""


def is_due(tx: Tx) -> bool:
    """Whether a scan would have anything to look at."""
    return bool(looks.due(tx) or findings.to_look_at_again(tx, Kind.CHANGE_UNDONE))


def plan(piece: Piece) -> None:
    """One piece for each run that is to be looked at."""
    with journal().read() as tx:
        stages = {row.subject: AGAIN for row in findings.to_look_at_again(tx, Kind.CHANGE_UNDONE)}
        stages |= {due.run_id: due.stage for due in looks.due(tx)}
    piece.counts(runs=len(stages))
    with piece.finishing() as finishing:
        for run_id, stage in stages.items():
            finishing.add("confirm", {"run": run_id, "stage": stage})
        finishing.add("close", {})


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is looked at, and what it proved; or why nobody knows that any more."""

    row: Row[Any]
    proof: Proof | None
    lost: str

    @property
    def names(self) -> list[str]:
        """What its account may be called."""
        plan = self.proof and self.proof.plan
        return [self.row.account, *((plan.account_number, plan.zuora_account_id) if plan else ())]


def look(piece: Piece) -> None:
    """Looks at one run; where something is missing that was not known to be, once more later."""
    run_id, due = piece.spec["run"], Due(piece.spec["run"], piece.spec["stage"])
    with journal().read() as tx:
        run = _read(tx, run_id)
        hindered = _hindered(tx, run)
    missing = [] if hindered or not run.proof else _missing(piece, run.proof)
    with piece.finishing() as finishing:
        # A run may have begun meanwhile, and what was seen may be half of what it does.
        hindered = _hindered(finishing.tx, run)
        if hindered == "held":
            _wait(piece, finishing)
        elif hindered or not run.proof:
            _give_up(finishing.tx, piece, due, hindered or run.lost)
        elif missing == UNREADABLE:
            # Until its next stage, it would only be said again by every scan.
            piece.counts(unreadable=1)
            _record(finishing.tx, piece, due, note=UNREADABLE)
        elif missing == GONE and GONE not in piece.spec:
            _again(piece, finishing, **{GONE: True})
        elif isinstance(missing, str):
            _give_up(finishing.tx, piece, due, missing)
        elif missing and _given_up(finishing.tx, run.row, run.proof.plan):
            _give_up(finishing.tx, piece, due, "superseded")
        else:
            _judge(piece, finishing, run_id, run.proof.plan, missing)


def _read(tx: Tx, run_id: str) -> _Run:
    """What another version kept may be nothing that this one understands: that ends no scan."""
    row = runs.get(tx, run_id)
    try:
        proof = proof_of(tx, row)
    except (Defect, InvalidRequest, ValidationError):
        log.exception("what is kept of run %s can't be understood", run_id)
        return _Run(row, None, "not-understood")
    return _Run(row, proof, "forgotten")


def _hindered(tx: Tx, run: _Run) -> str | None:
    """Why nobody can say whether a run's result is in place, if nobody can."""
    if runs.wrote_since(tx, run.names, run.row.ended_at, other_than=run.row.id):
        return "superseded"
    if run.proof is None:
        return run.lost
    return "held" if claims.holder(tx, "account", run.names) else None


def _given_up(tx: Tx, row: Row[Any], plan: Plan) -> bool:
    """Whether a run for another account has since ended a membership here, as was agreed (A6)."""
    for run_id in runs.writers_since(tx, row.ended_at):
        later = sealing.get(tx, run_id, "plan") if run_id != row.id else None
        try:
            if later and took_from(Plan.model_validate(later), plan.billing_account_id):
                return True
        except ValidationError:  # kept by another version: it says nothing
            continue
    return False


def _missing(piece: Piece, proof: Proof) -> list[Fact] | str:
    """What is not found again, or why nobody can say."""
    try:
        with clients.calls_counted(piece.call):
            return [fact for fact in still_in_place(proof, clients) if not fact.holds]
    except Defect:
        log.exception("what run %s proved can't be looked at", piece.spec["run"])
        return UNREADABLE
    except Refused as error:
        if error.code != "zuora-account-unknown":
            raise
        return GONE  # and told as such by the scan of all accounts (D1)


def _wait(piece: Piece, finishing: Finishing) -> None:
    """Once; a run that is held after that is left to the next scan."""
    if piece.spec.get("waited"):
        piece.counts(in_flight=1)
    else:
        _again(piece, finishing, waited=True)


def _give_up(tx: Tx, piece: Piece, due: Due, why: str) -> None:
    """What an older run proved is of no more interest, or can't be known any more."""
    _record(tx, piece, due, note=why)
    for row in findings.to_look_at_again(tx, Kind.CHANGE_UNDONE):
        if row.subject == due.run_id:
            findings.resolve(tx, row.id, piece.scan_id, actor=owner(), why=why)


def _judge(
    piece: Piece, finishing: Finishing, run_id: str, plan: Plan, missing: list[Fact]
) -> None:
    tx = finishing.tx
    known = findings.unresolved(tx, plan.zuora_account_id, OF_RUNS)
    before = set(piece.spec.get("missing") or ())
    confirmed = [fact for fact in missing if fact.name in before]
    if (Kind.CHANGE_UNDONE.value, run_id) in known:
        confirmed = missing
    if missing and not confirmed and "missing" not in piece.spec:
        _again(piece, finishing, missing=[fact.name for fact in missing])
        return
    seen = [undone(run_id, tuple(confirmed))] if confirmed else []
    looked = Looked(
        piece.scan_id, plan.zuora_account_id, plan.account_number, OF_RUNS, seen, subject=run_id
    )
    findings.record(tx, looked, actor=owner())
    _record(tx, piece, Due(run_id, piece.spec["stage"]), in_place=not confirmed)


def _record(
    tx: Tx, piece: Piece, look: Due, *, in_place: bool | None = None, note: str | None = None
) -> None:
    if look.stage != AGAIN:
        looks.record(tx, look, piece.scan_id, in_place=in_place, note=note)


def _again(piece: Piece, finishing: Finishing, **more: object) -> None:
    later = finishing.tx.now + milliseconds(settings().drift_settle)
    finishing.add("confirm", {**piece.spec, **more}, not_before_ms=later)
