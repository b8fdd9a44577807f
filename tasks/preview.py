"""Planning without a run: what `--plan-only` shows. Reads both systems and records nothing."""

from dataclasses import dataclass

from config.settings import settings
from domain.errors import NeedsPerson, Question, Refused
from domain.evidence import EvidenceFacts, confirmation, decide, no_evidence
from domain.plan import Plan
from domain.plans import derive_plan
from domain.questions import without_evidence
from domain.questions_self_service import CUSTOMER_ACTS, TAKEN
from domain.requests import FixTypo, Request, SelfService
from domain.self_service import standing_now
from domain.snapshot import Snapshot
from tasks.clients import customersdot, zuora
from tasks.evidence_facts import read_account_facts, read_evidence_facts, read_more_facts
from tasks.linked_user import with_linked_user
from tasks.reading import read_snapshot

_T2_TO_T4 = (
    "A run first looks at the mail log and at the ticket (T2 to T4), which was not done here; what"
    " they don't show is asked."
)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A plan, or the question that comes before one.

    `evidence` is what a second person would be asked before either; `notes` are the plan's, and
    what a run looks at that is not looked at here.
    """

    plan: Plan | None
    question: Question | None
    evidence: Question | None
    notes: tuple[str, ...]


def plan_now(request: Request) -> Foreseen:
    """What a run would come to at this moment. Raises Refused as planning would."""
    facts, evidence = _facts(request)
    notes = (_T2_TO_T4,) if isinstance(request, FixTypo) else ()
    try:
        plan = _plan(request, facts)
    except NeedsPerson as error:
        return Foreseen(None, error.question, evidence, notes)
    return Foreseen(plan, None, evidence, (*plan.notes, *notes))


def _plan(request: Request, facts: EvidenceFacts) -> Plan:
    now = read_snapshot(zuora(), customersdot(), request, own_sold_to=facts.own_sold_to)
    now = with_linked_user(now, request, None)
    answers = _acted(request, now, facts) if isinstance(request, SelfService) else {}
    return derive_plan(request, now, now.pin(), answers)


def _acted(request: SelfService, now: Snapshot, facts: EvidenceFacts) -> dict[str, str]:
    """Self-service begins with the customer; C4 then needs evidence, the rest doesn't."""
    answers = standing_now(request, now)
    if answers[CUSTOMER_ACTS] == TAKEN.id and request.evidence is None:
        raise no_evidence(facts)
    return answers


def _facts(request: Request) -> tuple[EvidenceFacts, Question | None]:
    """The facts, once the evidence is found to count, and what somebody has to see of it.

    Raises Refused with all that would count. Self-service asks for evidence after the customer.
    """
    if request.evidence is None:
        unproved = isinstance(getattr(request, "reason_without_evidence", None), str)
        return read_account_facts(request), (
            without_evidence(request.workflow) if unproved else None
        )
    facts = read_evidence_facts(request, request.evidence)
    try:
        accepted = decide(request.evidence, facts)
    except Refused:
        accepted = decide(request.evidence, read_more_facts(request.evidence, facts))
    attested = settings().evidence_confirmation == "attested" and request.evidence.seen_by
    if not accepted.unseen or attested or isinstance(request, SelfService):
        return facts, None
    return facts, confirmation(accepted, "")
