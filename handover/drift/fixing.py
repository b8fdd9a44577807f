"""Fixing a finding: the plan of an update-sold-to, and the run once a person starts it (D3).

The request is made here and now of what the systems say. It is in no file, and nobody sees it: what
is shown is the plan, masked. A checksum says which plan somebody has seen.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from domain.drift.fixes import KEEPS, Side, as_contact, is_about, wanted
from domain.drift.kinds import Kind
from domain.errors import InvalidRequest, Refused, Stale
from domain.requests import Request
from handover import api
from handover.drift.lists import finding
from handover.drift.reports import Detail, Finding
from handover.exits import Exit
from handover.lists import acting
from handover.policy import accepted
from handover.previews import outlined
from worker.journal import findings
from worker.runtime import journal

if TYPE_CHECKING:
    from tasks.preview import Foreseen

CHECKSUM_LENGTH = 12
_NO_REASON = (
    "No customer asks for this: drift finding {finding} says that both systems disagree about the"
    " Sold To, and what {keep} says is kept."
)


@dataclass(frozen=True, slots=True)
class Fix:
    """What would be done about a finding, or the run that does it.

    `fields` are those that would change, on the side that is not kept. `preview` is the plan, or
    what a run would ask, as `handover.preview` gives it; None where both sides agree by now.
    `checksum` names it. `run` is the run that was started, `new` whether it was not already there.
    """

    finding: str
    kind: Kind
    account: str
    keep: Side
    fields: tuple[str, ...]
    preview: dict[str, Any] | None
    checksum: str | None
    run: str | None = None
    new: bool = False

    @property
    def exit_code(self) -> Exit:
        """As for `start --plan-only`; once it is started, accepted."""
        if self.preview is None or self.run is not None:
            return Exit.OK
        if self.preview["question"]:
            return Exit.WAITS
        return Exit.CHANGES if self.preview["changes"] else Exit.OK

    def to_json(self) -> dict[str, Any]:
        """All of it for scripts."""
        return {
            "schema": "handover.drift-fix/1",
            **asdict(self),
            "exit_code": int(self.exit_code),
        }


def fix(  # noqa: PLR0913 - one for each thing that a person may say
    finding_id: str,
    *,
    ticket: str,
    keep: str | None = None,
    reason: str | None = None,
    evidence: Mapping[str, Any] | None = None,
    requester_email: str | None = None,
    start: str | None = None,
    by: str | None = None,
) -> Fix:
    """The plan that would fix a finding; with `start`, that plan's checksum, the run that does it.

    `keep` is the side that is right: zuora or customersdot. Without evidence of ownership the
    `reason` stands in its place, which a second person has to accept; without either, that the
    systems disagree. Who asks is the Sold To on record, unless another requester is given.

    Raises InvalidRequest naming every problem, Refused for a finding that such a run can't fix
    (saying what can), Stale where `start` names another plan or the finding is about another
    contact or Customer (`another-subject`), and what reading, planning and starting raise. Nothing
    is changed without `start`.
    """
    from tasks.clients import customersdot, zuora  # noqa: PLC0415 - only here they are needed
    from tasks.preview import plan_now  # noqa: PLC0415
    from tasks.proving_now import sides_of  # noqa: PLC0415

    detail = finding(finding_id)
    found = detail.finding
    side = _side(found, keep)
    sides = sides_of(zuora().account(found.account_id), customersdot())
    if not is_about(found.kind, found.subject, sides):
        raise Stale(
            "The account has another Sold To by now, or another Customer has their email: what is"
            " found about them is no reason to change this one. The next scan looks at them.",
            code="another-subject",
        )
    fields = wanted(found.kind, sides, side)
    made = Fix(found.id, found.kind, found.account, side, tuple(fields), None, None)
    if not fields:
        return made
    on_record = sides.account.sold_to.work_email
    request = {
        "workflow": "update-sold-to",
        "ticket": ticket,
        "account": sides.account.number,
        "requester_email": requester_email or on_record,
        "current_email": on_record,
        "role": "sold-to",
        "contact": as_contact(fields),
        **_ground(found, side, reason, evidence),
    }
    typed = accepted(request)
    foreseen = plan_now(typed)
    checksum = _checksum(typed, foreseen)
    made = replace(made, preview=outlined(typed, foreseen), checksum=checksum)
    if start is None:
        return made
    if start.strip() != checksum:
        raise Stale(
            "This is not the plan that was shown: the systems say something else by now, or --keep,"
            " --ticket, --reason, --evidence or --requester-email are not as they were then. Look"
            " at it again: leave out --start."
        )
    run = _started(detail, request, by)
    return replace(made, run=run.id, new=run.new)


def _side(found: Finding, keep: str | None) -> Side:
    """The side that is kept. Raises InvalidRequest, and Refused where no such run is a remedy."""
    if found.resolved_at is not None:
        raise InvalidRequest([f"finding {found.id} is resolved: there is nothing to fix"])
    sides = KEEPS.get(found.kind, ())
    if not sides:
        first = found.remedies[0]
        how = f": {first.command}" if first.command else ""
        raise Refused(
            f"An update of the contact on record does not fix {found.kind}. {first.text}{how}"
            f" (all that can be done: `handover drift show {found.id}`)",
            code="no-fix",
        )
    chosen = next((side for side in sides if side == (keep or sides[0])), None)
    if chosen is None:
        raise InvalidRequest([f"keep: for {found.kind} it must be {' or '.join(sides)}"])
    return chosen


def _ground(
    found: Finding, side: Side, reason: str | None, evidence: Mapping[str, Any] | None
) -> dict[str, Any]:
    if evidence is not None and reason is not None:
        raise InvalidRequest(["evidence: give either evidence or a reason, not both"])
    if evidence is not None:
        return {"evidence": dict(evidence)}
    given = reason or _NO_REASON.format(finding=found.id, keep=side)
    return {"reason_without_evidence": given}


def _checksum(request: Request, foreseen: "Foreseen") -> str:
    """Names the request and what it comes to, without being a way to guess either."""
    question = foreseen.question.key if foreseen.question else ""
    plan = foreseen.plan.model_dump_json() if foreseen.plan else question
    found = journal().vault.fingerprint("drift-fix", request.model_dump_json(), plan)
    return found[:CHECKSUM_LENGTH]


def _started(detail: Detail, request: Mapping[str, Any], by: str | None) -> api.Started:
    """Starts the run, and notes with the finding that it was started."""
    try:
        started = api.start(request, by=by)
    except api.NotSent as error:  # it is recorded, and goes on by itself
        _note(detail, error.run, by)
        raise
    _note(detail, started.id, by)
    return started


def _note(detail: Detail, run_id: str, by: str | None) -> None:
    if run_id in detail.runs:
        return
    with journal().write() as tx:
        findings.note(tx, detail.finding.id, "fix-started", actor=acting(by), data={"run": run_id})
