"""The settings of GitLab, Mailgun and Zendesk. Each may be left out, and is then not asked."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class NeighbourSettings(BaseSettings):
    """Addresses, credentials, and how often each may be asked."""

    gitlab_url: str = Field(
        default="",
        description="Base address of GitLab, without /api. Empty: namespaces and users are not"
        " looked up, and a person is asked",
    )
    gitlab_token: SecretStr = Field(
        default=SecretStr(""),
        description="An admin's access token that may read: only admins see the subscription of a"
        " namespace that isn't theirs",
    )
    gitlab_at_once: int = Field(
        default=4,
        ge=0,
        description="Calls to GitLab at the same time, of all workers; 0: no limit",
    )
    gitlab_per_minute: int = Field(
        default=240, ge=0, description="Calls to GitLab a minute, of all workers; 0: no limit"
    )
    mailgun_url: str = Field(
        default="",
        description="Base address of Mailgun's interface, such as https://api.mailgun.net. Empty:"
        " mail logs are not read, and a person is asked",
    )
    mailgun_domain: str = Field(
        default="customers.gitlab.com", description="The domain that CustomersDot's mail comes from"
    )
    mailgun_key: SecretStr = Field(
        default=SecretStr(""), description="A key that may read that domain's log"
    )
    mailgun_at_once: int = Field(
        default=4,
        ge=0,
        description="Calls to Mailgun at the same time, of all workers; 0: no limit",
    )
    mailgun_per_minute: int = Field(
        default=120, ge=0, description="Calls to Mailgun a minute, of all workers; 0: no limit"
    )
    zendesk_url: str = Field(
        default="",
        description="Base address of Zendesk, without /api. Empty: tickets are not read and get no"
        " notes",
    )
    zendesk_email: str = Field(
        default="", description="The agent whose notes ours are, to sign in with"
    )
    zendesk_token: SecretStr = Field(default=SecretStr(""), description="That agent's API token")
    zendesk_at_once: int = Field(
        default=4,
        ge=0,
        description="Calls to Zendesk at the same time, of all workers; 0: no limit",
    )
    zendesk_per_minute: int = Field(
        default=240,
        ge=0,
        description="Calls to Zendesk a minute, of all workers; 0: no limit. Zendesk allows 100"
        " updates of tickets, and a note takes three calls of which one is an update",
    )
