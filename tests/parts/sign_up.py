"""What people do in CustomersDot besides our runs: sign up, and call themselves something else."""

import time

from domain.records import State
from domain.windows import WriteWindow
from tasks.clients import customersdot
from tests.parts.rehearsal import Rehearsal


def sign_up(installation: Rehearsal, first_name: str, last_name: str, email: str) -> int:
    """A new Customer, who manages nothing yet; returns their id.

    The admin's save reaches for a Zuora account (G1), so it is over before they get one.
    """
    values: State = {"first_name": first_name, "last_name": last_name, "email": email}
    confirmed: State = {**values, "skip_email_confirmation": True}
    customersdot()._admin.create("customer", confirmed, _window())
    installation.control("POST", "effects/run")
    made = customersdot().customer_by_email(email)
    assert made is not None
    return int(made.id)


def rename(installation: Rehearsal, customer_id: int, first_name: str) -> None:
    """A Customer calls themselves something else."""
    customersdot()._admin.update(
        "customer", str(customer_id), {"first_name": first_name}, _window()
    )
    installation.control("POST", "effects/run")


def _window() -> WriteWindow:
    return WriteWindow("by-hand", time.monotonic() + 10)
