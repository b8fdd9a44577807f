"""Who may sign in. The defaults are no secrets; every one can be set by the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

CLIENT_ID_LENGTH = 36


def _from_environment(name: str, default: str) -> str:
    return os.environ.get(f"SANDBOX_{name}", default)


@dataclass(frozen=True)
class Operator:
    """A person who signs in to the admin. That reading can be all they may is our guess."""

    email: str
    password: str
    read_only: bool


@dataclass(frozen=True)
class Client:
    """An OAuth client of Zuora; a reading one lacks "API Write Access"."""

    id: str
    secret: str
    read_only: bool


@dataclass(frozen=True)
class GitLabToken:
    """A personal access token. Without `admin` it has the rights of the user with that id."""

    value: str
    user_id: int
    admin: bool = False


@dataclass(frozen=True)
class Credentials:
    """Zuora's OAuth clients, the operators of the admin, and the keys of the other neighbours."""

    clients: tuple[Client, ...]
    operators: tuple[Operator, ...]
    gitlab_tokens: tuple[GitLabToken, ...]
    mailgun_key: str
    zendesk_agent: Operator

    @classmethod
    def from_environment(cls) -> Credentials:
        """The defaults, with whatever the environment overrides."""
        return cls(
            (
                Client(
                    _from_environment("ZUORA_CLIENT_ID", "5a4dbc0e-0000-4000-8000-000000000001"),
                    _from_environment("ZUORA_CLIENT_SECRET", "sandbox-zuora-secret"),
                    read_only=False,
                ),
                Client(
                    _from_environment("ZUORA_READER_ID", "5a4dbc0e-0000-4000-8000-000000000002"),
                    _from_environment("ZUORA_READER_SECRET", "sandbox-zuora-reader"),
                    read_only=True,
                ),
            ),
            (
                Operator(
                    _from_environment("ADMIN_EMAIL", "ops@handover.example"),
                    _from_environment("ADMIN_PASSWORD", "sandbox-password"),
                    read_only=False,
                ),
                Operator(
                    _from_environment("READONLY_EMAIL", "readonly@handover.example"),
                    _from_environment("READONLY_PASSWORD", "sandbox-readonly"),
                    read_only=True,
                ),
            ),
            (
                GitLabToken(_from_environment("GITLAB_TOKEN", "sandbox-gitlab-admin"), 1, True),
                GitLabToken(_from_environment("GITLAB_OWNER_TOKEN", "sandbox-gitlab-owner"), 2),
                GitLabToken(_from_environment("GITLAB_PLAIN_TOKEN", "sandbox-gitlab-plain"), 3),
            ),
            _from_environment("MAILGUN_KEY", "sandbox-mailgun-key"),
            Operator(
                _from_environment("ZENDESK_EMAIL", "handover@support.example"),
                _from_environment("ZENDESK_TOKEN", "sandbox-zendesk-token"),
                read_only=False,
            ),
        )

    def client(self, client_id: str) -> Client | None:
        """The client with that id; Zuora's ids have exactly 36 characters."""
        if len(client_id) != CLIENT_ID_LENGTH:
            return None
        return next((one for one in self.clients if one.id == client_id), None)

    def operator(self, email: str) -> Operator | None:
        """The operator with that address, regardless of case."""
        wanted = email.strip().lower()
        return next((one for one in self.operators if one.email.lower() == wanted), None)
