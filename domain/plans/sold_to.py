"""Who the Sold To may be when a plan is made: nobody whom this run does not know."""

from domain.changes import matches_any
from domain.errors import Stale
from domain.records import Customer
from domain.snapshot import Pinned, Snapshot, contact_state, customer_as_contact


def require_original_sold_to(now: Snapshot, pinned: Pinned, saved: Customer | None) -> None:
    """The Sold To of a workflow that leaves the role alone is the pinned one.

    Or whoever saving `saved` may have put there (G1), which the plan then takes back. Raises Stale
    otherwise.
    """
    known = [contact_state(pinned.contact)]
    known += [customer_as_contact(c) for c in (pinned.customer, saved) if c]
    if not matches_any(contact_state(now.account.sold_to), tuple(known)):
        raise Stale(
            "The account's Sold To is no longer who it was when this run began, and this run did"
            " not change it. Find out who did. Planning anew meets this again until the original"
            " Sold To stands there."
        )
