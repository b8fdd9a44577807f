"""The plan for C6: the new contact has no Customer and takes over the Sold To's."""

from domain import questions, questions_renaming
from domain.errors import NeedsPerson
from domain.plan import Expectation, Plan
from domain.plans import contacts, proof, renaming
from domain.plans.draft import Answers, Draft
from domain.plans.logins import ask_about_disabled_login
from domain.records import Customer, State, same_email
from domain.requests import ChangeContact
from domain.snapshot import Pinned, Snapshot, gitlab_link


def is_meant(request: ChangeContact, now: Snapshot, pinned: Pinned, answers: Answers) -> bool:
    """Whether the Sold To's Customer is renamed, or was; otherwise it is C5.

    Raises NeedsPerson where nobody has said what to do about a missing Customer (A2).
    """
    new, old = now.new_customer, pinned.customer
    if new is None:
        if not request.rename_customer:
            question = questions.no_customer(may_rename=True)
            questions.require(question, answers, questions.RENAME.id)
        return True
    if old is not None and old.id == new.id and _begun_here(request, pinned):
        return True
    mine = now.is_member(new.id) and (old is None or old.id == new.id)
    return request.rename_customer and mine


def derive(request: ChangeContact, now: Snapshot, pinned: Pinned, answers: Answers) -> Plan:
    """Rename, login (L), unlink, one-time link, then S where the sync did not do it.

    Raises NeedsPerson for what decision 4, L1 and S2 ask.
    """
    login = _login_to_rename(now, pinned)
    _ask_before_planning(now, login, answers)
    uid = _previous_uid(request, now, pinned, login, answers)
    draft = Draft(request, now, pinned, now.new_customer, whom="the new contact")
    wanted = proof.wanted_contact(request.new_contact)
    draft.say_which_subscriptions_are_not_reached()
    renaming.rename_customer(draft, login, request.new_contact)
    renaming.unlink_gitlab(draft, login, uid)
    _send_link(draft, request, login, uid)
    contacts.update_sold_to(draft, wanted)
    return draft.plan(
        (
            *proof.new_sold_to(draft, wanted),
            proof.members_as_planned(draft),
            proof.can_sign_in(draft),
            proof.same_customer(draft, login),
            proof.expect("email-of-contact", "no change of their email is pending", _SETTLED),
            *_nobody_else_signs_in(request, pinned, uid),
        )
    )


_SETTLED: State = {"pending": False}


def _begun_here(request: ChangeContact, pinned: Pinned) -> bool:
    """Whether the pinned Customer had another email when this run began."""
    old = pinned.customer
    return old is None or not same_email(old.email, request.new_contact.email)


def _login_to_rename(now: Snapshot, pinned: Pinned) -> Customer:
    """Decision 4: the pinned Sold To's Customer, who manages this account and no other."""
    if now.new_customer is not None:
        login: Customer | None = now.new_customer
    else:
        login, old = now.sold_to_customer, pinned.customer
        if login is None or old is None or login.id != old.id:
            raise NeedsPerson(questions_renaming.nobody_to_rename("none"))
        if any(m.billing_account_id != now.billing_account.id for m in now.sold_to_memberships):
            raise NeedsPerson(questions_renaming.nobody_to_rename("elsewhere"))
    if login is None or not now.is_member(login.id):
        raise NeedsPerson(questions_renaming.nobody_to_rename("not-here"))
    return login


def _ask_before_planning(now: Snapshot, login: Customer, answers: Answers) -> None:
    if login.unconfirmed_email:
        raise NeedsPerson(questions_renaming.unconfirmed_email(login.id))
    if now.account.shared_contact:
        question = questions.shared_contact(now.account.sold_to.id)
        questions.require(question, answers, "change-both")
    ask_about_disabled_login(now, login, answers)


def _previous_uid(
    request: ChangeContact, now: Snapshot, pinned: Pinned, login: Customer, answers: Answers
) -> str:
    """The previous owner's GitLab user; empty where there is none.

    Where the rename is older than this run, or where another one was linked before the new contact
    got a link, nothing tells whose that is: it is asked.
    """
    old, known = pinned.customer, ""
    if old is not None and old.id == login.id and _begun_here(request, pinned):
        if same_email(login.email, old.email):
            return login.uid  # not renamed yet: theirs, whichever they have linked by now
        known = old.uid
        if login.uid == known or renaming.SEND_LINK in now.written:
            return known
    if not login.uid:
        return known
    question = questions_renaming.linked_gitlab_account(login.uid, now.linked_user or "unknown")
    given = answers.get(question.key)
    if given not in (questions_renaming.UNLINK.id, questions_renaming.KEEP.id):
        raise NeedsPerson(question)
    return login.uid if given == questions_renaming.UNLINK.id else known


def _send_link(draft: Draft, request: ChangeContact, login: Customer, uid: str) -> None:
    old = draft.pinned.customer
    if renaming.SEND_LINK in draft.now.written:
        draft.notes.append("A one-time link was sent earlier in this run; no other one is (C6).")
    elif (old is not None and _begun_here(request, draft.pinned)) or request.another_link:
        renaming.send_sign_in_link(draft, login, uid)
    else:
        draft.notes.append(
            "The Customer was renamed before this run, so that no one-time link is sent. If the"
            " earlier one has expired or never arrived, start this with --another-link."
        )


def _nobody_else_signs_in(
    request: ChangeContact, pinned: Pinned, uid: str
) -> tuple[Expectation, ...]:
    """The previous owner has neither the GitLab user nor, by a late call-back, a Customer."""
    found = []
    if uid:
        title = "the previous owner's GitLab account is not linked any more"
        found.append(proof.expect(gitlab_link(uid), title, {"linked": False}))
    if _begun_here(request, pinned):
        title = "no Customer has the previous owner's email"
        found.append(proof.expect("customer-with-original-email", title, {}))
    return tuple(found)
