"""The plan for L: a member of the account can sign in, and the Sold To stays who it is."""

from domain.errors import Refused
from domain.plan import Plan
from domain.plans import logins, proof
from domain.plans.draft import Answers, Draft
from domain.plans.sold_to import require_original_sold_to
from domain.requests import ConfirmLogin
from domain.snapshot import Pinned, Snapshot


def derive(
    request: ConfirmLogin,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,
) -> Plan:
    """*Login activated*, then the original Sold To saved last.

    Raises Refused for somebody who does not manage this account, and NeedsPerson for what L1 and L3
    ask.
    """
    contact = now.new_customer
    if contact is None or not now.is_member(contact.id):
        raise Refused(
            "Nobody with this email manages the billing account (L). Check the email, or add them"
            " first: `handover start add-contact` looks after their login too.",
            rule="L1",
            code="not-a-member",
        )
    require_original_sold_to(now, pinned, contact)
    logins.ask_about_login(now, pinned, contact, answers, s_follows=False)
    draft = Draft(request, now, pinned, contact)
    logins.activate_login(draft, contact, saved=login_saved, s_follows=False)
    if contact.login_activated and not draft.changes:
        draft.notes.append("The contact's login is active already (L).")
    return draft.plan(
        (
            *proof.original_contacts(draft),
            proof.members_as_planned(draft),
            proof.can_sign_in(draft),
            proof.same_customer(draft, contact),
            *proof.no_unplanned_customer(draft),
        )
    )
