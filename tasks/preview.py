"""Planning without a run: what `--plan-only` shows. Reads both systems and records nothing."""

from domain.evidence import decide
from domain.plan import Plan
from domain.plans import derive_plan
from domain.requests import Request
from tasks.clients import customersdot, zuora
from tasks.reading import read_evidence_facts, read_snapshot


def plan_now(request: Request) -> Plan:
    """The plan for this moment. Raises Refused and NeedsPerson as a run would."""
    facts = read_evidence_facts(zuora(), request)
    if request.evidence is not None:
        decide(request.evidence, facts)
    now = read_snapshot(zuora(), customersdot(), request, own_sold_to=facts.own_sold_to)
    return derive_plan(request, now, now.pin(), {})
