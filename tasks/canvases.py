"""The documented order of every workflow, on one page.

Read it beside the source workflow. A step that has nothing to do in a run says so and the next one
follows; the order never changes. Why it is this order is G: see docs/rules.md.
"""

from tasks.add_contact import create_membership
from tasks.login_status import activate_login, save_original_sold_to_last
from tasks.ownership_verification import verify_ownership
from tasks.planning import plan_change
from tasks.proof import prove_sold_to
from tasks.remove_membership import (
    remove_membership,
    remove_membership_elsewhere,
    remove_previous_membership,
)
from tasks.self_service import await_customer, guide_self_service
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

SELF_SERVICE = register(
    Canvas(
        workflow="self-service",
        version=1,
        steps=(
            guide_self_service,  # C1, C2
            await_customer,  # C2; then C3, or C4 with all of C5
            verify_ownership,  # C4: V; the customer's own change needs none
            plan_change,
            remove_membership_elsewhere,  # C4: A6
            create_membership,  # C4: A4
            activate_login,  # C4: A5, L2
            save_original_sold_to_last,  # C4: L3
            remove_previous_membership,  # C4: R
            update_sold_to,  # C3, C4: S
            prove_sold_to,  # C7
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
