"""Section “Ownership verification” (V)."""

from config.settings import settings
from domain.errors import NeedsPerson, Refused
from domain.evidence import CONFIRM, confirmation, decide
from domain.questions import LEGAL_AGREES, WITH_LEGAL, without_evidence
from domain.records import same_handle
from domain.requests import Request
from domain.snapshot import contact_state
from tasks.clients import zuora
from tasks.reading import read_evidence_facts
from tasks.self_service import needs_no_evidence
from tasks.step import step
from tasks.systems import request_of
from worker.context import StepContext


@step(title="Verify the requester's ownership", phase="verifying", rules=("V1", "V3", "V8"))
def verify_ownership(context: StepContext) -> str:
    """Decides by rule what a machine can check, and asks a second person about the rest."""
    request = request_of(context)
    if needs_no_evidence(context):
        facts = read_evidence_facts(zuora(), request)
        context.seal("own-sold-to", list(facts.own_sold_to), with_step=True)
        return "the customer's own change needs no V (decision 5)"
    if request.evidence is None:
        return _without_evidence(context, request)
    facts = read_evidence_facts(zuora(), request)
    legal_agrees = context.answered_in_any_round(WITH_LEGAL) == LEGAL_AGREES.id
    rule = "V8" if legal_agrees else decide(request.evidence, facts)
    seen_by = "Legal" if legal_agrees else _seen_by(context, request.evidence.seen_by)
    if seen_by is None:
        raise NeedsPerson(confirmation(request.evidence))
    if seen_by == "not-confirmed":
        raise Refused("The evidence was not confirmed.", rule=rule, code="evidence-not-confirmed")
    sold_to = contact_state(facts.account.sold_to)
    context.seal("verified-sold-to", sold_to, with_step=True)
    context.seal("own-sold-to", list(facts.own_sold_to), with_step=True)
    context.note("evidence.accepted", with_step=True, rule=rule, seen_by=seen_by)
    return f"accepted by {rule}"


def _without_evidence(context: StepContext, request: Request) -> str:
    """Policy lets some workflows go on by a recorded reason, once a second person agrees."""
    question = without_evidence(request.workflow)
    given = context.answered_in_any_round(question.kind)
    if given is None:
        raise NeedsPerson(question)
    account = zuora().account(request.account)
    context.seal("verified-sold-to", contact_state(account.sold_to), with_step=True)
    context.note("evidence.waived", with_step=True, rule="V")
    return "no evidence; a second person agreed to the reason"


def _seen_by(context: StepContext, attested: str | None) -> str | None:
    """Who looked at what no machine saw; None while nobody has who may."""
    answer = context.answered_in_any_round(CONFIRM)
    if answer == "confirmed":
        return "a second person"
    if answer is not None:
        return answer
    starter = context.requested_by()
    trusted = settings().evidence_confirmation == "attested"
    if trusted and attested and not same_handle(attested, starter):
        return attested
    return None
