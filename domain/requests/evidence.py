"""The evidence of ownership that a request may carry (V), each kind with fields of its own."""

from typing import Annotated, Literal

from pydantic import Field

from domain.requests.parts import Email, Handle, Part, Text


class ContactApproval(Part):
    """V1: a contact on record approved the change in a comment on a ticket.

    `comment` is that comment's id; `seen_by` the handle of who looked at its verified author.
    """

    kind: Literal["contact-approval"]
    approver_email: Email
    comment: Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]
    seen_by: Handle | None = None


class InvoiceProof(Part):
    """V3: a GitLab invoice of the last 12 months, shown as a document.

    `document` says where the document is; `seen_by` is the handle of who looked at it.
    """

    kind: Literal["invoice"]
    invoice: Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    document: Annotated[Text, Field(max_length=500)]
    seen_by: Handle | None = None


Evidence = Annotated[ContactApproval | InvoiceProof, Field(discriminator="kind")]


KINDS: tuple[type[Part], ...] = (ContactApproval, InvoiceProof)
"""Every kind of evidence that a request may name."""
