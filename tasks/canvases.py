"""The documented order of every workflow, on one page.

Read it beside the source workflow. Each step is followed by the rules that it
serves there. A step that has nothing to do in a run says so and the next one follows; the order
never changes. Why it is this order is G: see docs/rules.md.
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

CHANGE_CONTACT = register(
    Canvas(
        workflow="change-contact",  # C5: the new contact is an existing Customer
        version=2,
        steps=(
            verify_ownership.serving("C1", *V),
            plan_change.serving("C5", "A2", "A3", "A6", "L1", "R1", "R2", "S1", "S2"),
            remove_membership_elsewhere.serving("A6", "R1", "R2", "R3", "R4", "R5"),
            create_membership.serving("A4", "G3"),
            activate_login.serving("A5", "L2", "G1"),
            save_original_sold_to_last.serving("L3", "G2"),
            remove_previous_membership.serving("R3", "R4"),
            update_sold_to.serving("S3", "S4", "G4"),
            prove_sold_to.serving("C7", "S5", "S6"),
        ),
    )
)

# Runs that began before A6 had a step of its own go on in the order they began with.
register(
    Canvas(
        workflow="change-contact",
        version=1,
        steps=tuple(s for s in CHANGE_CONTACT.steps if s.name != remove_membership_elsewhere.name),
    )
)
