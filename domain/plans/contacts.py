"""Section S: the contacts of the account, which CustomersDot writes through to Zuora."""

from typing import Literal

from domain.changes import Guard, Kind, Target, matches
from domain.errors import NeedsPerson, Refused
from domain.plans.draft import Draft
from domain.questions_contacts import roles_disagree, zuora_did_not_follow
from domain.records import BillingAccountContact, State, ZuoraContact
from domain.snapshot import Pinned, Snapshot, contact_record_state, contact_state

Role = Literal["sold-to", "bill-to"]
ROLES: tuple[Role, ...] = ("sold-to", "bill-to")
WORDS: dict[Role, str] = {"sold-to": "Sold To", "bill-to": "Bill To"}


def present(now: Snapshot, role: Role) -> ZuoraContact:
    """The contact that has a role now."""
    return now.account.sold_to if role == "sold-to" else now.account.bill_to


def original(pinned: Pinned, role: Role) -> ZuoraContact:
    """The contact that had a role when the run began."""
    return pinned.contact if role == "sold-to" else pinned.bill_to


def named(contact: ZuoraContact, wanted: State) -> State:
    """Who a contact is once it says what is wanted; postal fields aside."""
    return {name: wanted.get(name, value) for name, value in contact_state(contact).items()}


def update_sold_to(draft: Draft, wanted: State, *, seen_in_zuora: bool = False) -> None:
    """S3: the account's Sold To shall be `wanted`; a shared contact takes the Bill To along (S2).

    `seen_in_zuora` holds back what follows until Zuora has it (S5). Raises Refused where
    CustomersDot has no copy of the contact to write to (S1).
    """
    if draft.now.account.shared_contact:
        draft.bill_to = [wanted]
    if draft.sold_to == [wanted]:
        draft.notes.append("The Sold To already is the new contact (S).")
        return
    require_copy(draft)
    roles = "Sold To and Bill To" if draft.now.account.shared_contact else "Sold To"
    draft.add(
        id="update-sold-to",
        kind=Kind.SET,
        step="update_sold_to",
        rule="S3",
        title=f"Write {draft.whom} to the billing account contact ({roles})",
        target=Target(model="billing_account_contact", id=draft.copy_id()),
        before=tuple(draft.sold_to),
        after=wanted,
        values=wanted,
        side_effects=("writes through to Zuora (S)",),
        judge=Guard(name="zuora-sold-to", allowed=(wanted,)) if seen_in_zuora else None,
    )
    draft.sold_to = [wanted]


def update_records(draft: Draft, roles: tuple[Role, ...], wanted: State) -> None:
    """S3: the contacts in these roles shall say what is `wanted`, and nothing else changes.

    One contact in both roles is written once (S2). The Bill To goes first: only a Sold To's new
    email brings about a Customer (G4), who would not be there yet for the other write to find.
    Raises Refused where CustomersDot has no copy to write to (S1), and NeedsPerson where the roles
    are uncertain (S2) or only Zuora lacks what is wanted (S6).
    """
    shared = draft.now.account.shared_contact
    for role in ("sold-to",) if shared else tuple(r for r in reversed(ROLES) if r in roles):
        copy = _copy_in(draft, role)
        if _needs_writing(draft, role, copy, wanted):
            _update_record(draft, role, copy, wanted)


def require_copy(draft: Draft) -> None:
    """Raises Refused where CustomersDot has no copy of the account's Sold To (S1)."""
    _copy_in(draft, "sold-to")


def _copy_in(draft: Draft, role: Role) -> BillingAccountContact:
    copy = draft.now.copy_of(present(draft.now, role).id)
    if copy is None:
        raise Refused(
            f"CustomersDot has no copy of the account's {WORDS[role]} contact (S1). Hand over to"
            " Billing, or add the contact there by its Zuora contact id.",
            rule="S1",
            code="no-contact-copy",
        )
    return copy


def _needs_writing(draft: Draft, role: Role, copy: BillingAccountContact, wanted: State) -> bool:
    in_zuora = matches(contact_record_state(present(draft.now, role)), wanted)
    in_copy = matches(contact_record_state(copy), wanted)
    if in_zuora and in_copy:
        draft.notes.append(f"The {WORDS[role]} already says what is asked for (S).")
        return False
    _require_agreed_roles(draft.now, copy)
    if in_copy:
        raise NeedsPerson(zuora_did_not_follow(copy.id))
    return True


def _require_agreed_roles(now: Snapshot, copy: BillingAccountContact) -> None:
    """S2: what the edit page says about the contact's roles is what Zuora's ids say."""
    held = {WORDS[role] for role in ROLES if present(now, role).id == copy.zuora_contact_id}
    shown = {role.title() for role in now.shown_roles.get(copy.id, ())}
    if held != shown:
        words = [" and ".join(sorted(roles)) or "neither" for roles in (shown, held)]
        raise NeedsPerson(roles_disagree(copy.id, *words))


def _update_record(draft: Draft, role: Role, copy: BillingAccountContact, wanted: State) -> None:
    shared, now = draft.now.account.shared_contact, contact_record_state(copy)
    words = "Sold To and Bill To" if shared else WORDS[role]
    afterwards = named(present(draft.now, role), wanted)
    draft.add(
        Guard(name="zuora-bill-to", allowed=tuple(draft.bill_to)),
        id=f"update-{role}",
        kind=Kind.SET,
        # Which of the account's two copies is meant: their ids may change (G1).
        action="" if role == "sold-to" else role,
        step="update_sold_to",
        rule="S3",
        title=f"Write what is asked for to the billing account contact ({words})",
        target=Target(model="billing_account_contact", id=copy.id),
        before=({**contact_state(copy), **{name: now[name] for name in wanted}},),
        after=wanted,
        values=wanted,
        side_effects=("writes through to Zuora (S)",),
    )
    if role == "sold-to":
        draft.sold_to.insert(0, afterwards)  # what was there stays possible for as long as the lag
    if role == "bill-to" or shared:
        draft.bill_to.insert(0, afterwards)
