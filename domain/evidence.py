"""Ownership verification (V): pure rules over facts that were read from the systems."""

from datetime import date, timedelta

from domain.errors import Answer, Question, Refused
from domain.questions import ESCALATE
from domain.records import Record, ZuoraAccount, ZuoraInvoice, ZuoraSubscription, same_email
from domain.requests import ContactApproval, Evidence, InvoiceProof

CONFIRM = "evidence-seen"


class EvidenceFacts(Record):
    """What the systems say about the account and the evidence. `today` is the UTC date."""

    account: ZuoraAccount
    subscriptions: tuple[ZuoraSubscription, ...] = ()
    invoice: ZuoraInvoice | None
    new_is_sold_to: bool = False
    today: date

    @property
    def through_reseller(self) -> bool:
        """Whether any of the account's subscriptions was bought through a reseller."""
        return any(s.through_reseller for s in self.subscriptions)

    @property
    def own_sold_to(self) -> tuple[str, ...]:
        """The subscriptions with a Sold To of their own: the account's does not reach them."""
        account_wide = ("", self.account.sold_to.id)
        return tuple(s.number for s in self.subscriptions if s.sold_to_id not in account_wide)


def decide(evidence: Evidence, facts: EvidenceFacts) -> str:
    """The rule by which the evidence is accepted, such as `V1`.

    What a machine can check is checked here; that somebody saw the comment or the document is a
    question of its own (`confirmation`). Raises Refused naming the rule and what would be accepted
    instead.
    """
    match evidence:
        case ContactApproval():
            return _contact_approval(evidence, facts)
        case InvoiceProof():
            return _invoice(facts)


def confirmation(evidence: Evidence) -> Question:
    """The question to a second person for evidence that no machine saw."""
    match evidence:
        case ContactApproval():
            looked_at = (
                f"comment {evidence.comment} is on the ticket, its verified author is the"
                " contact whose approval is claimed, and it approves this change"
            )
        case InvoiceProof():
            looked_at = (
                f"the document that the request names is invoice {evidence.invoice},"
                " and the requester supplied it"
            )
    return Question(
        kind=CONFIRM,
        rule="V1" if isinstance(evidence, ContactApproval) else "V3",
        text=f"Please look at the ticket: is it true that {looked_at}?",
        answers=(
            Answer("confirmed", "the evidence counts and the run goes on"),
            Answer("not-confirmed", "the run ends as refused; nothing was written"),
            ESCALATE,
        ),
        second_person=True,
    )


def _contact_approval(evidence: ContactApproval, facts: EvidenceFacts) -> str:
    account = facts.account
    if same_email(evidence.approver_email, account.sold_to.work_email):
        return "V1"
    if same_email(evidence.approver_email, account.bill_to.work_email):
        raise Refused(
            "Only the Sold To can approve where Sold To and Bill To are different people (V1)."
            " From the Bill To, ask for a GitLab invoice of the last 12 months (V3).",
            rule="V1",
            code="approval-by-bill-to",
        )
    if facts.new_is_sold_to:
        raise Refused(
            "The new contact already is the account's Sold To, and the approval is not from them"
            " (V1). If this was done before, nothing is left to do; `handover prove` looks.",
            rule="V1",
            code="approval-by-stranger",
        )
    raise Refused(
        "The approval is not from the account's Sold To (V1). Ask for the Sold To's"
        " approval or for a GitLab invoice of the last 12 months (V3).",
        rule="V1",
        code="approval-by-stranger",
    )


def _invoice(facts: EvidenceFacts) -> str:
    if facts.through_reseller:
        raise Refused(
            "The subscription was bought through a reseller, so the customer's own invoice is no"
            " proof (V3). The Sold To can approve (V1); that the reseller supplies the invoice or"
            " vouches (V6) is not built yet and has to be decided by hand.",
            rule="V3",
            code="invoice-of-reseller-customer",
        )
    invoice = facts.invoice
    if invoice is None or invoice.account_id != facts.account.id:
        raise Refused(
            "No such invoice on this account (V3). Check the number on the document, or ask for the"
            " Sold To's approval (V1).",
            rule="V3",
            code="invoice-not-on-account",
        )
    if invoice.status != "Posted":
        raise Refused(
            f"Invoice {invoice.number} is {invoice.status.lower()}, not posted (V3).",
            rule="V3",
            code="invoice-not-posted",
        )
    if not _within_twelve_months(date.fromisoformat(invoice.date[:10]), facts.today):
        raise Refused(
            f"Invoice {invoice.number} is of {invoice.date[:10]}: not within the last 12 months"
            " (V3). Ask for a newer one, or for the Sold To's approval (V1).",
            rule="V3",
            code="invoice-too-old",
        )
    return "V3"


def _within_twelve_months(invoiced: date, today: date) -> bool:
    """The same day a year ago counts, and so does tomorrow: some tenants' day begins first."""
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        year_ago = today.replace(year=today.year - 1, day=28)
    return year_ago <= invoiced <= today + timedelta(days=1)
