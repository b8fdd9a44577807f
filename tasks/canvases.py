"""The documented order of every workflow, on one page.

Read it beside the source workflow. Each step is followed by the rules that it serves there. A step
that has nothing to do in a run says so and the next one follows; the order never changes. Why it is
this order is G: see docs/rules.md.
"""

from tasks.add_contact import create_membership
from tasks.licence_mail import (
    forward_licence,
    resend_licence,
    see_mail_leave,
    tell_account_manager,
    tell_requester,
)
from tasks.login_status import activate_login, save_original_sold_to_last
from tasks.ownership_verification import verify_ownership
from tasks.planning import plan_change
from tasks.proof import prove_sold_to
from tasks.remove_membership import (
    remove_membership,
    remove_membership_elsewhere,
    remove_previous_membership,
)
from tasks.renaming import rename_customer, send_sign_in_link, unlink_gitlab_account
from tasks.self_service import await_customer, guide_self_service
from tasks.typos import (
    check_activation,
    check_mail_log,
    confirm_address,
    record_error_on_ticket,
)
from tasks.update_sold_to import update_sold_to
from worker.canvas import Canvas, register

V = ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8")

VERIFY_OWNERSHIP = register(
    Canvas(
        workflow="verify-ownership",
        version=1,
        steps=(
            verify_ownership.serving(*V),
            plan_change.serving("A3"),
            prove_sold_to.serving("C7"),
        ),
    )
)

ADD_CONTACT = register(
    Canvas(
        workflow="add-contact",
        version=1,
        steps=(
            verify_ownership.serving("A1", *V),
            plan_change.serving("A2", "A3", "A6", "L1"),
            remove_membership_elsewhere.serving("A6", "R1", "R2", "R3", "R4", "R5"),
            create_membership.serving("A4", "G3"),
            activate_login.serving("A5", "L2", "G1"),
            save_original_sold_to_last.serving("L3", "G2"),
            prove_sold_to.serving("C7"),
        ),
    )
)

REMOVE_CONTACT = register(
    Canvas(
        workflow="remove-contact",
        version=1,
        steps=(
            verify_ownership.serving(*V),  # or a reason
            plan_change.serving("A3", "R1", "R2", "R5"),
            remove_membership.serving("R3", "R4"),
            prove_sold_to.serving("C7"),
        ),
    )
)

CONFIRM_LOGIN = register(
    Canvas(
        workflow="confirm-login",
        version=1,
        steps=(
            verify_ownership.serving(*V),  # or a reason
            plan_change.serving("A3", "L1"),
            activate_login.serving("L2", "G1"),
            save_original_sold_to_last.serving("L3", "G2"),
            prove_sold_to.serving("C7"),
        ),
    )
)

UPDATE_SOLD_TO = register(
    Canvas(
        workflow="update-sold-to",
        version=1,
        steps=(
            verify_ownership.serving(*V),  # or a reason
            plan_change.serving("S1", "S2", "G4"),
            update_sold_to.serving("S3", "S4"),
            prove_sold_to.serving("C7", "S5", "S6"),
        ),
    )
)

CHANGE_CONTACT = register(
    Canvas(
        workflow="change-contact",
        version=3,
        steps=(
            verify_ownership.serving("C1", *V),
            plan_change.serving("C5", "C6", "A2", "A3", "A6", "L1", "R1", "R2", "S1", "S2"),
            # C5: the new contact is an existing Customer
            remove_membership_elsewhere.serving("A6", "R1", "R2", "R3", "R4", "R5"),
            create_membership.serving("A4", "G3"),
            activate_login.serving("A5", "L2", "G1"),
            save_original_sold_to_last.serving("L3", "G2"),
            remove_previous_membership.serving("R3", "R4"),
            # C6: the new contact has no Customer
            rename_customer.serving("C6", "L2", "G1", "G4"),
            unlink_gitlab_account.serving("C6"),
            send_sign_in_link.serving("C6"),
            # both
            update_sold_to.serving("S3", "S4", "G4"),
            prove_sold_to.serving("C7", "S5", "S6"),
        ),
    )
)

FIX_TYPO = register(
    Canvas(
        workflow="fix-typo",  # T1 to T4 in the place of V
        version=1,
        steps=(
            check_activation.serving("T1"),
            check_mail_log.serving("T2"),
            record_error_on_ticket.serving("T3"),
            confirm_address.serving("T4"),
            plan_change.serving("T5", "S1", "S2"),
            rename_customer.serving("T5", "G1", "G4"),
            update_sold_to.serving("T5", "S3", "S4"),
            resend_licence.serving("T6"),
            see_mail_leave.serving("T6"),
            tell_account_manager.serving("T7", "G5"),
            prove_sold_to.serving("C7", "S5", "S6"),
        ),
    )
)

SEND_LICENCE = register(
    Canvas(
        workflow="send-licence",  # G6
        version=1,
        steps=(
            verify_ownership.serving("G6", *V),
            plan_change.serving("G6"),  # which licence, and not to the reseller
            forward_licence.serving("G6"),
            see_mail_leave.serving("G6"),
            tell_requester.serving("G5", "G6"),
            prove_sold_to.serving("C7"),
        ),
    )
)

SELF_SERVICE = register(
    Canvas(
        workflow="self-service",
        version=1,
        steps=(
            guide_self_service.serving("C1", "C2", "G5"),
            await_customer.serving("C2", "C3", "C4"),
            # C4: all of C5, with V; the customer's own change needs none of it
            verify_ownership.serving("C4", *V),
            plan_change.serving("C3", "C4", "C5", "A2", "A3", "A6", "L1", "R1", "R2", "S1", "S2"),
            remove_membership_elsewhere.serving("A6", "R1", "R2", "R3", "R4", "R5"),
            create_membership.serving("A4", "G3"),
            activate_login.serving("A5", "L2", "G1"),
            save_original_sold_to_last.serving("L3", "G2"),
            remove_previous_membership.serving("R3", "R4"),
            # C3 and C4
            update_sold_to.serving("C3", "S3", "S4", "G4"),
            prove_sold_to.serving("C7", "S5", "S6"),
        ),
    )
)

# Runs that began with an earlier version go on in the order they began with: before C6 there was
# C5 alone, and before that A6 had no step of its own.
_C6 = {rename_customer.name, unlink_gitlab_account.name, send_sign_in_link.name}
_C5_ALONE = tuple(s for s in CHANGE_CONTACT.steps if s.name not in _C6)
register(Canvas(workflow="change-contact", version=2, steps=_C5_ALONE))
register(
    Canvas(
        workflow="change-contact",
        version=1,
        steps=tuple(s for s in _C5_ALONE if s.name != remove_membership_elsewhere.name),
    )
)
