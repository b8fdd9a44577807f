"""Planning without a run: what `--plan-only` shows. Reads both systems and records nothing."""

from domain.errors import Refused
from domain.evidence import EvidenceFacts, decide, no_evidence
from domain.plan import Plan
from domain.plans import derive_plan
from domain.questions_self_service import CUSTOMER_ACTS, TAKEN
from domain.requests import Request, SelfService
from domain.self_service import standing_now
from domain.snapshot import Snapshot
from tasks.clients import customersdot, zuora
from tasks.evidence_facts import read_account_facts, read_evidence_facts, read_more_facts
from tasks.linked_user import with_linked_user
from tasks.reading import read_snapshot


def plan_now(request: Request) -> Plan:
    """The plan for this moment. Raises Refused and NeedsPerson as a run would."""
    facts = _facts(request)
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


def _facts(request: Request) -> EvidenceFacts:
    """The facts, once the evidence is found to count. Raises Refused with all that would."""
    if request.evidence is None:
        return read_account_facts(request)
    facts = read_evidence_facts(request, request.evidence)
    try:
        decide(request.evidence, facts)
    except Refused:
        decide(request.evidence, read_more_facts(request.evidence, facts))
    return facts
