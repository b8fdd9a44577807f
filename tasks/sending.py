"""How each change is sent: one way through CustomersDot for each kind of write."""

from collections.abc import Callable

from domain.changes import Change, Kind
from domain.errors import Defect
from domain.windows import WriteWindow
from tasks.clients import customersdot

TICKETS = "https://gitlab.zendesk.com/agent/tickets"
"""Where agents read tickets: CustomersDot keeps the address with an unlinking."""

Way = Callable[[Change, str, WriteWindow], None]
"""Takes the change, the id of the record to write to, and the window in which it may be sent."""


def way_for(change: Change) -> Way:
    """The way for a change. Raises Defect if nobody has built one."""
    key = (change.target.model, change.kind, change.action)
    way = _WAYS.get(key)
    if way is None:
        raise Defect(f"No way to {change.kind} a {change.target.model}.", code="no-way")
    return way


def _create_membership(change: Change, _: str, window: WriteWindow) -> None:
    customer, account = change.after["customer_id"], change.after["billing_account_id"]
    customersdot().create_membership(str(customer), str(account), window)


def _delete_membership(_: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().delete_membership(record_id, window)


def _activate_login(_: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().activate_login(record_id, window)


def _save_unchanged(_: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().save_customer_unchanged(record_id, window)


def _update_contact(change: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().update_contact(record_id, change.values, window)


def _rename(change: Change, record_id: str, window: WriteWindow) -> None:
    values = {name: str(value) for name, value in change.values.items()}
    customersdot().rename_customer(record_id, values, window)


def _resend_activation(_: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().resend_cloud_activation(record_id, window)


def _forward_activation(change: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().forward_cloud_activation(record_id, str(change.values["email"]), window)


def _forward_licence(change: Change, record_id: str, window: WriteWindow) -> None:
    customersdot().forward_licence(record_id, str(change.values["email"]), window)


def _unlink_gitlab(change: Change, record_id: str, window: WriteWindow) -> None:
    ticket = f"{TICKETS}/{change.values['ticket']}"
    customersdot().unlink_gitlab(record_id, ticket, window)


def _send_one_time_link(change: Change, _: str, window: WriteWindow) -> None:
    customersdot().send_one_time_link(str(change.values["email"]), window)


_WAYS: dict[tuple[str, Kind, str], Way] = {
    ("billing_account_membership", Kind.CREATE, ""): _create_membership,
    ("billing_account_membership", Kind.DELETE, ""): _delete_membership,
    ("customer", Kind.SET, "activate-login"): _activate_login,
    ("customer", Kind.SET, ""): _activate_login,  # plans made before changes had an action
    ("customer", Kind.SET, "rename"): _rename,
    ("customer", Kind.SET, "unlink-gitlab"): _unlink_gitlab,
    ("customer", Kind.SEND, "one-time-link"): _send_one_time_link,
    ("customer", Kind.TOUCH, ""): _save_unchanged,
    ("billing_account_contact", Kind.SET, ""): _update_contact,
    ("cloud_activation", Kind.SEND, "resend"): _resend_activation,
    ("cloud_activation", Kind.SEND, "forward"): _forward_activation,
    ("license", Kind.SEND, "forward"): _forward_licence,
    ("billing_account_contact", Kind.SET, "bill-to"): _update_contact,
}
