"""The evidence of ownership that a request may carry (V), each kind with fields of its own."""

import json
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.requests.parts import Email, Handle, Part, Text, Ticket

CommentId = Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]
Subscription = Annotated[Text, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Document = Annotated[Text, Field(max_length=500)]
PASTED_LIMIT = 20_000
"""Characters of pasted text: a licence has some 2,000, a namespace's subscription some 500."""


def _path(value: str) -> str:
    if any(part in ("", ".", "..") for part in value.split("/")):
        raise ValueError("is not the path of a namespace, such as group/subgroup")
    return value


def _as_text(value: object) -> object:
    """JSON that was pasted into a YAML file without quotes is a group of fields there."""
    return json.dumps(value) if isinstance(value, dict) else value


NamespacePath = Annotated[
    Text, Field(max_length=255, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$"), AfterValidator(_path)
]


class _Proof(Part):
    """What every kind of evidence may say.

    `subscription` says which one is meant where the account has several and it matters.
    `seen_by` is the handle of who has looked at what no machine can see.
    """

    subscription: Subscription | None = None
    seen_by: Handle | None = None


class ContactApproval(_Proof):
    """V1: the Sold To approved the change in a comment.

    `ticket` is where that comment is, if they were asked on a ticket of their own, as they must be
    where somebody else asks (G5).
    """

    kind: Literal["contact-approval"]
    approver_email: Email
    comment: CommentId
    ticket: Ticket | None = None


class Contract(_Proof):
    """V2: a prior subscription contract, which a reviewer confirms. `document` says where it is."""

    kind: Literal["contract"]
    document: Document


class ResellerPart(Part):
    """How a reseller takes part: by a ticket of their own, or copied on the customer's (V3, V6).

    `comment` is where they say or send what counts. On their own ticket `ticket` names it, unless
    it is the request's. Where they are copied, `authorised_in` is the comment on the request's
    ticket in which the customer authorised them.
    """

    email: Email
    takes_part: Literal["own-ticket", "copied"]
    comment: CommentId
    ticket: Ticket | None = None
    authorised_in: CommentId | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.takes_part == "own-ticket" and self.authorised_in:
            raise ValueError("`authorised_in` belongs to a reseller who is copied")
        if self.takes_part == "copied" and self.ticket:
            raise ValueError("`ticket` belongs to a reseller's own ticket")
        if self.takes_part == "copied" and not self.authorised_in:
            raise ValueError("a copied reseller needs `authorised_in`, the customer's comment")
        return self


class InvoiceProof(_Proof):
    """V3: a GitLab invoice of the last 12 months, shown as a document; `document` says where.

    Where the purchase went through a reseller, the reseller supplies it, and `reseller` says how.
    """

    kind: Literal["invoice"]
    invoice: Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    document: Document
    supplied_by: Literal["customer", "reseller"] = "customer"
    reseller: ResellerPart | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.supplied_by == "reseller") != (self.reseller is not None):
            raise ValueError("`supplied_by: reseller` and the group `reseller` belong together")
        return self


class LicenceProof(_Proof):
    """V4: the text of the last loaded licence, or the `License Key` of a usage export."""

    kind: Literal["licence"]
    text: Annotated[Text, Field(max_length=PASTED_LIMIT)]


class NamespaceProof(_Proof):
    """V5: what a group owner pasted of `/api/v4/namespaces/<namespace>/gitlab_subscription`."""

    kind: Literal["namespace"]
    namespace: NamespacePath
    pasted: Annotated[Text, Field(max_length=PASTED_LIMIT), BeforeValidator(_as_text)]


class ResellerVouch(_Proof):
    """V6: the reseller vouches for the change, while the licence is not activated."""

    kind: Literal["reseller-vouch"]
    reseller: ResellerPart


class _Never(_Proof):
    """V7: what is never a proof. It may be recorded; `comment` is where it stands on the ticket."""

    comment: CommentId | None = None


class TeamMemberVouch(_Never):
    """V7: the word of somebody at GitLab, Account Owners included."""

    kind: Literal["team-member-vouch"]


class Screenshot(_Never):
    """V7: a picture, whatever it shows."""

    kind: Literal["screenshot"]


class ActivationCodeEmail(_Never):
    """V4, V7: the mail with an activation code. There is no field for the code, on purpose."""

    kind: Literal["activation-code-email"]


class SupportContactEntitlement(_Never):
    """V7: entitlement to manage support contacts, which is proved more easily than ownership."""

    kind: Literal["support-contact-entitlement"]


Evidence = Annotated[
    ContactApproval
    | Contract
    | InvoiceProof
    | LicenceProof
    | NamespaceProof
    | ResellerVouch
    | TeamMemberVouch
    | Screenshot
    | ActivationCodeEmail
    | SupportContactEntitlement,
    Field(discriminator="kind"),
]


KINDS: tuple[type[Part], ...] = (
    ContactApproval,
    Contract,
    InvoiceProof,
    LicenceProof,
    NamespaceProof,
    ResellerVouch,
    TeamMemberVouch,
    Screenshot,
    ActivationCodeEmail,
    SupportContactEntitlement,
)
"""Every kind of evidence that a request may name."""
