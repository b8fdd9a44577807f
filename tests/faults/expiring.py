"""How a run comes to each kind of question: each way returns the account and the run.

Where a run can't come to a question by itself, what was asked before is answered in lee's name.
"""

from collections.abc import Callable
from typing import Any

import handover
from tests.faults.self_service import guided
from tests.integration.workflows.proofs import approval, invoice_of
from tests.integration.workflows.test_change_contact_rename import without_customer
from tests.integration.workflows.test_self_service import asks
from tests.integration.workflows.test_send_licence import begin as forwarding
from tests.integration.workflows.test_send_licence import with_second_licence
from tests.integration.workflows.test_update_sold_to import with_late_call_back, with_one_email
from tests.parts.billing import Billing, add_member, switch_login_off
from tests.parts.customers import link_gitlab, links, save
from tests.parts.portal import Portal
from tests.parts.rehearsal import Rehearsal
from tests.parts.typos import mistyped_account

Came = tuple[dict[str, Any], str]
Way = Callable[[Rehearsal], Came]

SCREENSHOT = {"kind": "screenshot"}
REASON = "the person has left and HR confirmed it"
NEWNAME = {"last_name": "Newname"}


def _change(order: dict[str, Any] | None = None, **fields: Any) -> Way:
    def way(made: Rehearsal) -> Came:
        account = made.account(**(order or {}))
        return account, made.start(account, **fields)

    return way


def _typo(order: dict[str, Any] | None = None, *answers: str) -> Way:
    def way(made: Rehearsal) -> Came:
        typo = mistyped_account(made, **(order or {}))
        run_id = typo.start()
        answered(made, run_id, *answers)
        return typo.account, run_id

    return way


def _then(way: Way, *answers: str) -> Way:
    def on(made: Rehearsal) -> Came:
        account, run_id = way(made)
        answered(made, run_id, *answers)
        return account, run_id

    return on


def answered(made: Rehearsal, run_id: str, *answers: str) -> None:
    """Answers what a run asks, one after the other."""
    for given in answers:
        made.wait(run_id)
        handover.answer(run_id, given, reason="ticket 4712, comment 7", by="lee")


def _update(made: Rehearsal, account: dict[str, Any], **contact: str) -> Came:
    fields = {"current_email": account["sold_to"]["email"], "contact": contact or NEWNAME}
    return account, made.begin("update-sold-to", account, **fields)


def _remove(made: Rehearsal, **fields: Any) -> Came:
    account = made.account()
    email = account["sold_to"]["email"]
    return account, made.begin("remove-contact", account, contact_email=email, **fields)


def _seen_by_nobody(made: Rehearsal) -> Came:
    account = made.account()
    return account, made.start(account, evidence=approval(account))


def _approved(made: Rehearsal) -> Came:
    """The settings here want a yes to every confirm-login."""
    account = made.account(login_activated=False)
    add_member(account["new"], str(account["billing_account_id"]))
    return account, made.begin("confirm-login", account, contact_email=account["new"]["email"])


def _kept_out(made: Rehearsal) -> Came:
    account = without_customer(made)
    page = f"/customer/{account['sold_to']['customer_id']}/unlink_gitlab_user"
    fault = {"kind": "status", "system": "customersdot", "path": f"{page}$", "code": 403}
    made.control("POST", "faults", {**fault, "times": None})
    return account, made.start(account, rename_customer=True)


def _unreadable(made: Rehearsal) -> Came:
    account = made.account()
    fault = {"kind": "status", "system": "zuora", "path": account["account_number"], "code": 500}
    made.control("POST", "faults", {**fault, "times": None})
    return account, made.start(account)


def _disagreeing(made: Rehearsal) -> Came:
    came = _update(made, with_late_call_back(made))
    made.wait(came[1])
    made.control("PUT", "settings", {"callout_lag": None})
    return came


def _not_followed(made: Rehearsal) -> Came:
    account = made.account()
    Billing(made).make_sold_to(account, {**account["sold_to"], **NEWNAME})
    made.truth(account)
    made.control("PUT", "settings", {"callout_lag": 300})
    Billing(made).make_sold_to(account, account["sold_to"])  # the copy is not told
    came = _update(made, account)
    made.wait(came[1])
    made.control("PUT", "settings", {"callout_lag": None})
    return came


def _becoming(made: Rehearsal) -> Came:
    account = made.account(new_person="none")
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    return _update(made, account, **new)


def _unconfirmed(made: Rehearsal) -> Came:
    account = without_customer(made)
    save(account["sold_to"]["customer_id"], email=f"other-{account['sold_to']['email']}")
    return account, made.start(account, rename_customer=True)


def _linked(made: Rehearsal) -> Came:
    account = without_customer(made)
    made.wait(made.start(account, rename_customer=True))
    link_gitlab(links(made, account["new"]["email"])[0], "777")
    invoice = {**invoice_of(made, account), "seen_by": "lee"}
    return account, made.start(account, rename_customer=True, evidence=invoice)


def _another_email(made: Rehearsal) -> Came:
    account, run_id = guided(made)
    Portal(made).take_over(account, email=f"other-{account['new']['email']}")
    asks(run_id, "another-email")
    return account, run_id


def _login_off(made: Rehearsal) -> Came:
    account, run_id = guided(made)
    switch_login_off(account["sold_to"])
    asks(run_id, "owners-login-off")
    return account, run_id


def _several_licences(made: Rehearsal) -> Came:
    account = made.account(licence="offline")
    with_second_licence(made, account)
    return account, forwarding(made, account)


def _delivered(made: Rehearsal) -> Came:
    typo = mistyped_account(made)
    made.control("POST", "mail", {"recipient": typo.mistyped, "outcome": "delivered"})
    return typo.account, typo.start()


NO_CUSTOMER = {"new_person": "none"}
BEFORE: dict[str, Way] = {
    "shared-contact": _change({"shared_contact": True}),
    "member-elsewhere": _change({"new_person": "member-elsewhere"}),
    "last-member": _remove,
    "no-customer": _change(NO_CUSTOMER),
    "login-disabled-on-purpose": _change({"login_history": "off-later"}),
    "without-evidence": lambda made: _remove(made, evidence=None, reason_without_evidence=REASON),
    "evidence-refused": _change(evidence=SCREENSHOT),
    "nobody-to-save-last": _change({"login_activated": False, "sold_to_customer": False}),
    "approve-plan": _approved,
    "sign-in": _kept_out,
    "keeps-failing": _unreadable,
    "with-billing": _then(_change({"shared_contact": True}), "must-be-separate"),
    "with-legal": _then(_change(evidence=SCREENSHOT), "escalate"),
    "evidence-seen": _seen_by_nobody,
    "which-contact": lambda made: _update(made, with_one_email(made)),
    "roles-disagree": _disagreeing,
    "creates-customer": _becoming,
    "zuora-did-not-follow": _not_followed,
    "nobody-to-rename": _change({**NO_CUSTOMER, "sold_to_customer": False}, rename_customer=True),
    "unconfirmed-email": _unconfirmed,
    "linked-gitlab-account": _linked,
    "customer-acts": guided,
    "another-email": _another_email,
    "owners-login-off": _login_off,
    "mail-log-inconclusive": _typo({"log": None}),
    "mail-delivered": _delivered,
    "address-not-confirmed": _typo({"verified": False}),
    "which-licence": _several_licences,
    "sold-to-manages-elsewhere": _typo({"sold_to_member": False}),
}
"""Questions before anything is written."""

ALONE: dict[str, Way] = {"record-the-error": _typo(None, "failed")}
"""Those that are asked only where neither Mailgun nor Zendesk is configured."""


def _lost(made: Rehearsal) -> Came:
    typo = mistyped_account(made)
    fault = {"kind": "timeout_after", "system": "customersdot", "method": "POST"}
    made.control("POST", "faults", {**fault, "path": "/resend_to_customer"})
    return typo.account, typo.start()


def _not_restored(made: Rehearsal) -> Came:
    made.control("PUT", "settings", {"unchanged_save_syncs": False})
    account = made.account(login_activated=False)
    run_id = made.start(account)
    made.wait(run_id)
    made.control("PUT", "settings", {"unchanged_save_syncs": True})
    return account, run_id


def _unseen_mail(made: Rehearsal) -> Came:
    typo = mistyped_account(made)
    made.control("POST", "mailboxes", {"recipient": typo.right, "outcome": "lost"})
    return typo.account, typo.start()


AFTER: dict[str, Way] = {
    "unknown-outcome": _lost,
    "sold-to-not-restored": _not_restored,
    "mail-not-seen": _unseen_mail,
}
"""Questions about what is written or sent."""

DISTURBED = {"half-applied": "remove_previous_membership", "not-proved": "prove_sold_to"}
"""Questions after a stranger became Sold To when the run had come to that step."""
