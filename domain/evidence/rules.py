"""Ownership verification: one accepted proof is enough."""

from domain.errors import Refused
from domain.evidence import contacts, documents, licences, never, ownership, resellers
from domain.evidence.alternatives import alternatives
from domain.evidence.facts import EvidenceFacts
from domain.evidence.verdict import Accepted, no
from domain.requests import (
    ContactApproval,
    Contract,
    Evidence,
    InvoiceProof,
    LicenceProof,
    NamespaceProof,
    ResellerVouch,
)


def decide(evidence: Evidence, facts: EvidenceFacts) -> Accepted:
    """What the rules say of the evidence, by what a machine can check.

    Raises Refused, which names the rule and what would be accepted instead by this customer.
    """
    try:
        return _by_kind(evidence, facts)
    except Refused as error:
        raise _with_alternatives(error, evidence, facts) from None


def refused_by_person(rule: str, evidence: Evidence, facts: EvidenceFacts) -> Refused:
    """The refusal of evidence that a person looked at and did not confirm."""
    error = no(rule, "evidence-not-confirmed", "Whoever looked at the evidence did not confirm it")
    return _with_alternatives(error, evidence, facts)


def no_evidence(facts: EvidenceFacts) -> Refused:
    """The refusal of a request without any evidence that needs some: self-service by C4."""
    why = (
        "The new contact has a Customer already, so that they can't take the portal account over"
        " (C4). To change the contact for them needs evidence of ownership, and there is none yet"
    )
    return _with_alternatives(no("V", "no-evidence", why), None, facts)


def _with_alternatives(error: Refused, evidence: Evidence | None, facts: EvidenceFacts) -> Refused:
    text = f"{error} {alternatives(evidence, facts)}"
    return Refused(text, rule=error.rule, code=error.code)


def _by_kind(evidence: Evidence, facts: EvidenceFacts) -> Accepted:
    match evidence:
        case ContactApproval():
            return contacts.contact_approval(evidence, facts)
        case Contract():
            return documents.contract(evidence, facts)
        case InvoiceProof():
            return documents.invoice(evidence, facts)
        case LicenceProof():
            return licences.licence(evidence, facts)
        case NamespaceProof():
            return ownership.namespace(evidence, facts)
        case ResellerVouch():
            return resellers.reseller_vouch(evidence, facts)
        case _:
            raise never.refusal(evidence)
