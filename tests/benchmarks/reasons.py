"""Why a run makes each of its calls. A call without a reason here is one to get rid of."""

from tests.benchmarks.recording import Recorded

ACCOUNT = "GET /zuora/v1/accounts/{id}"
MEMBERS = "GET /admin/billing_account_membership.json by billing_account"
BY_EMAIL = "GET /admin/customer/export by email"
COPIES = "GET /admin/billing_account_contact.json by zuora_account_id"
HELD = "GET /admin/billing_account_membership.json by customer"

_GUARDS = (
    (ACCOUNT, "guard: the Sold To and the roles are still as planned"),
    (MEMBERS, "guard: nobody came or went since"),
    (BY_EMAIL, "guard: the new contact's email still finds the planned Customer alone (G4)"),
)

REASONS: dict[str, tuple[tuple[str, str], ...]] = {
    "verify_ownership": (
        (ACCOUNT, "V1: who is Sold To and Bill To"),
        ("GET /zuora/v1/subscriptions/accounts/{id}", "V3, V6: whether a reseller is invoiced"),
    ),
    "plan_change": (
        (ACCOUNT, "whose person has to be claimed before anything else is believed"),
        (ACCOUNT, "the snapshot, now that nobody else of ours may change it"),
        ("GET /admin/billing_account.json by zuora_account_id", "A3"),
        (BY_EMAIL, "the original Sold To's Customer, pinned for the run"),
        (BY_EMAIL, "A2: the new contact is a Customer"),
        (MEMBERS, "R1, R5: who manages the account"),
        (COPIES, "S1, S2: the copy that will be written, and its roles"),
        (HELD, "A6: the new contact manages nothing else"),
    ),
    "create_membership": (
        (HELD, "the record: not there yet, and none elsewhere (A6)"),
        *_GUARDS,
        ("GET /admin/billing_account_membership/new", "the form: its token and its fields"),
        ("POST /admin/billing_account_membership/new", "the write (A4)"),
        (HELD, "read back: 302 is said of what was not done, too"),
    ),
    "remove_previous_membership": (
        (MEMBERS, "the record, and the guard: nobody came or went since"),
        *(guard for guard in _GUARDS if guard[0] != MEMBERS),
        ("GET /admin/billing_account_membership/{id}/delete", "the form: its token"),
        ("POST /admin/billing_account_membership/{id}/delete", "the write (R3)"),
        ("GET /admin/billing_account_membership.json by id", "read back: it is gone (R4)"),
    ),
    "update_sold_to": (
        (COPIES, "the record: G1 may have given the role to another copy"),
        *_GUARDS,
        ("GET /admin/billing_account_contact/{id}/edit", "the form: its token and its fields"),
        ("POST /admin/billing_account_contact/{id}/edit", "the write (S3, S4)"),
        ("GET /admin/billing_account_contact/{id}.json", "read back"),
    ),
    "prove_sold_to": (
        (ACCOUNT, "C7, S5: Zuora's Sold To and Bill To"),
        (COPIES, "C7: CustomersDot's copy agrees"),
        (MEMBERS, "C7: the members are as planned"),
        (BY_EMAIL, "C7: the same Customer, and their login is on"),
        (BY_EMAIL, "C7: no ghost came back for the original Sold To"),
    ),
}


def listing(calls: list[Recorded]) -> str:
    """The calls in order, one a line, with the reason for each."""
    known = [(step, *pair) for step, pairs in REASONS.items() for pair in pairs]
    lines = []
    for number, call in enumerate(calls, 1):
        found = next((one for one in known if one[:2] == (call.step, call.label)), None)
        if found:
            known.remove(found)
        reason = found[2] if found else "NO REASON KNOWN"
        lines.append(f"{number:>3}  {call.step:<27} {call.label:<62} {reason}")
    lines += [f"  -  {step:<27} {label:<62} NOT MADE" for step, label, _ in known]
    return "\n".join(lines)
