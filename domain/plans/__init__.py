"""How each workflow is planned: pure rules from a request and a snapshot to a plan."""

from collections.abc import Callable
from typing import Any

from domain.plan import Plan
from domain.plans import (
    add_contact,
    change_contact,
    confirm_login,
    fix_typo,
    remove_contact,
    self_service,
    send_licence,
    update_sold_to,
    verify_ownership,
)

DERIVE: dict[str, Callable[..., Plan]] = {
    "add-contact": add_contact.derive,
    "change-contact": change_contact.derive,
    "confirm-login": confirm_login.derive,
    "remove-contact": remove_contact.derive,
    "update-sold-to": update_sold_to.derive,
    "self-service": self_service.derive,
    "verify-ownership": verify_ownership.derive,
    "fix-typo": fix_typo.derive,
    "send-licence": send_licence.derive,
}
"""Every workflow's way to its plan. All take the request, the snapshot, the pinned Sold To, the
answers so far, and whether a login was saved for which L3 is still owed."""


def derive_plan(*facts: Any, **told: Any) -> Plan:
    """The plan for the request, which is the first of the facts, by its workflow's rules."""
    return DERIVE[facts[0].workflow](*facts, **told)
