"""This process's clients for the neighbours; every client's sign-in is shared by all processes."""

from functools import lru_cache

from clients import gitlab as gitlab_client
from clients import mailgun as mailgun_client
from clients import zendesk as zendesk_client
from clients.customersdot import CustomersDot
from clients.gitlab import GitLab
from clients.mailgun import Mailgun
from clients.zendesk import Zendesk
from clients.zuora import Zuora
from config.settings import settings
from worker import sign_ins, ticket_notes


@lru_cache(maxsize=1)
def zuora() -> Zuora:
    """This process's client for Zuora; its token is every process's."""
    keeper = sign_ins.if_shared(sign_ins.zuora_token)
    return Zuora.from_settings(settings(), keeper=keeper)


@lru_cache(maxsize=1)
def customersdot() -> CustomersDot:
    """This process's client for CustomersDot; its session is every process's."""
    keeper = sign_ins.if_shared(sign_ins.customersdot_session)
    return CustomersDot.from_settings(settings(), keeper=keeper)


@lru_cache(maxsize=1)
def gitlab() -> GitLab | None:
    """This process's client for GitLab, None where it is not configured."""
    return GitLab.from_settings(settings()) if gitlab_client.configured(settings()) else None


@lru_cache(maxsize=1)
def mailgun() -> Mailgun | None:
    """This process's client for Mailgun, None where it is not configured."""
    return Mailgun.from_settings(settings()) if mailgun_client.configured(settings()) else None


@lru_cache(maxsize=1)
def zendesk() -> Zendesk | None:
    """This process's client for Zendesk, None where it is not configured."""
    return Zendesk.from_settings(settings()) if zendesk_client.configured(settings()) else None


ticket_notes.connect(zendesk)
