"""Section L: the login of a contact, and the original Sold To saved last (G2)."""

from domain import questions
from domain.changes import Guard, Kind, Target
from domain.plans.contacts import require_copy
from domain.plans.draft import RESTORE, Answers, Draft
from domain.records import Customer, HistoryLine, State, same_email
from domain.snapshot import Pinned, Snapshot, contact_state, customer_as_contact, customer_state


def disabled_on_purpose(history: tuple[HistoryLine, ...]) -> bool:
    """Whether login was switched off at any time after the record was created (L1).

    A value with a comma in it can make a line read as if it held the field: such a line counts,
    because a person then looks. So does a history that does not show the creation.
    """
    created = next((i for i, line in enumerate(history) if line.event == "create"), None)
    if created is None:
        return True
    return any("login_activated = false" in line.changes for line in history[created + 1 :])


def nobody_to_save_last(now: Snapshot, pinned: Pinned, subject: Customer) -> bool:
    """Whether the original Sold To can't be saved last to take the role back (L3)."""
    old = pinned.customer
    if old is not None and old.id == subject.id:
        return False  # activating the login saves this very person
    here = now.billing_account.id
    return (
        old is None
        or not now.is_member(old.id)
        or any(m.billing_account_id != here for m in now.sold_to_memberships)
        or now.account.shared_contact
        or same_email(pinned.bill_to.work_email, old.email)
    )


def ask_about_login(
    now: Snapshot, pinned: Pinned, subject: Customer, answers: Answers, *, s_follows: bool
) -> None:
    """L1, and L3 where nobody can be saved last. `s_follows`: S sets the Sold To in the end.

    Raises NeedsPerson while a person has not decided.
    """
    if subject.login_activated:
        return
    ask_about_disabled_login(now, subject, answers)
    if nobody_to_save_last(now, pinned, subject):
        question = questions.nobody_to_save_last(s_follows=s_follows)
        questions.require(question, answers, "go-on")


def ask_about_disabled_login(now: Snapshot, subject: Customer, answers: Answers) -> None:
    """L1: a login that was switched off later may have been so on purpose. Raises NeedsPerson."""
    if not subject.login_activated and disabled_on_purpose(now.new_history):
        questions.require(questions.login_disabled_on_purpose(subject.id), answers, "activate")


def activate_login(draft: Draft, subject: Customer, *, saved: bool, s_follows: bool) -> None:
    """L2 and L3. `saved` says that this run saved the subject before, so that L3 is still owed.

    Where nobody can be saved last and S does not follow, the contact is written back instead.
    """
    old, replaced = draft.pinned.customer, customer_as_contact(subject)
    alone = nobody_to_save_last(draft.now, draft.pinned, subject)
    saves_last = old if old and old.id != subject.id and not alone else None
    if not subject.login_activated:
        afterwards = (*draft.sold_to, replaced)
        add_activation(draft, subject, afterwards, is_last_save=saves_last is None)
    elif not saved:
        return
    draft.sold_to.append(replaced)
    if same_email(subject.email, draft.now.account.bill_to.work_email):
        draft.bill_to.append(replaced)  # G1 then updates the Bill To's names instead
    if saves_last:
        _save_original_last(draft, saves_last, replaced)
    elif alone and not s_follows:
        _write_original_back(draft)


def add_activation(
    draft: Draft,
    subject: Customer,
    afterwards: tuple[State, ...],
    *,
    is_last_save: bool,
    step: str = "activate_login",
) -> None:
    """L2. `afterwards` is who may be the Sold To then; the last save waits until that is seen."""
    state = customer_state(subject)
    draft.add(
        id="activate-login",
        kind=Kind.SET,
        action="activate-login",
        step=step,
        rule="L2",
        title=f"Activate {draft.whom}'s login",
        target=Target(model="customer", id=subject.id),
        before=(state,),
        after={**state, "login_activated": True},
        side_effects=("saving this Customer may replace the account's Sold To (G1)",),
        # Where no other save follows, what this one does has to arrive before S.
        judge=Guard(name="zuora-sold-to", allowed=afterwards) if is_last_save else None,
    )


def _save_original_last(draft: Draft, old: Customer, replaced: State) -> None:
    original = contact_state(draft.pinned.contact)
    restored = (original, customer_as_contact(old))
    state = customer_state(old)
    draft.add(
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
    _restore(draft, (replaced,), condition=(questions.NOT_RESTORED, "restore"))
    draft.sold_to = [original, customer_as_contact(old)]


def _write_original_back(draft: Draft) -> None:
    """Somebody agreed to this before L2, so no further question is asked."""
    require_copy(draft)
    _restore(draft, tuple(draft.sold_to))
    draft.sold_to = [contact_state(draft.pinned.contact)]


def _restore(
    draft: Draft, found: tuple[State, ...], condition: tuple[str, str] | None = None
) -> None:
    original = contact_state(draft.pinned.contact)
    draft.add(
        id=RESTORE,
        kind=Kind.SET,
        step="save_original_sold_to_last",
        rule="L3",
        title="Write the original Sold To back on the billing account contact",
        target=Target(model="billing_account_contact", id=draft.copy_id()),
        before=found,
        after=original,
        values=original,
        side_effects=("writes through to Zuora (S)", *_customer_appears(draft)),
        judge=Guard(name="zuora-sold-to", allowed=(original,)),
        condition=condition,
    )


def _customer_appears(draft: Draft) -> tuple[str, ...]:
    if draft.pinned.customer:
        return ()
    return ("CustomersDot makes a Customer for the Sold To, who has none (G4)",)
