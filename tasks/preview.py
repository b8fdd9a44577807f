"""Planning without a run: what `--plan-only` shows. Reads both systems and records nothing."""

from domain.errors import Refused
from domain.evidence import EvidenceFacts, decide
from domain.plan import Plan
from domain.plans import derive_plan
from domain.requests import Request
from tasks.clients import customersdot, zuora
from tasks.evidence_facts import read_account_facts, read_evidence_facts, read_more_facts
from tasks.linked_user import with_linked_user
from tasks.reading import read_snapshot


def plan_now(request: Request) -> Plan:
    """The plan for this moment. Raises Refused and NeedsPerson as a run would."""
    facts = _facts(request)
    now = read_snapshot(zuora(), customersdot(), request, own_sold_to=facts.own_sold_to)
    now = with_linked_user(now, request, None)
    return derive_plan(request, now, now.pin(), {})


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
