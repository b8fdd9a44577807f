"""Whose GitLab account a Customer is linked to, as far as GitLab tells (C6)."""

import logging

from domain.errors import HandoverError
from domain.masking import mask_word
from domain.records import Customer
from domain.requests import ChangeContact, Request
from domain.snapshot import Pinned, Snapshot
from tasks.clients import gitlab

log = logging.getLogger(__name__)


def with_linked_user(now: Snapshot, request: Request, pinned: Pinned | None) -> Snapshot:
    """The snapshot with what GitLab says of the user whom a renamed Customer is linked to."""
    login = _renamed(now, request, pinned)
    if login is None or not login.uid:
        return now
    return now.model_copy(update={"linked_user": _said_of(login.uid)})


def _renamed(now: Snapshot, request: Request, pinned: Pinned | None) -> Customer | None:
    if not isinstance(request, ChangeContact):
        return None
    new, old = now.new_customer, pinned.customer if pinned else None
    if new is None:
        return now.sold_to_customer
    same = old is not None and old.id == new.id
    return new if request.rename_customer or same else None


def _said_of(uid: str) -> str:
    """Masked user name and state, for it goes into questions and notes, and is often a name.

    It only informs: that GitLab can't be read holds nothing up.
    """
    client = gitlab()
    if client is None:
        return "unknown: GitLab is not configured"
    try:
        user = client.user(uid)
    except HandoverError as error:
        log.warning("The GitLab user of a Customer could not be looked up: %s", error.code)
        return "unknown: GitLab could not be read"
    return f"@{mask_word(user.username)}, {user.state}" if user else "unknown to GitLab"
