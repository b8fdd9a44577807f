"""What of an account differs between Zuora and CustomersDot (D1): the kinds of drift, one by one.

One cause is told once. An account that is in one system only is told as that and nothing else.
Without a Customer, or with several, nothing is said about "the" Customer. That nobody manages the
account says already that the Sold To doesn't; that the Sold To manages another one instead is
worth telling besides, because it has to be given up first (A6). Not drift: members other than the
Sold To, Customers and contacts in no such role, accounts that are not active, letter case,
whitespace, and the form in Unicode.
"""

from collections.abc import Iterator

from pydantic import Field

from domain.drift import normal
from domain.drift.kinds import Kind
from domain.masking import mask_state
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
    Record,
    State,
    ZuoraAccount,
)
from domain.snapshot import contact_record_state

ACTIVE = "Active"
"""The only status of a Zuora account whose Sold To matters."""

Identity = tuple[str, str]
"""What makes two sightings on one account the same: a kind and its subject."""


class Sides(Record):
    """What both systems say about one account's Sold To at one moment.

    `copies` are all of the account's, `customers` those with the Sold To's email, `members` the
    memberships of its billing accounts, `held` all memberships of those customers.
    """

    account: ZuoraAccount
    billing_accounts: tuple[BillingAccount, ...]
    copies: tuple[BillingAccountContact, ...]
    customers: tuple[Customer, ...]
    members: tuple[Membership, ...]
    held: tuple[Membership, ...] = ()

    @property
    def copy_of_sold_to(self) -> BillingAccountContact | None:
        """CustomersDot's copy of the Sold To: the newest, should there be several."""
        sold_to = self.account.sold_to.id
        copies = (copy for copy in self.copies if copy.zuora_contact_id == sold_to)
        return max(copies, key=lambda copy: int(copy.id), default=None)

    @property
    def customer(self) -> Customer | None:
        """The Sold To's Customer; None also where several could be meant."""
        return self.customers[0] if len(self.customers) == 1 else None

    def manages(self, customer: Customer) -> bool:
        """Whether a Customer is a member here."""
        return any(member.customer_id == customer.id for member in self.members)


class Difference(Record):
    """One way in which an account's sides disagree.

    `subject` is the id of the record that it is about, `fields` are our names of those that
    differ, `shown` is what each side says, masked.
    """

    kind: Kind
    subject: str = ""
    fields: tuple[str, ...] = ()
    shown: dict[str, State] = Field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """What makes it the same the next time it is seen."""
        return self.kind.value, self.subject


def differences(sides: Sides) -> tuple[Difference, ...]:
    """Every difference of an account that Zuora knows."""
    if sides.account.status != ACTIVE:
        return ()
    if not sides.billing_accounts:
        return (_difference(Kind.ONLY_IN_ZUORA, zuora={"account_number": sides.account.number}),)
    return (*_billing_accounts(sides), *_copy(sides), *_customer(sides), *_nobody(sides))


def only_in_customersdot(found: tuple[BillingAccount, ...]) -> tuple[Difference, ...]:
    """The difference of billing accounts whose account Zuora does not know; none without any."""
    if not found:
        return ()
    return (_difference(Kind.ONLY_IN_CUSTOMERSDOT, customersdot=_ids(found)),)


def _billing_accounts(sides: Sides) -> Iterator[Difference]:
    if len(sides.billing_accounts) > 1:
        yield _difference(Kind.BILLING_ACCOUNT_TWICE, customersdot=_ids(sides.billing_accounts))


def _copy(sides: Sides) -> Iterator[Difference]:
    sold_to, copy = sides.account.sold_to, sides.copy_of_sold_to
    there = contact_record_state(sold_to)
    if copy is None:
        yield _difference(Kind.COPY_MISSING, sold_to.id, zuora=there)
        return
    here = contact_record_state(copy)
    if fields := normal.differing(here, there):
        shown = {"zuora": _only(fields, there), "customersdot": _only(fields, here)}
        yield _difference(Kind.CONTACT_DIFFERS, sold_to.id, fields, **shown)


def _customer(sides: Sides) -> Iterator[Difference]:
    sold_to, found = sides.account.sold_to, sides.customers
    there: State = {"work_email": sold_to.work_email}
    if not found:
        yield _difference(Kind.NO_CUSTOMER, sold_to.id, zuora=there)
    elif len(found) > 1:
        ids = ", ".join(sorted((one.id for one in found), key=int))
        here: State = {"customers": ids}
        yield _difference(Kind.CUSTOMER_TWICE, sold_to.id, zuora=there, customersdot=here)
    else:
        yield from _name(sides, found[0])
        yield from _sign_in(found[0])
        yield from _membership(sides, found[0])


def _name(sides: Sides, customer: Customer) -> Iterator[Difference]:
    sold_to = sides.account.sold_to
    there: State = {"first_name": sold_to.first_name, "last_name": sold_to.last_name}
    here: State = {"first_name": customer.first_name, "last_name": customer.last_name}
    if fields := normal.differing(here, there):
        shown = {"zuora": _only(fields, there), "customersdot": _only(fields, here)}
        yield _difference(Kind.CUSTOMER_DIFFERS, customer.id, fields, **shown)


def _sign_in(customer: Customer) -> Iterator[Difference]:
    if customer.unconfirmed_email.strip():
        waits: State = {"email": customer.email, "unconfirmed_email": customer.unconfirmed_email}
        yield _difference(
            Kind.EMAIL_UNCONFIRMED, customer.id, ("unconfirmed_email",), customersdot=waits
        )
    if not customer.login_activated:
        off: State = {"login_activated": False}
        yield _difference(Kind.LOGIN_OFF, customer.id, ("login_activated",), customersdot=off)


def _membership(sides: Sides, customer: Customer) -> Iterator[Difference]:
    if sides.manages(customer):
        return
    there: State = {"work_email": sides.account.sold_to.work_email}
    if sides.held:
        others = sorted({held.billing_account_id for held in sides.held}, key=int)
        here: State = {"customer_id": customer.id, "manages": ", ".join(others)}
        yield _difference(Kind.MANAGES_ELSEWHERE, customer.id, zuora=there, customersdot=here)
    elif sides.members:
        here = {"customer_id": customer.id}
        yield _difference(Kind.NOT_A_MEMBER, customer.id, zuora=there, customersdot=here)


def _nobody(sides: Sides) -> Iterator[Difference]:
    if not sides.members:
        yield _difference(Kind.NOBODY_MANAGES, customersdot=_ids(sides.billing_accounts))


def _difference(
    kind: Kind, subject: str = "", fields: tuple[str, ...] = (), **shown: State
) -> Difference:
    masked = {system: mask_state(state) for system, state in shown.items()}
    return Difference(kind=kind, subject=subject, fields=fields, shown=masked)


def _only(fields: tuple[str, ...], state: State) -> State:
    return {field: state.get(field) for field in fields}


def _ids(found: tuple[BillingAccount, ...]) -> State:
    return {"billing_accounts": ", ".join(sorted((one.id for one in found), key=int))}
