"""A model of both systems that a plan can be carried out in, side effects included (G1).

It judges a plan: every change must find what it predicted, and its guards must hold.
"""

from dataclasses import dataclass, field

from domain.addresses import POSTAL_FIELDS
from domain.changes import Change, Kind, matches, matches_any
from domain.plan import Plan
from domain.plans.change_contact import derive
from domain.plans.renaming import SEND_LINK
from domain.records import Customer, State, ZuoraContact
from domain.requests import ChangeContact, Request
from domain.snapshot import (
    Pinned,
    Snapshot,
    address_state,
    contact_record_state,
    contact_state,
    customer_as_contact,
    customer_found,
    gitlab_link,
    members_state,
    membership_state,
)
from tests.unit.domain.worlds import (
    BILL_TO,
    BILLING,
    CREATED,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    SOLD_TO,
    account,
    copy_of,
    customer,
    membership_of,
)


@dataclass
class World:
    """Both systems. `syncs` says whether saving a Customer reaches Zuora, and `touches` whether an
    unchanged save does; `links` are the addresses to which a one-time link was sent."""

    syncs: bool = True
    touches: bool = True
    sold_to: ZuoraContact = SOLD_TO
    bill_to: ZuoraContact = BILL_TO
    members: list[str] = field(default_factory=lambda: ["11"])
    customers: dict[str, Customer] = field(
        default_factory=lambda: {"11": OLD_CUSTOMER, "22": NEW_CUSTOMER}
    )
    links: list[str] = field(default_factory=list)
    subject: str = "nina@new.test"

    def look(self, request: Request) -> Snapshot:
        """What the planning step would read."""
        sold_to = self._with_email(self.sold_to.work_email)
        self.subject = request.subject
        new = self._with_email(self.subject)
        return Snapshot(
            account=account(self.sold_to, self.bill_to),
            billing_account=BILLING,
            members=tuple(membership_of(c) for c in self.members),
            contacts=(copy_of(self.sold_to, "c1"), copy_of(self.bill_to, "c2")),
            sold_to_customer=sold_to,
            sold_to_memberships=tuple(self._memberships(sold_to)),
            new_customer=new,
            new_history=(CREATED,),
            written=(SEND_LINK,) if self.links else (),
            shown_roles={"c1": ("sold to",), "c2": ("bill to",)},
        )

    def carry_out(self, change: Change) -> None:
        """Check, write, verify: as the engine does."""
        found = self._record(change)
        if change.kind not in (Kind.TOUCH, Kind.SEND) and matches(found, change.after):
            return
        assert matches_any(found, change.before), f"{change.id} is stale: {found}"
        for guard in change.guards:
            looked = self.named(guard.name)
            assert matches_any(looked, guard.allowed), f"{change.id}, {guard.name}: {looked}"
        self._write(change)
        assert matches(self._record(change), change.after)
        if change.judge and self.touches:
            assert matches_any(self.named(change.judge.name), change.judge.allowed)

    def carry_out_all(self, plan: Plan, answers: dict[str, str] | None = None) -> None:
        """Every change of a plan that applies, and the proof."""
        for change in plan.changes:
            if change.applies(answers or {}):
                self.carry_out(change)
        for expected in plan.expectations:
            if expected.name in self._looks():
                looked = self.named(expected.name)
                assert matches_any(looked, expected.allowed), f"{expected.name}: {looked}"

    def named(self, name: str) -> State:
        """What a guard or an expectation finds."""
        return self._looks()[name]

    def _looks(self) -> dict[str, State]:
        new = self._with_email(self.subject)
        old = self._with_email("olga@old.test")
        return {
            "zuora-sold-to": contact_state(self.sold_to),
            "zuora-bill-to": contact_state(self.bill_to),
            "zuora-sold-to-address": address_state(self.sold_to),
            "zuora-bill-to-address": address_state(self.bill_to),
            "sold-to-copy": contact_state(self.sold_to),
            "bill-to-copy": contact_state(self.bill_to),
            "sold-to-copy-address": address_state(self.sold_to),
            "bill-to-copy-address": address_state(self.bill_to),
            "roles": {"shared": self.sold_to.id == self.bill_to.id},
            "members": members_state(self.members),
            "customer-with-new-email": {"id": new.id} if new else {},
            "customer-with-original-email": {"id": old.id} if old else {},
            "login-of-new-contact": {"login_activated": bool(new and new.login_activated)},
            "email-of-contact": {"pending": bool(new and new.unconfirmed_email)},
            gitlab_link("501"): {"linked": bool(new and new.uid == "501")},
        }

    def _record(self, change: Change) -> State:
        match change.target.model:
            case "customer":
                return customer_found(self.customers[change.target.id])
            case "billing_account_contact":
                assert change.target.id in ("c1", "c2")
                of_bill_to = change.target.id == "c2"
                return contact_record_state(self.bill_to if of_bill_to else self.sold_to)
            case _:
                wanted = change.target.id.removeprefix("m") or change.after["customer_id"]
                held = wanted in self.members
                return membership_state(membership_of(str(wanted)) if held else None)

    def _write(self, change: Change) -> None:
        match change.target.model, change.kind:
            case "customer", Kind.SEND:
                self.links.append(self.customers[change.target.id].email)
            case "customer", Kind.SET if change.action == "unlink-gitlab":
                unlinked = customer(self.customers[change.target.id], uid="")
                self.customers[unlinked.id] = unlinked
            case "customer", Kind.SET if change.action == "rename":
                saved = customer(self.customers[change.target.id], **change.values)
                self.customers[saved.id] = saved
                self._sync(saved, self.syncs)
            case "customer", Kind.SET:
                saved = customer(self.customers[change.target.id], login_activated=True)
                self.customers[saved.id] = saved
                self._sync(saved, self.syncs)
            case "customer", _:
                self._sync(self.customers[change.target.id], self.touches)
            case "billing_account_contact", _ if change.target.id == "c2":
                self.bill_to = _written(self.bill_to, change.values)
            case "billing_account_contact", _:
                self._write_sold_to(change.values)
            case _, Kind.CREATE:
                self.members.append(str(change.after["customer_id"]))
            case _:
                self.members.remove(change.target.id.removeprefix("m"))

    def _sync(self, saved: Customer, arrives: bool) -> None:
        if arrives:
            self._write_sold_to(customer_as_contact(saved))

    def _write_sold_to(self, values: State) -> None:
        self.sold_to = _written(self.sold_to, values)

    def _with_email(self, email: str) -> Customer | None:
        return next((c for c in self.customers.values() if c.email == email), None)

    def _memberships(self, of: Customer | None) -> list[object]:
        return [membership_of(c) for c in self.members if of and c == of.id]


def _written(contact: ZuoraContact, values: State) -> ZuoraContact:
    """The contact with these fields, the postal ones in their place."""
    postal = {name: value for name, value in values.items() if name in POSTAL_FIELDS}
    named = {name: value for name, value in values.items() if name not in POSTAL_FIELDS}
    address = {**contact.address.model_dump(), **postal}
    return ZuoraContact.model_validate({**contact.model_dump(), **named, "address": address})


def plan_in(world: World, request: ChangeContact, pinned: Pinned | None = None) -> Plan:
    """The plan for this world, with the questions about L3 answered."""
    now = world.look(request)
    return derive(request, now, pinned or now.pin(), {"nobody-to-save-last": "go-on"})
