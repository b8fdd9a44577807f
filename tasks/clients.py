"""This process's clients for the neighbours; every client's sign-in is shared by all processes."""

from functools import lru_cache

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from config.settings import settings
from worker import sign_ins


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
