"""The plan for A: a further Customer manages the billing account; the Sold To stays."""

from domain import questions
from domain.errors import NeedsPerson
from domain.plan import Plan
from domain.plans import logins, memberships, proof
from domain.plans.draft import Answers, Draft
from domain.plans.sold_to import require_original_sold_to
from domain.requests import AddContact
from domain.snapshot import Pinned, Snapshot


def derive(
    request: AddContact,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,
) -> Plan:
    """A membership, the login (L), and the original Sold To saved last (L3).

    Raises NeedsPerson for a contact without a Customer (A2), who is waited for and never made out
    of somebody else, and for what A6, R5, L1 and L3 ask.
    """
    new = now.new_customer
    if new is None:
        raise NeedsPerson(questions.no_customer())
    require_original_sold_to(now, pinned, new)
    memberships.ask_about_memberships_elsewhere(now, answers)
    logins.ask_about_login(now, pinned, new, answers, s_follows=False)
    draft = Draft(request, now, pinned, new, whom="the new contact")
    memberships.remove_memberships_elsewhere(draft)
    memberships.create_membership(draft, new)
    logins.activate_login(draft, new, saved=login_saved, s_follows=False)
    return draft.plan(
        (
            *proof.original_contacts(draft),
            proof.members_as_planned(draft),
            proof.can_sign_in(draft),
            proof.same_customer(draft, new),
            *proof.no_unplanned_customer(draft),
            *proof.others_elsewhere_stay(draft, new),
        )
    )
