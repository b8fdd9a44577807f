"""A plan in the making: its changes in order, and the world that each of them will find."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.changes import Change, Guard
from domain.plan import Expectation, Plan
from domain.plans.claims import claims_elsewhere, claims_for
from domain.records import Customer, State
from domain.requests import Request
from domain.snapshot import Pinned, Snapshot, contact_state, members_state

Answers = Mapping[str, str]

RESTORE = "restore-sold-to"
"""The change that writes the original Sold To back (L3)."""


@dataclass
class Draft:
    """Collects changes and keeps track of what the ones before will have done.

    `subject` is the Customer whom the workflow is about, None where nobody has that email yet;
    `whom` is what the titles of changes call them. `members`, `sold_to` and `bill_to` are what will
    be found when the changes so far are done: the last two as every state that is possible then,
    because a sync may still be on its way (G1).
    """

    request: Request
    now: Snapshot
    pinned: Pinned
    subject: Customer | None
    whom: str = "the contact"
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    members: list[str] = field(init=False)
    sold_to: list[State] = field(init=False)
    bill_to: list[State] = field(init=False)

    def __post_init__(self) -> None:
        self.members = [m.customer_id for m in self.now.members]
        self.sold_to = [contact_state(self.now.account.sold_to)]
        self.bill_to = [contact_state(self.pinned.bill_to)]

    def add(self, *more: Guard, **fields: object) -> None:
        """Adds a change, with the guards that every change of this plan has, and `more`."""
        guards = [
            *more,
            Guard(name="zuora-sold-to", allowed=tuple(self.sold_to)),
            Guard(name="roles", allowed=({"shared": self.now.account.shared_contact},)),
            Guard(name="members", allowed=(members_state(self.members),)),
        ]
        if self.request.subject:
            subject = {"id": self.subject.id} if self.subject else {}
            guards.append(Guard(name="customer-with-new-email", allowed=(subject,)))
        self.changes.append(Change.model_validate({**fields, "guards": tuple(guards)}))

    def saves(self, customer: Customer) -> bool:
        """Whether a change so far saves this Customer, so that the sync may follow (G1)."""
        return any((c.target.model, c.target.id) == ("customer", customer.id) for c in self.changes)

    @property
    def writes_sold_to_back(self) -> bool:
        """Whether a change so far writes the original Sold To on their contact again."""
        return any(change.id == RESTORE for change in self.changes)

    def copy_id(self) -> str:
        """The id of CustomersDot's copy of the account's Sold To (S1); empty if there is none."""
        copy = self.now.copy_of(self.now.account.sold_to.id)
        return copy.id if copy else ""

    def say_which_subscriptions_are_not_reached(self) -> None:
        """A subscription with a Sold To of its own keeps it, whatever the account's is."""
        for number in self.now.own_sold_to:
            self.notes.append(
                f"Subscription {number} has a Sold To of its own, which this plan does not change;"
                " Billing can."
            )

    def plan(self, expectations: tuple[Expectation, ...]) -> Plan:
        """The plan for this world; `expectations` is what its proof looks at."""
        now, old = self.now, self.pinned.customer
        return Plan(
            workflow=self.request.workflow,
            account_number=now.account.number,
            zuora_account_id=now.account.id,
            billing_account_id=now.billing_account.id,
            pinned_contact_id=self.pinned.contact.id,
            pinned_customer_id=old.id if old else "",
            new_customer_id=self.subject.id if self.subject else "",
            changes=tuple(self.changes),
            expectations=expectations,
            claims=(*claims_for(now.account, self.pinned.contact), *claims_elsewhere(now)),
            notes=tuple(self.notes),
        )
