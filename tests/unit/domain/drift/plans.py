"""What a run proved that made Nina the only member of an account, in Olga's place."""

from domain.changes import Change, Kind, Target
from domain.plan import Expectation, Plan
from domain.snapshot import members_state

REMOVED = Change(
    id="c1",
    kind=Kind.DELETE,
    step="remove_membership",
    rule="R3",
    title="remove",
    target=Target(model="billing_account_membership", id="m1"),
    before=({"customer_id": "11", "billing_account_id": "7"},),
    after={},
)
MEMBERS = Expectation(name="members", title="as planned", allowed=(members_state(["22"]),))
SOLD_TO = Expectation(
    name="zuora-sold-to",
    title="the new contact",
    allowed=({"first_name": "Nina", "work_email": "nina.canary@new.test"},),
)
PLAN = Plan(
    workflow="change-contact",
    account_number="A1",
    zuora_account_id="a1",
    billing_account_id="7",
    pinned_contact_id="z1",
    pinned_customer_id="11",
    new_customer_id="22",
    changes=(REMOVED,),
    expectations=(MEMBERS, SOLD_TO),
)
