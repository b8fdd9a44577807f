"""Field names of one person in the three places a person is kept: they differ."""

from __future__ import annotations

from sandbox.columns import Row

# CustomersDot's copy of a contact -> the Zuora contact.
COPY_TO_CONTACT = {
    "first_name": "first_name",
    "last_name": "last_name",
    "work_email": "work_email",
    "address_1": "address1",
    "address_2": "address2",
    "country": "country",
    "state": "state",
    "city": "city",
    "postal_code": "zip_code",
}
# A Customer -> the Zuora contact.
CUSTOMER_TO_CONTACT = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "work_email",
    "address_1": "address1",
    "address_2": "address2",
    "country": "country",
    "state": "state",
    "city": "city",
    "zip_code": "zip_code",
}


def contact_from_copy(copy: Row) -> Row:
    """Those values of a copy that the Zuora contact has too."""
    return {there: copy[here] for here, there in COPY_TO_CONTACT.items() if here in copy}


def copy_from_contact(contact: Row) -> Row:
    """What CustomersDot keeps of a Zuora contact."""
    ids: Row = {"zuora_contact_id": contact["id"], "zuora_account_id": contact["account_id"]}
    return ids | {here: contact[there] for here, there in COPY_TO_CONTACT.items()}


def contact_from_customer(customer: Row) -> Row:
    """A Customer's details as a contact. What the Customer left empty replaces nothing."""
    pairs = CUSTOMER_TO_CONTACT.items()
    return {there: customer[here] for here, there in pairs if customer[here]}
