"""V4: the text of the last loaded licence."""

from domain.evidence.facts import EvidenceFacts
from domain.evidence.verdict import Accepted, no
from domain.requests import LicenceProof

RULE = "V4"


def licence(_evidence: LicenceProof, facts: EvidenceFacts) -> Accepted:
    """Self-managed, and the text decodes to a licence of this customer's. Raises Refused."""
    if facts.delivery == "saas":
        raise no(
            RULE, "not-self-managed", "The subscription is not self-managed and has no licence"
        )
    found = facts.licence
    if found is None:
        raise no(RULE, "no-licence", "The text does not decode to a licence")
    if found.trial:
        raise no(RULE, "trial-licence", "The text is a trial licence")
    if found.expires_on and found.expires_on < facts.today.isoformat():
        raise no(RULE, "licence-expired", f"The licence expired on {found.expires_on}")
    if found.licence_id not in facts.account_licences:
        raise no(RULE, "licence-of-another", "The licence is not one of this billing account")
    return Accepted(RULE)
