"""Section C6: the Sold To's Customer becomes the new contact's, and theirs alone."""

from domain.changes import Guard, Kind, Target, matches
from domain.plans import logins
from domain.plans.draft import Draft
from domain.records import Customer, State, same_email
from domain.requests import NewContact
from domain.snapshot import (
    customer_as_contact,
    customer_found,
    customer_state,
    gitlab_link,
)

RENAME = "rename-customer"
SEND_LINK = "send-sign-in-link"
CONFIRMED = Guard(name="email-of-contact", allowed=({"pending": False},))
SIGNS_IN = Guard(name="login-of-new-contact", allowed=({"login_activated": True},))


def renamed(login: Customer, contact: NewContact) -> Customer:
    """The Customer under the new contact's name and email."""
    return login.model_copy(
        update={
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "email": contact.email,
        }
    )


def rename_customer(draft: Draft, login: Customer, contact: NewContact) -> None:
    """Name and email in one save, with *Skip email confirmation*; the login (L2) in the next.

    The login comes second, so that it is never on under the previous owner's email. Both saves may
    replace the account's Sold To (G1).
    """
    wanted = renamed(login, contact)
    if matches(customer_found(login), _unpending(wanted)):
        draft.notes.append("The Customer has the new contact's name and email already (C6).")
        _expect_effects(draft, wanted)
    else:
        title = "Give the Sold To's Customer the new contact's name and email"
        is_last_save = login.login_activated
        add_rename(
            draft,
            login,
            wanted,
            rule="C6",
            title=title,
            is_last_save=is_last_save,
            # Whoever else is linked by then stays linked: the plan unlinks this one.
            also={"uid": login.uid},
        )
    if not login.login_activated:
        sold_to = tuple(draft.sold_to)
        logins.add_activation(draft, wanted, sold_to, is_last_save=True, step="rename_customer")


def add_rename(
    draft: Draft,
    login: Customer,
    wanted: Customer,
    *,
    rule: str,
    title: str,
    is_last_save: bool,
    also: State | None = None,
) -> None:
    """One save of what differs (C6, T5). The last save of a plan waits for what it brings (G1).

    `also` is what else has to be as the plan knows it right before.
    """
    before, after = _unpending(login), _unpending(wanted)
    arrived = (*draft.sold_to, customer_as_contact(wanted))
    draft.add(
        id=RENAME,
        kind=Kind.SET,
        action="rename",
        step="rename_customer",
        rule=rule,
        title=title,
        target=Target(model="customer", id=login.id),
        before=({**before, **(also or {})},),
        after=after,
        values={name: value for name, value in after.items() if before[name] != value},
        side_effects=("saving this Customer may replace the account's Sold To (G1)",),
        # What the sync brings has to be there before anybody looks whether S is still needed.
        judge=Guard(name="zuora-sold-to", allowed=arrived) if is_last_save else None,
    )
    _expect_effects(draft, wanted)


def _expect_effects(draft: Draft, wanted: Customer) -> None:
    """Who the Sold To may be once this Customer was saved."""
    arriving = customer_as_contact(wanted)
    draft.subject = wanted
    if arriving not in draft.sold_to:
        draft.sold_to.append(arriving)
    if same_email(wanted.email, draft.now.account.bill_to.work_email):
        draft.bill_to.append(arriving)  # G1 then updates the Bill To's names instead


def unlink_gitlab(draft: Draft, login: Customer, uid: str) -> None:
    """The previous owner's GitLab user, `uid`, signs in no more; another one stays linked."""
    if not login.uid:
        draft.notes.append("The Customer is linked to no GitLab account; none is unlinked (C6).")
        return
    if login.uid != uid:
        draft.notes.append(
            f"The Customer is linked to GitLab user {login.uid}, who is not the previous owner;"
            " that stays (C6)."
        )
        return
    who = draft.now.linked_user or "unknown"
    draft.notes.append(f"The Customer is linked to GitLab user {uid} ({who}), who is unlinked.")
    draft.add(
        CONFIRMED,
        id="unlink-gitlab-account",
        kind=Kind.SET,
        action="unlink-gitlab",
        step="unlink_gitlab_account",
        rule="C6",
        title=f"Unlink GitLab user {uid} from the Customer",
        target=Target(model="customer", id=login.id),
        before=({"id": login.id, "uid": uid},),
        after={"id": login.id, "uid": ""},
        values={"ticket": draft.request.ticket},
        side_effects=("the previous owner can't sign in through GitLab any more",),
    )


def send_sign_in_link(draft: Draft, login: Customer, uid: str) -> None:
    """A one-time link to the new contact, once nobody else can use the login."""
    unlinked = (Guard(name=gitlab_link(uid), allowed=({"linked": False},)),) if uid else ()
    state: State = customer_state(draft.subject or login)
    draft.add(
        CONFIRMED,
        SIGNS_IN,
        *unlinked,
        id=SEND_LINK,
        kind=Kind.SEND,
        action="one-time-link",
        step="send_sign_in_link",
        rule="C6",
        title="Send a one-time sign-in link to the new contact",
        target=Target(model="customer", id=login.id),
        before=(state,),
        after=state,
        values={"email": state["email"]},
        side_effects=("CustomersDot mails it; it is never seen, kept or logged here",),
    )


def _unpending(customer: Customer) -> State:
    return {**customer_state(customer), "unconfirmed_email": ""}
