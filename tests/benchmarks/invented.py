"""The accounts of the stubbed-out world: everything follows from a number."""

from typing import Any


def account(number: int) -> dict[str, Any]:
    """An account as the sandbox would describe it to a test."""
    return {
        "account_number": str(number),
        "ticket": {"id": 4711, "approved": 4411},
        "sold_to": {"email": old_email(number)},
        "new": new_contact(number),
    }


def old_email(number: int) -> str:
    """The address of the Sold To."""
    return f"old@a{number}.example"


def new_contact(number: int) -> dict[str, str]:
    """The person who shall manage the account."""
    return {"first_name": "New", "last_name": "Person", "email": f"new@a{number}.example"}
