"""What every part of the CustomersDot client is made of."""

from collections.abc import Callable
from typing import TypeVar

from clients.rails_admin import RailsAdmin
from clients.rails_filters import Filter, Row
from clients.rails_tools import Tools
from domain.errors import Defect

T = TypeVar("T")


class Part:
    """Some methods of `CustomersDot`; the parts share the session that the admin wears."""

    def __init__(self, admin: RailsAdmin) -> None:
        self._admin = admin
        self._tools = Tools(admin)

    def _list(
        self, model: str, one: Filter, record: Callable[[Row], T], columns: tuple[str, ...] = ()
    ) -> list[T]:
        return [record(row) for row in self._admin.rows(model, [one], columns)]


def one_address(email: str) -> str:
    """The email, if it is exactly one: a form that sends would take it as it is. Raises Defect."""
    address = email.strip()
    parts = address.split("@")
    if len(parts) != 2 or not all(parts) or any(mark in address for mark in " ,;<>\t\r\n"):
        raise Defect("CustomersDot: what shall be written to is not one email", code="bad-email")
    return address
