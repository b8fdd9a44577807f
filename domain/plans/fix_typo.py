"""The plan for T5 and T6: a mistyped email is corrected, and the licence is sent again."""

from domain import questions, questions_renaming, questions_typos
from domain.changes import matches
from domain.errors import NeedsPerson, Refused, Stale
from domain.plan import Expectation, Plan
from domain.plans import contacts, licences, proof, renaming
from domain.plans.draft import Answers, Draft
from domain.records import Customer, State, same_email
from domain.requests import FixTypo
from domain.snapshot import Pinned, Snapshot, address_state, contact_state, customer_as_contact
from domain.typos import require_mistyped_sold_to, require_unused


def derive(
    request: FixTypo,
    now: Snapshot,
    pinned: Pinned,
    answers: Answers,
    *,
    login_saved: bool = False,  # noqa: ARG001 - the renamed Customer is the only one saved
) -> Plan:
    """The Customer first, then the contact, where G1 has not corrected it; then the mail.

    The other way round CustomersDot would make a second Customer (G4). Raises Refused where this is
    no typo of the Sold To, Stale where the Sold To is somebody else by now, and NeedsPerson for
    what a person has to decide.
    """
    require_mistyped_sold_to(request, now.account)
    customer = _customer(now, pinned)
    wanted_customer = customer.model_copy(update={"email": request.corrected_email})
    wanted = {**contact_state(pinned.contact), "work_email": request.corrected_email}
    _know_the_sold_to(now, pinned, customer, wanted_customer, wanted)
    draft = Draft(request, now, pinned, now.new_customer, whom="the corrected email")
    if not matches(contact_state(now.account.sold_to), wanted):
        _ask_about_roles(draft, answers)
    draft.say_which_subscriptions_are_not_reached()
    for account in now.mistyped_elsewhere:
        draft.notes.append(
            f"A contact of Zuora account {account} has the mistyped email too. This plan does not"
            " change it: `handover start update-sold-to` does, once this run is proved."
        )
    renamed = same_email(customer.email, request.corrected_email)
    if renamed:
        draft.notes.append("The Sold To's Customer has the corrected email already (T5).")
        draft.sold_to.append(customer_as_contact(customer))
    else:
        _require_right_login(now, customer)
        title = "Correct the email of the Sold To's Customer"
        renaming.add_rename(
            draft, customer, wanted_customer, rule="T5", title=title, is_last_save=True
        )
    if not customer.login_activated:
        draft.notes.append(
            "The Customer's login is off, so that they get no sign-in mail: `handover start"
            " confirm-login` looks after that, once this run is proved (L)."
        )
    _correct_contact(draft, wanted)
    _send_again(draft, request, answers)
    return draft.plan(_expectations(draft, customer, wanted))


def _customer(now: Snapshot, pinned: Pinned) -> Customer:
    """The Sold To's Customer, renamed or not. Raises Refused where it isn't exactly that one."""
    old, new = now.sold_to_customer, now.new_customer
    mine = pinned.customer
    if new is not None and (mine is None or new.id != mine.id):
        raise Refused(
            "Another Customer has the corrected email already (T5), so this is no typo to be"
            " corrected in place: `handover start change-contact` makes that Customer the contact,"
            " with evidence of ownership.",
            rule="T5",
            code="corrected-email-taken",
        )
    found = new or old
    if found is None:
        raise Refused(
            "No Customer has the mistyped email (T5). Correcting the contact alone would make"
            " CustomersDot create a Customer by itself (G4): have the contact sign up with the"
            " right address, and use `handover start change-contact` then.",
            rule="G4",
            code="mistyped-email-without-customer",
        )
    return found


def _know_the_sold_to(
    now: Snapshot, pinned: Pinned, customer: Customer, wanted_customer: Customer, wanted: State
) -> None:
    """Whoever is neither the mistyped nor the corrected Sold To is somebody else's work."""
    known = [contact_state(pinned.contact), wanted]
    known += [customer_as_contact(one) for one in (customer, wanted_customer)]
    if not any(matches(contact_state(now.account.sold_to), state) for state in known):
        raise Stale(
            "The account's Sold To is no longer who it was when this run began, and this run did"
            " not change it. Find out who did."
        )


def _require_right_login(now: Snapshot, customer: Customer) -> None:
    """Decision 4: only a Customer who manages this account is renamed. Raises NeedsPerson."""
    if not now.is_member(customer.id):
        held = tuple(m.billing_account_id for m in now.sold_to_memberships)
        raise NeedsPerson(questions_typos.sold_to_manages_elsewhere(held))
    if customer.unconfirmed_email:
        raise NeedsPerson(questions_renaming.unconfirmed_email(customer.id))


def _ask_about_roles(draft: Draft, answers: Answers) -> None:
    if draft.now.account.shared_contact:
        both = "the email is corrected for Sold To and Bill To"
        question = questions.shared_contact(draft.now.account.sold_to.id, both=both)
        questions.require(question, answers, "change-both")


def _correct_contact(draft: Draft, wanted: State) -> None:
    """S: also where the rename has already brought the email, its names have to be as they were."""
    here = contact_state(draft.now.account.sold_to)
    if draft.subject is not None and matches(here, wanted) and not _renames(draft):
        draft.notes.append("The account's Sold To has the corrected email already (T5).")
        draft.sold_to = [wanted]
        return
    contacts.update_sold_to(draft, wanted, seen_in_zuora=True)


def _renames(draft: Draft) -> bool:
    return any(change.step == "rename_customer" for change in draft.changes)


def _send_again(draft: Draft, request: FixTypo, answers: Answers) -> None:
    if same_email(draft.pinned.contact.work_email, request.corrected_email):
        draft.notes.append(
            "All was corrected before this run began, so nothing is sent again (T6). If the mail"
            " is missing, `handover start send-licence` sends it, with evidence of ownership."
        )
        return
    if licences.sent_before(draft):
        return
    chosen = licences.choose(draft.now.issued, answers, rule="T6")
    if chosen is None:
        draft.notes.append(
            "The subscription has no licence and no activation code, as on GitLab.com: nothing is"
            " sent again (T6). The contact signs in to the Customers Portal with the corrected"
            " address; they ask for the one-time sign-in link there themselves."
        )
        return
    require_unused(draft.now.issued.activations)
    licences.resend(draft, chosen, request.corrected_email)


def _expectations(draft: Draft, customer: Customer, wanted: State) -> tuple[Expectation, ...]:
    address = address_state(draft.pinned.contact)
    return (
        proof.expect("zuora-sold-to", "of Zuora's Sold To only the email differs", wanted),
        proof.expect("zuora-sold-to-address", "its postal address is as it was", address),
        proof.expect("zuora-bill-to", "Zuora's Bill To is as planned", *draft.bill_to),
        proof.expect("sold-to-copy", "CustomersDot's copy of the Sold To agrees", wanted),
        proof.members_as_planned(draft),
        proof.same_customer(draft, customer),
        proof.expect("customer-with-mistyped-email", "no Customer has the mistyped email", {}),
    )
