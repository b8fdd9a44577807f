"""V1: approval from the existing contact."""

from domain.errors import Refused
from domain.evidence.comments import author_of
from domain.evidence.facts import EvidenceFacts
from domain.evidence.verdict import Accepted, no
from domain.records import same_email
from domain.requests import ContactApproval

RULE = "V1"


def contact_approval(evidence: ContactApproval, facts: EvidenceFacts) -> Accepted:
    """The Sold To approves; where Sold To and Bill To differ, nobody else can. Raises Refused."""
    if not same_email(evidence.approver_email, facts.account.sold_to.work_email):
        raise _not_the_sold_to(evidence, facts)
    ticket = evidence.ticket or facts.ticket
    authorship = author_of(
        facts,
        RULE,
        ticket=ticket,
        comment=evidence.comment,
        email=evidence.approver_email,
        whose="the contact whose approval is claimed",
    )
    return Accepted(
        RULE, (*authorship, f"comment {evidence.comment} on ticket {ticket} approves this change")
    )


def _not_the_sold_to(evidence: ContactApproval, facts: EvidenceFacts) -> Refused:
    if same_email(evidence.approver_email, facts.account.bill_to.work_email):
        why = (
            "Only the Sold To can approve where Sold To and Bill To are different people; the Bill"
            " To shows a recent invoice instead, by V3"
        )
        return no(RULE, "approval-by-bill-to", why)
    if facts.new_is_sold_to:
        why = (
            "The new contact already is the account's Sold To, and the approval is not from them."
            " If this was done before, nothing is left to do, as `handover prove` tells; another"
            " one-time link needs evidence that counts now, such as a comment of the new contact's"
        )
        return no(RULE, "approval-by-stranger", why)
    return no(RULE, "approval-by-stranger", "The approval is not from the account's Sold To")
