"""What each workflow needs to be told, one model per workflow.

Every request names its ticket, its account and who asks. `subject` is the email of the person whose
Customer the workflow is about; `people` are all whom it acts on, and so all whom it has to hold.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from domain.addresses import TAXED_BY_STATE, country_code
from domain.records import same_email
from domain.requests.evidence import Evidence, Subscription
from domain.requests.parts import (
    AccountKey,
    City,
    Country,
    Email,
    Name,
    Part,
    PostalCode,
    RunId,
    Street,
    Text,
    Ticket,
)

Reason = Annotated[Text, Field(min_length=10, max_length=500)]


class Request(Part):
    """What all requests have in common."""

    workflow: str
    ticket: Ticket
    account: AccountKey
    requester_email: Email
    evidence: Evidence | None = None

    supersedes_waiting: ClassVar[bool] = True
    """Whether it takes the place of a self-service run that waits on the account (decision 7)."""

    @property
    def subject(self) -> str:
        """The email of the person whose Customer this is about; empty where there is none."""
        return ""

    @property
    def people(self) -> tuple[str, ...]:
        """The emails of everybody whom the workflow acts on, the requester not among them."""
        return (self.subject,) if self.subject else ()


class _Verified(Request):
    """A request that needs evidence of ownership (V)."""

    evidence: Evidence


class _VerifiedOrExplained(Request):
    """A request that needs evidence or, where policy allows it, a recorded reason (decision 5)."""

    reason_without_evidence: Reason | None = Field(default=None, validate_default=True)

    @field_validator("reason_without_evidence")
    @classmethod
    def _one_of_both(cls, reason: str | None, info: ValidationInfo) -> str | None:
        """As a field's own, it speaks also where other fields are wrong."""
        if "evidence" in info.data and (info.data["evidence"] is None) == (reason is None):
            raise ValueError("needs either `evidence` or a `reason_without_evidence`, not both")
        return reason


class NewContact(Part):
    """Who shall manage the billing account, as the Sold To shall name them."""

    first_name: Name
    last_name: Name
    email: Email


class VerifyOwnership(_Verified):
    """Ownership verification alone (V): whether the requester may decide about the account."""

    workflow: Literal["verify-ownership"]
    supersedes_waiting = False


class AddContact(_Verified):
    """A further Customer shall manage the billing account (A)."""

    workflow: Literal["add-contact"]
    contact_email: Email

    @property
    def subject(self) -> str:
        """The Customer who is added."""
        return self.contact_email


class RemoveContact(_VerifiedOrExplained):
    """A Customer shall no longer manage the billing account (R)."""

    workflow: Literal["remove-contact"]
    contact_email: Email

    @property
    def subject(self) -> str:
        """The Customer who is removed."""
        return self.contact_email


class ConfirmLogin(_VerifiedOrExplained):
    """A member of the billing account shall be able to sign in (L)."""

    workflow: Literal["confirm-login"]
    contact_email: Email

    @property
    def subject(self) -> str:
        """The Customer whose login is confirmed."""
        return self.contact_email


class ChangeContact(_Verified):
    """A support-assisted change of the subscription management contact (C5, C6).

    `rename_customer` says that the new contact has no Customer and shall take over that of the
    Sold To (C6); `another_link` that one who took it over before needs another one-time link.
    `reverses` is the run whose transfer this one takes back.
    """

    workflow: Literal["change-contact"]
    new_contact: NewContact
    self_service_ruled_out: Reason
    rename_customer: bool = False
    another_link: bool = False
    reverses: RunId | None = None

    @field_validator("another_link")
    @classmethod
    def _links_belong_to_c6(cls, wanted: bool, info: ValidationInfo) -> bool:
        if wanted and not info.data.get("rename_customer", True):
            raise ValueError("is for a renamed Customer: add `rename_customer`")
        return wanted

    @property
    def subject(self) -> str:
        """The new contact."""
        return self.new_contact.email


class SelfService(Request):
    """The customer changes the contact themselves; we guide, wait and prove (C2, C3, C4).

    `access` says by what they can: the portal account, or the previous owner's mailbox. Evidence is
    needed only if it turns out that the new owner is a Customer already (C4).
    """

    workflow: Literal["self-service"]
    supersedes_waiting = False
    new_contact: NewContact
    access: Literal["portal-account", "owners-mailbox"]

    @property
    def subject(self) -> str:
        """Who shall own the account afterwards."""
        return self.new_contact.email


class WantedAddress(Part):
    """A postal address; what is left out stays as it is. Lengths are those that Zuora is sure of.

    Nothing can be emptied: without country and state Zuora can't tax a Sold To.
    """

    address1: Street | None = None
    address2: Street | None = None
    city: City | None = None
    state: City | None = None
    postal_code: PostalCode | None = None
    country: Country | None = None

    @model_validator(mode="after")
    def _taxable(self) -> Self:
        if self.country and not self.state and country_code(self.country) in TAXED_BY_STATE:
            raise ValueError("needs a `state` besides that country: Zuora taxes by it")
        return self


class WantedContact(Part):
    """What a contact record shall say; what is left out stays as it is."""

    first_name: Name | None = None
    last_name: Name | None = None
    email: Email | None = None
    address: WantedAddress | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.fields():
            raise ValueError("names nothing that shall change")
        return self

    def fields(self) -> dict[str, str]:
        """What is asked for, by the names that contact records have here."""
        asked = self.model_dump(exclude_none=True)
        names = {"email": "work_email"}
        address = asked.pop("address", {})
        return {names.get(name, name): value for name, value in {**asked, **address}.items()}


class UpdateSoldTo(_VerifiedOrExplained):
    """A contact record of the account shall say something else (S).

    `current_email` is the one on record, by which the contact is found on this account; `role` is
    needed only to say which of two contacts with the same email is meant.
    """

    workflow: Literal["update-sold-to"]
    current_email: Email
    role: Literal["sold-to", "bill-to"] | None = None
    contact: WantedContact

    @property
    def subject(self) -> str:
        """The email that the contact shall have."""
        return self.contact.email or self.current_email

    @property
    def people(self) -> tuple[str, ...]:
        """Whoever is on record, and whoever shall be."""
        if same_email(self.current_email, self.subject):
            return (self.subject,)
        return (self.current_email, self.subject)


class FixTypo(Request):
    """A mistyped email is corrected and the licence sent again (T); asked for internally.

    The requester is the Account Manager who submitted the request. `confirmed_in` is the comment in
    which they confirmed the right address in writing (T4). `mail_log` is the mail log's entry as
    text, needed only where the log itself is not kept any more (T2).
    """

    workflow: Literal["fix-typo"]
    subscription: Subscription
    mistyped_email: Email
    corrected_email: Email
    confirmed_in: Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]
    mail_log: Annotated[Text, Field(max_length=4000)] | None = None

    @field_validator("corrected_email")
    @classmethod
    def _corrects_something(cls, corrected: str, info: ValidationInfo) -> str:
        if same_email(info.data.get("mistyped_email", ""), corrected):
            raise ValueError("is the same mailbox as `mistyped_email`")
        return corrected

    @property
    def subject(self) -> str:
        """The corrected email: nobody may have it yet."""
        return self.corrected_email

    @property
    def people(self) -> tuple[str, ...]:
        """Both spellings."""
        return (self.mistyped_email, self.corrected_email)


class SendLicence(_Verified):
    """A licence or activation code is sent to somebody other than the Sold To (G6)."""

    workflow: Literal["send-licence"]
    supersedes_waiting = False
    subscription: Subscription
    destination_email: Email

    @property
    def people(self) -> tuple[str, ...]:
        """To whom it is sent."""
        return (self.destination_email,)
