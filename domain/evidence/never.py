"""V7: what is never a proof, and why."""

from domain.errors import Refused
from domain.evidence.verdict import no
from domain.requests import (
    ActivationCodeEmail,
    Screenshot,
    SupportContactEntitlement,
    TeamMemberVouch,
)

Never = TeamMemberVouch | Screenshot | ActivationCodeEmail | SupportContactEntitlement
RULE = "V7"


def refusal(evidence: Never) -> Refused:
    """Why this kind never counts, and what has to be done about it."""
    match evidence:
        case TeamMemberVouch():
            why = "The word of a GitLab team member, Account Owners included, is never a proof"
            return no(RULE, evidence.kind, why)
        case Screenshot():
            why = "A screenshot is never a proof; what it shows may be one as text or as a document"
            return no(RULE, evidence.kind, why)
        case SupportContactEntitlement():
            why = (
                "Who may manage support contacts is proved more easily than ownership, and is no"
                " proof of it"
            )
            return no(RULE, evidence.kind, why)
        case ActivationCodeEmail():
            where = f" in comment {evidence.comment}" if evidence.comment else ""
            why = (
                "The mail with an activation code is never a proof. Redact the code from the ticket"
                f"{where} now, with the Redaction app: whoever reads it can use it"
            )
            return no(RULE, evidence.kind, why)
