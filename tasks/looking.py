"""What a change, a guard or an expectation finds in the systems; everything is read once."""

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from domain.changes import Change, Kind
from domain.errors import Defect, Transient
from domain.plan import Plan
from domain.records import BillingAccountContact, Customer, Membership, State, ZuoraAccount
from domain.requests import FixTypo, Request
from domain.snapshot import (
    Pinned,
    activation_of,
    address_state,
    contact_record_state,
    contact_state,
    customer_found,
    gitlab_link,
    members_of,
    members_state,
    membership_state,
)
from domain.windows import WriteWindow
from tasks import clients as tasks_clients
from tasks.sending import way_for


class Told(Protocol):
    """What is known of a run whose systems are looked at."""

    plan: Plan

    @property
    def request(self) -> Request:
        """The typed request."""

    @property
    def pinned(self) -> Pinned:
        """The original Sold To."""


class Clients(Protocol):
    """Whose clients read: those of the runs, or those of the scans with limits of their own."""

    def zuora(self) -> Zuora:
        """Zuora."""

    def customersdot(self) -> CustomersDot:
        """CustomersDot."""


class Look:
    """The systems as they are read once: what a change, a guard or an expectation finds there."""

    def __init__(self, told: Told, clients: Clients | None = None) -> None:
        self._told = told
        self._plan = told.plan
        self._clients = clients or tasks_clients

    def record(self, change: Change) -> State:
        """The record that a change is about."""
        match change.target.model:
            case "customer":
                customer = self._customer(change.target.id)
                return customer_found(customer) if customer else {}
            case "billing_account_contact":
                return contact_record_state(self._copy_to_change(change))
            case "billing_account_membership":
                return membership_state(self._membership(change))
            case "cloud_activation" | "license":
                return {}  # what is sent can't be read back

    def read_back(self, change: Change) -> State:
        """The record that was just written, read anew."""
        match change.target.model, change.kind:
            case "billing_account_contact", _:
                copy = self._clients.customersdot().contact(self._copy_to_change(change).id)
                return contact_record_state(copy) if copy else {}
            case "billing_account_membership", Kind.DELETE:
                return membership_state(self._clients.customersdot().membership(change.target.id))
            case _:
                return Look(self._told, self._clients).record(change)

    def named(self, name: str) -> State:
        """What a guard or an expectation finds."""
        if name.startswith(members_of("")):
            return _members_state(self._members_of(name.removeprefix(members_of(""))))
        if name.startswith(activation_of("")):
            return self._activation(name.removeprefix(activation_of("")))
        if name.startswith(gitlab_link("")):
            return self._gitlab_link(name.removeprefix(gitlab_link("")))
        return self._readers[name]()

    def send(self, change: Change, window: WriteWindow) -> None:
        """Sends one change through CustomersDot's admin."""
        way_for(change)(change, self._record_id(change), window)

    def _record_id(self, change: Change) -> str:
        """The record to write to: a role's copy may have another id by now (G1)."""
        if change.target.model == "billing_account_contact":
            return self._copy_to_change(change).id
        return change.target.id

    @cached_property
    def _readers(self) -> dict[str, Callable[[], State]]:
        return {
            "zuora-sold-to": lambda: contact_state(self._account.sold_to),
            "zuora-sold-to-id": lambda: {"id": self._account.sold_to.id},
            "zuora-bill-to": lambda: contact_state(self._account.bill_to),
            "roles": lambda: {"shared": self._account.shared_contact},
            "members": lambda: _members_state(self._members),
            "sold-to-copy": lambda: _state_of(self._sold_to_copy, contact_state),
            "bill-to-copy": lambda: _state_of(self._bill_to_copy, contact_state),
            "zuora-sold-to-address": lambda: address_state(self._account.sold_to),
            "zuora-bill-to-address": lambda: address_state(self._account.bill_to),
            "sold-to-copy-address": lambda: _state_of(self._sold_to_copy, address_state),
            "bill-to-copy-address": lambda: _state_of(self._bill_to_copy, address_state),
            "customer-appeared": lambda: {"exists": self._customer_with_new_email is not None},
            "customer-with-new-email": lambda: _id_of(self._customer_with_new_email),
            "customer-with-original-email": self._customer_with_original_email,
            "customer-with-mistyped-email": self._customer_with_mistyped_email,
            "login-of-new-contact": self._login_of_new_contact,
            "email-of-contact": self._email_of_contact,
        }

    @cached_property
    def _account(self) -> ZuoraAccount:
        return self._clients.zuora().account(self._plan.account_number)

    @cached_property
    def _members(self) -> list[Membership]:
        return self._members_of(self._plan.billing_account_id)

    def _members_of(self, billing_account_id: str) -> list[Membership]:
        return self._clients.customersdot().memberships_of_billing_account(billing_account_id)

    @cached_property
    def _copies(self) -> dict[str, BillingAccountContact]:
        """S1: the contacts on record, on this account, by Zuora's id."""
        copies = self._clients.customersdot().contacts_of_account(self._plan.zuora_account_id)
        return {copy.zuora_contact_id: copy for copy in copies}

    @property
    def _sold_to_copy(self) -> BillingAccountContact | None:
        return self._copies.get(self._account.sold_to.id)

    @property
    def _bill_to_copy(self) -> BillingAccountContact | None:
        return self._copies.get(self._account.bill_to.id)

    def _copy_to_change(self, change: Change) -> BillingAccountContact:
        """The copy, once it is there: after G1 a new contact's copy comes with a call-back."""
        copy = self._bill_to_copy if change.action == "bill-to" else self._sold_to_copy
        if copy is None:
            raise Transient(
                "CustomersDot has no copy of the account's contact yet (S1).", code="no-copy-yet"
            )
        return copy

    @property
    def _new_email(self) -> str:
        return self._told.request.subject

    @property
    def _old_email(self) -> str:
        pinned = self._told.pinned
        return pinned.customer.email if pinned.customer else pinned.contact.work_email

    def _customer(self, customer_id: str) -> Customer | None:
        """By id; the new contact by their email, which guards look up anyway, if that is them."""
        if customer_id == self._plan.new_customer_id:
            found = self._customer_with_new_email
            if found and found.id == customer_id:
                return found
        return self._clients.customersdot().customer(customer_id)

    @cached_property
    def _customer_with_new_email(self) -> Customer | None:
        return self._clients.customersdot().customer_by_email(self._new_email)

    def _customer_with_original_email(self) -> State:
        return _id_of(self._clients.customersdot().customer_by_email(self._old_email))

    def _customer_with_mistyped_email(self) -> State:
        request = self._told.request
        if not isinstance(request, FixTypo):
            raise Defect("Only a typo fix knows a mistyped email.", code="no-mistyped-email")
        return _id_of(self._clients.customersdot().customer_by_email(request.mistyped_email))

    def _activation(self, activation_id: str) -> State:
        codes = self._clients.customersdot().cloud_activations_of_billing_account(
            self._plan.billing_account_id
        )
        found = next((one for one in codes if one.id == activation_id), None)
        return {"activated": found.activated} if found else {}

    def _membership(self, change: Change) -> Membership | None:
        if change.target.id:
            # The members are a guard of every change, so the list is read anyway.
            listed = next((m for m in self._members if m.id == change.target.id), None)
            return listed or self._clients.customersdot().membership(change.target.id)
        held = self._clients.customersdot().memberships_of_customer(
            str(change.after["customer_id"])
        )
        wanted = change.after["billing_account_id"]
        return next((m for m in held if m.billing_account_id == wanted), held[0] if held else None)

    def _email_of_contact(self) -> State:
        customer = self._customer(self._plan.new_customer_id)
        return {"pending": bool(customer.unconfirmed_email)} if customer else {}

    def _gitlab_link(self, uid: str) -> State:
        customer = self._customer(self._plan.new_customer_id)
        return {"linked": customer.uid == uid} if customer else {}

    def _login_of_new_contact(self) -> State:
        customer = self._customer(self._plan.new_customer_id)
        return {"login_activated": customer.login_activated} if customer else {}


def _members_state(members: list[Membership]) -> State:
    return members_state([m.customer_id for m in members])


def _state_of(
    copy: BillingAccountContact | None, fields: Callable[[BillingAccountContact], State]
) -> State:
    return fields(copy) if copy else {}


def _id_of(customer: Customer | None) -> State:
    return {"id": customer.id} if customer else {}
