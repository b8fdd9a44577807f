"""Section “Ownership verification” (V)."""

from config.settings import settings
from domain.changes import matches
from domain.errors import NeedsPerson, Question, Refused, Stale
from domain.evidence import (
    CONFIRM,
    Accepted,
    EvidenceFacts,
    concerned,
    confirmation,
    decide,
    no_evidence,
    offers,
    refused_by_person,
    resold,
)
from domain.questions import (
    BETTER,
    GO_ON,
    evidence_refused,
    without_evidence,
)
from domain.questions_handed_over import LEGAL_AGREES, WITH_LEGAL
from domain.records import same_handle
from domain.requests import ActivationCodeEmail, Evidence, Request, parse_evidence
from domain.snapshot import contact_state
from tasks.evidence_facts import read_account_facts, read_evidence_facts, read_more_facts
from tasks.messages import write_message
from tasks.self_service import needs_no_evidence
from tasks.step import step
from tasks.systems import request_of
from tasks.verified import seal_own_sold_to, seal_verified
from worker.context import StepContext

CONFIRMED = "confirmed"
ASKED_ABOUT = "asked-about-sold-to"
"""The sealed value that says who was the Sold To when a person was asked."""


@step(
    title="Verify the requester's ownership",
    phase="verifying",
    rules=("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"),
)
def verify_ownership(context: StepContext) -> str:
    """Decides by rule what a machine can check, and asks a second person about the rest.

    A refusal is a question, not an end: better evidence is judged by the same run.
    """
    request = request_of(context)
    if needs_no_evidence(context):
        facts = read_account_facts(request)
        seal_own_sold_to(context, facts)
        return "the customer's own change needs no V (decision 5)"
    evidence = evidence_of(context, request)
    if context.answered_in_any_round(WITH_LEGAL) == LEGAL_AGREES.id:
        facts = read_account_facts(request)
        _require_asked_about(context, facts)
        return _accepted(context, facts, "V8", "Legal")
    if evidence is None:
        return _without_evidence(context, request)
    facts = read_evidence_facts(request, evidence)
    accepted = _decided(context, evidence, facts)
    return _accepted(context, facts, accepted.rule, _seen_by(context, accepted, evidence, facts))


def evidence_of(context: StepContext, request: Request) -> Evidence | None:
    """The newest evidence: what was given to the run since, else what the request came with."""
    given = context.sealed("evidence")
    return parse_evidence(given) if given else request.evidence


def _decided(context: StepContext, evidence: Evidence, facts: EvidenceFacts) -> Accepted:
    try:
        return decide(evidence, facts)
    except Refused:
        facts = read_more_facts(evidence, facts)
    try:
        return decide(evidence, facts)
    except Refused as error:
        raise _refused(context, error, evidence, facts) from None


def _refused(
    context: StepContext, error: Refused, evidence: Evidence | None, facts: EvidenceFacts
) -> NeedsPerson:
    """The question that a refusal becomes, with what the requester and the Sold To are told."""
    context.note("evidence.refused", with_step=True, rule=error.rule, code=error.code)
    reseller = resold(concerned(evidence, facts.subscriptions)) is True
    write_message(context, "evidence-needed", offers=offers(evidence, facts), reseller=reseller)
    write_message(context, "approval-request")
    if isinstance(evidence, ActivationCodeEmail):
        write_message(context, "redact-activation-code")
    return _asking(context, facts, evidence_refused(error.rule, str(error), _subject(context)))


def _without_evidence(context: StepContext, request: Request) -> str:
    """Policy lets some workflows go on by a recorded reason, once a second person agrees."""
    facts = read_account_facts(request)
    if getattr(request, "reason_without_evidence", None) is None:
        raise _refused(context, no_evidence(facts), None, facts)
    question = without_evidence(request.workflow)
    if context.answered_in_any_round(question.kind) != GO_ON.id:
        raise _asking(context, facts, question)
    _require_asked_about(context, facts)
    seal_verified(context, facts)
    context.note("evidence.waived", with_step=True, rule="V")
    return "no evidence; a second person agreed to the reason"


def _accepted(context: StepContext, facts: EvidenceFacts, rule: str, seen_by: str) -> str:
    seal_verified(context, facts)
    context.note("evidence.accepted", with_step=True, rule=rule, seen_by=seen_by)
    return f"accepted by {rule}"


def _asking(context: StepContext, facts: EvidenceFacts, question: Question) -> NeedsPerson:
    """The question, and whom it is about: a person's word counts for that Sold To alone."""
    context.seal(ASKED_ABOUT, contact_state(facts.account.sold_to), with_step=True)
    return NeedsPerson(question)


def _require_asked_about(context: StepContext, facts: EvidenceFacts) -> None:
    asked = context.sealed(ASKED_ABOUT)  # None where an earlier version asked
    if asked and not matches(contact_state(facts.account.sold_to), asked):
        raise Stale("The account's Sold To changed while a person looked at the evidence (V).")


def _seen_by(
    context: StepContext, accepted: Accepted, evidence: Evidence, facts: EvidenceFacts
) -> str:
    """Who saw what no machine could. Raises NeedsPerson while nobody has who may."""
    if not accepted.unseen:
        return "a machine"
    answer = context.answered_in_any_round(CONFIRM, _subject(context))
    if answer == CONFIRMED:
        _require_asked_about(context, facts)
        return "a second person"
    if answer is not None:
        facts = read_more_facts(evidence, facts)  # so that only what they can show is offered
        error = refused_by_person(accepted.rule, evidence, facts)
        raise _refused(context, error, evidence, facts)
    attested = evidence.seen_by
    trusted = settings().evidence_confirmation == "attested"
    if trusted and attested and not same_handle(attested, context.requested_by()):
        return attested
    raise _asking(context, facts, confirmation(accepted, _subject(context)))


def _subject(context: StepContext) -> str:
    """Which evidence of this run it is: a person's word about one does not count for the next."""
    return f"evidence-{context.times_answered(BETTER.id) + 1}"
