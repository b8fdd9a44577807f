"""What an operations team decides by settings: whose word is needed for what, and who is told.

Rules of the workflow are no settings; these are what the rules leave open.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_settings import BaseSettings, NoDecode

from config.lists import listed

Approval = Literal["by-itself", "one-yes", "two-people"]
NeedsNoProof = Literal["remove-contact", "update-sold-to", "confirm-login"]
"""The only workflows for which the rules leave evidence to policy."""
Domain = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]


class PolicySettings(BaseSettings):
    """Approval, evidence, second people, and messages in an operations team's own words."""

    approval: dict[str, Approval] = Field(
        default_factory=dict,
        description="Per workflow: by-itself (default), one-yes or two-people, as JSON",
    )
    evidence_confirmation: Literal["second-person", "attested"] = Field(
        default="second-person",
        description="Who confirms evidence that no machine saw: a second person's answer, or the"
        " `seen_by` of the request",
    )
    second_person: Annotated[list[str], NoDecode, BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Questions that somebody other than the one who started the run has to answer,"
        " besides those that always need a second person: `KIND`, or `KIND=ANSWER` for one answer."
        " By the first, whoever started may still stop, hand over or give better evidence",
    )
    messages: str = Field(
        default="",
        description="Folder with templates of messages in the place of those that came with"
        " Handover; a file that is not in it stays as it came",
    )
    without_evidence: Annotated[list[NeedsNoProof], NoDecode, BeforeValidator(listed)] = Field(
        default=["remove-contact", "update-sold-to", "confirm-login"],
        description="Workflows that may start with a reason instead of evidence of ownership, which"
        " a second person then accepts. `none`: no workflow may",
    )
    internal_domains: Annotated[list[Domain], NoDecode, BeforeValidator(listed)] = Field(
        default=["gitlab.com"],
        description="Where those have their addresses who may ask for a typo fix (T4), by domain or"
        " one above it; a second person looks at anybody else's. `none`: at everybody's",
    )

    def approval_for(self, workflow: str) -> Approval:
        """How a plan of this workflow may start: see the `approval` setting."""
        return self.approval.get(workflow, "by-itself")
