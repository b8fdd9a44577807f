"""What an operator may do: one may only read, and the support tools are for everybody."""

from __future__ import annotations

from flask import g

from sandbox.customersdot.registry import FORWARD_CODE, FORWARD_LICENSE, RESEND

WRITES = ("new", "edit", "delete", "bulk_delete", RESEND, FORWARD_CODE, FORWARD_LICENSE)


def may(action: str) -> bool:
    """Whether this operator may do that; its tab is rendered only then."""
    return not (action in WRITES and g.operator.read_only)
