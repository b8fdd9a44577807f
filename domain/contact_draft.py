"""The changes of C5 in the source's order: A with L inside, then R, then S; G4 is why.

Each change predicts what it will find, with the side effects of the ones before it.
"""

from dataclasses import dataclass, field

from domain import questions
from domain.changes import Change, Guard, Kind, Target
from domain.contact_claims import claims_elsewhere, claims_for
from domain.contact_proof import expectations, wanted_contact
from domain.errors import Refused
from domain.plan import Plan
from domain.records import Customer, State, same_email
from domain.requests import ChangeContact
from domain.snapshot import (
    Pinned,
    Snapshot,
    contact_state,
    customer_as_contact,
    customer_state,
    members_of,
    members_state,
    membership_state,
)


def nobody_to_save_last(now: Snapshot, pinned: Pinned, new: Customer) -> bool:
    """Whether the original Sold To can't be saved last to take the role back (L3)."""
    old = pinned.customer
    if old is not None and old.id == new.id:
        return False  # activating the login saves this very person
    here = now.billing_account.id
    return (
        old is None
        or not now.is_member(old.id)
        or any(m.billing_account_id != here for m in now.sold_to_memberships)
        or now.account.shared_contact
        or same_email(pinned.bill_to.work_email, old.email)
    )


@dataclass
class Draft:
    """Builds the changes in order and keeps track of the world that each will find."""

    request: ChangeContact
    now: Snapshot
    pinned: Pinned
    new: Customer
    login_saved: bool
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    sold_to: list[State] = field(default_factory=list)
    bill_to: list[State] = field(default_factory=list)

    def plan(self) -> Plan:
        """The plan for this world."""
        now = self.now
        self.members = [m.customer_id for m in now.members]
        self.sold_to = [contact_state(now.account.sold_to)]
        self.bill_to = [contact_state(self.pinned.bill_to)]
        self._say_what_is_not_reached()
        self._remove_memberships_elsewhere()
        self._create_membership()
        self._activate_login()
        self._remove_previous_membership()
        self._update_sold_to()
        old = self.pinned.customer
        wanted = wanted_contact(self.request)
        return Plan(
            workflow=self.request.workflow,
            account_number=now.account.number,
            zuora_account_id=now.account.id,
            billing_account_id=now.billing_account.id,
            pinned_contact_id=self.pinned.contact.id,
            pinned_customer_id=old.id if old else "",
            new_customer_id=self.new.id,
            changes=tuple(self.changes),
            expectations=expectations(
                now, self.pinned, self.new, wanted, self.members, self.bill_to
            ),
            claims=(*claims_for(now.account, self.pinned.contact), *claims_elsewhere(now)),
            notes=tuple(self.notes),
        )

    def _say_what_is_not_reached(self) -> None:
        for number in self.now.own_sold_to:
            self.notes.append(
                f"Subscription {number} has a Sold To of its own, which this plan does not change;"
                " Billing can."
            )

    # A6

    def _remove_memberships_elsewhere(self) -> None:
        for other in self.now.elsewhere:
            account = other.billing_account.id
            there = [m.customer_id for m in other.members]
            self._add(
                Guard(name=members_of(account), allowed=(members_state(there),)),
                id=f"remove-membership-elsewhere-{account}",
                kind=Kind.DELETE,
                step="remove_membership_elsewhere",
                rule="A6",
                title=f"End the new contact's access to billing account {account}",
                target=Target(model="billing_account_membership", id=other.membership.id),
                before=(membership_state(other.membership),),
                after={},
                side_effects=("none on the Sold To there (G3)",),
            )

    # A4

    def _create_membership(self) -> None:
        if self.now.is_member(self.new.id):
            self.notes.append("The new contact already manages this billing account (A4).")
            return
        self._add(
            id="create-membership",
            kind=Kind.CREATE,
            step="create_membership",
            rule="A4",
            title="Let the new contact manage the billing account",
            target=Target(model="billing_account_membership"),
            before=({},),
            after={
                "customer_id": self.new.id,
                "billing_account_id": self.now.billing_account.id,
            },
            side_effects=("none on the Sold To (G3)",),
        )
        self.members.append(self.new.id)

    # L2, L3

    def _activate_login(self) -> None:
        old, replaced = self.pinned.customer, customer_as_contact(self.new)
        saves_last = None
        if not nobody_to_save_last(self.now, self.pinned, self.new):
            saves_last = old if old and old.id != self.new.id else None
        if not self.new.login_activated:
            self._add_activation((*self.sold_to, replaced), is_last_save=saves_last is None)
        elif not self.login_saved:
            return
        self.sold_to.append(replaced)
        if same_email(self.new.email, self.now.account.bill_to.work_email):
            self.bill_to.append(replaced)  # G1 then updates the Bill To's names instead
        if saves_last:
            self._save_original_last(saves_last, replaced)

    def _add_activation(self, afterwards: tuple[State, ...], *, is_last_save: bool) -> None:
        state = customer_state(self.new)
        self._add(
            id="activate-login",
            kind=Kind.SET,
            step="activate_login",
            rule="L2",
            title="Activate the new contact's login",
            target=Target(model="customer", id=self.new.id),
            before=(state,),
            after={**state, "login_activated": True},
            side_effects=("saving this Customer may replace the account's Sold To (G1)",),
            # Where no other save follows, what this one does has to arrive before S.
            judge=Guard(name="zuora-sold-to", allowed=afterwards) if is_last_save else None,
        )

    def _save_original_last(self, old: Customer, replaced: State) -> None:
        original = contact_state(self.pinned.contact)
        restored = (original, customer_as_contact(old))
        state = customer_state(old)
        self._add(
            id="save-original-sold-to",
            kind=Kind.TOUCH,
            step="save_original_sold_to_last",
            rule="L3",
            title="Save the original Sold To's Customer unchanged, so that they stay the Sold To",
            target=Target(model="customer", id=old.id),
            before=(state,),
            after=state,
            side_effects=("takes the Sold To back, where an unchanged save starts the sync (G1)",),
            judge=Guard(name="zuora-sold-to", allowed=restored),
            otherwise=questions.NOT_RESTORED,
        )
        self._add(
            id="restore-sold-to",
            kind=Kind.SET,
            step="save_original_sold_to_last",
            rule="L3",
            title="Write the original Sold To back on the billing account contact",
            target=Target(model="billing_account_contact", id=self._copy_id()),
            before=(replaced,),
            after=original,
            values=original,
            side_effects=("writes through to Zuora (S)",),
            judge=Guard(name="zuora-sold-to", allowed=(original,)),
            condition=(questions.NOT_RESTORED, "restore"),
        )
        self.sold_to = [original, customer_as_contact(old)]

    # R

    def _remove_previous_membership(self) -> None:
        old = self.pinned.customer
        if old is None:
            self.notes.append(
                "The previous Sold To has no Customer; there is nothing to remove (R)."
            )
            return
        if old.id == self.new.id:
            self.notes.append("Old and new contact are the same person; nothing is removed (R).")
            return
        held = next((m for m in self.now.members if m.customer_id == old.id), None)
        if held is None:
            self.notes.append("The previous Sold To does not manage this billing account (R).")
            return
        self._add(
            id="remove-membership",
            kind=Kind.DELETE,
            step="remove_previous_membership",
            rule="R3",
            title="End the previous Sold To's access to the billing account",
            target=Target(model="billing_account_membership", id=held.id),
            before=(membership_state(held),),
            after={},
            side_effects=("none on the Sold To (G3)",),
        )
        self.members.remove(old.id)

    # S

    def _update_sold_to(self) -> None:
        wanted = wanted_contact(self.request)
        if self.now.account.shared_contact:
            self.bill_to = [wanted]
        if self.sold_to == [wanted]:
            self.notes.append("The Sold To already is the new contact (S).")
            return
        if self.now.copy_of(self.now.account.sold_to.id) is None:
            raise Refused(
                "CustomersDot has no copy of the account's Sold To contact (S1). Hand over to"
                " Billing, or add the contact there by its Zuora contact id.",
                rule="S1",
                code="no-contact-copy",
            )
        roles = "Sold To and Bill To" if self.now.account.shared_contact else "Sold To"
        self._add(
            id="update-sold-to",
            kind=Kind.SET,
            step="update_sold_to",
            rule="S3",
            title=f"Write the new contact to the billing account contact ({roles})",
            target=Target(model="billing_account_contact", id=self._copy_id()),
            before=tuple(self.sold_to),
            after=wanted,
            values=wanted,
            side_effects=("writes through to Zuora (S)",),
        )
        self.sold_to = [wanted]

    def _copy_id(self) -> str:
        copy = self.now.copy_of(self.now.account.sold_to.id)
        return copy.id if copy else ""

    def _add(self, *more: Guard, **fields: object) -> None:
        guards = (
            *more,
            Guard(name="zuora-sold-to", allowed=tuple(self.sold_to)),
            Guard(name="roles", allowed=({"shared": self.now.account.shared_contact},)),
            Guard(name="members", allowed=(members_state(self.members),)),
            Guard(name="customer-with-new-email", allowed=({"id": self.new.id},)),
        )
        self.changes.append(Change.model_validate({**fields, "guards": guards}))
