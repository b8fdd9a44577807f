"""What the systems say about an account and about evidence: all that the rules of V look at."""

from datetime import date
from typing import Literal

from domain.licences import DecodedLicence
from domain.namespaces import NamespaceSubscription
from domain.records import Record, ZuoraAccount, ZuoraInvoice, ZuoraSubscription
from domain.requests import Evidence

LIVE = "Active"


class CommentFact(Record):
    """A comment on a ticket, as the ticket system has it. `exists` is false if it has none."""

    ticket: str
    id: str
    exists: bool = True
    author_email: str = ""
    author_verified: bool = False
    public: bool = True


class AttachedNamespace(Record):
    """A namespace that an order attaches to the subscription in question (V5)."""

    id: str
    name: str = ""


class EvidenceFacts(Record):
    """All facts for one piece of evidence. What could not be read is None, and never a no.

    `invoice` is the one that the evidence names, on whichever account it may be on;
    `invoice_owner` the account that pays for the subscription in question, where it is another.
    `activated`: the licence is in use, or a namespace is attached (V6). `account_licences` are the
    ids of the licences of this billing account. `claimed_namespace_id` is GitLab's id for the
    namespace that the evidence names. `comments` holds only what could be read; `opened_by` is the
    address of who opened the reseller's own ticket. `today` is the UTC date.
    """

    account: ZuoraAccount
    subscriptions: tuple[ZuoraSubscription, ...] = ()
    ticket: str = ""
    requester_email: str = ""
    new_is_sold_to: bool = False
    comments: tuple[CommentFact, ...] = ()
    opened_by: str | None = None
    invoice: ZuoraInvoice | None = None
    invoice_owner: ZuoraAccount | None = None
    delivery: Literal["saas", "self-managed"] | None = None
    activated: bool | None = None
    licence: DecodedLicence | None = None
    account_licences: tuple[str, ...] = ()
    attached: tuple[AttachedNamespace, ...] = ()
    claimed_namespace_id: str | None = None
    namespace: NamespaceSubscription | None = None
    today: date

    @property
    def own_sold_to(self) -> tuple[str, ...]:
        """The subscriptions with a Sold To of their own: the account's does not reach them."""
        account_wide = ("", self.account.sold_to.id)
        return tuple(s.number for s in self.subscriptions if s.sold_to_id not in account_wide)

    def comment(self, ticket: str, number: str) -> CommentFact | None:
        """A comment, None where the ticket system could not be asked."""
        return next((c for c in self.comments if (c.ticket, c.id) == (ticket, number)), None)


def concerned(
    evidence: Evidence | None, subscriptions: tuple[ZuoraSubscription, ...]
) -> tuple[ZuoraSubscription, ...]:
    """The subscriptions that the evidence can be about; several where it should have named one.

    Subscriptions that have ended count only where no other is left. Nothing, where the one that is
    named is not on the account.
    """
    if evidence is not None and evidence.subscription is not None:
        return tuple(s for s in subscriptions if s.number == evidence.subscription)
    return tuple(s for s in subscriptions if s.status == LIVE) or subscriptions


def resold(subscriptions: tuple[ZuoraSubscription, ...]) -> bool | None:
    """Whether they were bought through a reseller; None where some were and some were not."""
    answers = {s.through_reseller for s in subscriptions}
    return answers.pop() if len(answers) == 1 else (None if answers else False)
