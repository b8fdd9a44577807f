"""What a change of contact has to hold, so that no other run works on the same things."""

from domain.records import ZuoraAccount, ZuoraContact
from domain.snapshot import Snapshot

Claims = tuple[tuple[str, str], ...]


def claims_for(account: ZuoraAccount, sold_to: ZuoraContact) -> Claims:
    """What a run has to hold besides the new contact.

    The request may name the account by number or by id, so both are held.
    """
    return (
        ("account", account.number),
        ("account", account.id),
        ("person", sold_to.work_email),
    )


def claims_elsewhere(now: Snapshot) -> Claims:
    """The other accounts that A6 touches, by whichever name another run may have claimed them."""
    others = [other.billing_account for other in now.elsewhere]
    names = [(o.zuora_account_number, o.zuora_account_id) for o in others]
    return tuple(("account", name) for pair in names for name in pair if name)
