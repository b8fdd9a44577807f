"""The documented order of every workflow, on one page.

Read it beside the source workflow. A step that has nothing to do in a run says so and the next one
follows; the order never changes. Why it is this order is G: see docs/rules.md.
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
from tasks.rename_customer import rename_customer
from tasks.typos import (
    check_activation,
    check_mail_log,
    confirm_address,
    record_error_on_ticket,
)
from tasks.update_sold_to import update_sold_to
from worker.canvas import Canvas, register

VERIFY_OWNERSHIP = register(
    Canvas(
        workflow="verify-ownership",
        version=1,
        steps=(
            verify_ownership,  # V
            plan_change,  # nothing is changed
            prove_sold_to,  # C7
        ),
    )
)

ADD_CONTACT = register(
    Canvas(
        workflow="add-contact",
        version=1,
        steps=(
            verify_ownership,  # A1: V
            plan_change,  # A2, A3, A6, L1
            remove_membership_elsewhere,  # A6: R first
            create_membership,  # A4
            activate_login,  # A5, L2
            save_original_sold_to_last,  # L3
            prove_sold_to,  # C7
        ),
    )
)

REMOVE_CONTACT = register(
    Canvas(
        workflow="remove-contact",
        version=1,
        steps=(
            verify_ownership,  # V, or a reason
            plan_change,  # R1, R2, R5
            remove_membership,  # R3, R4
            prove_sold_to,  # C7
        ),
    )
)

CONFIRM_LOGIN = register(
    Canvas(
        workflow="confirm-login",
        version=1,
        steps=(
            verify_ownership,  # V, or a reason
            plan_change,  # L1
            activate_login,  # L2
            save_original_sold_to_last,  # L3
            prove_sold_to,  # C7
        ),
    )
)

CHANGE_CONTACT = register(
    Canvas(
        workflow="change-contact",  # C5: the new contact is an existing Customer
        version=2,
        steps=(
            verify_ownership,  # V
            plan_change,  # A2, A3, A6, L1, R5, S1, S2
            remove_membership_elsewhere,  # A6
            create_membership,  # A4
            activate_login,  # A5, L2
            save_original_sold_to_last,  # L3
            remove_previous_membership,  # R
            update_sold_to,  # S
            prove_sold_to,  # C7
        ),
    )
)

FIX_TYPO = register(
    Canvas(
        workflow="fix-typo",  # T1 to T4 in the place of V
        version=1,
        steps=(
            check_activation,  # T1
            check_mail_log,  # T2
            record_error_on_ticket,  # T3
            confirm_address,  # T4
            plan_change,  # T5: whose email it is
            rename_customer,  # T5: the Customer first (G4)
            update_sold_to,  # T5: S, where the sync did not do it
            resend_licence,  # T6
            see_mail_leave,  # T6: to the corrected address
            tell_account_manager,  # T7
            prove_sold_to,  # C7
        ),
    )
)

SEND_LICENCE = register(
    Canvas(
        workflow="send-licence",  # G6
        version=1,
        steps=(
            verify_ownership,  # V
            plan_change,  # which licence, and not to the reseller
            forward_licence,  # G6
            see_mail_leave,  # to the destination
            tell_requester,  # G6
            prove_sold_to,  # C7: nobody's contact has changed
        ),
    )
)

# Runs that began before A6 had a step of its own go on in the order they began with.
register(
    Canvas(
        workflow="change-contact",
        version=1,
        steps=tuple(s for s in CHANGE_CONTACT.steps if s is not remove_membership_elsewhere),
    )
)
