"""This process's clients for scans: with limits of their own inside the ones that all calls share.

The sign-ins are every process's, as those of `tasks.clients` are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from clients import customersdot_sign_in as sign_in
from clients import zuora as zuora_client
from clients.customersdot import CustomersDot
from clients.customersdot_bulk import CustomersDotBulk
from clients.gate import scans_gate_from
from clients.http import CallMade, log_call
from clients.ledger import Allowance
from clients.rails_admin import RailsAdmin
from clients.zuora import Zuora
from clients.zuora_bulk import ZuoraBulk
from config.settings import settings
from worker import sign_ins

Count = Callable[[str], None]

_count: ContextVar[Count | None] = ContextVar("count", default=None)


@lru_cache(maxsize=1)
def zuora() -> Zuora:
    """Zuora, for the look at one account."""
    own = Allowance(settings().drift_zuora_at_once, settings().drift_zuora_per_minute)
    return Zuora.from_settings(
        settings(),
        keeper=sign_ins.if_shared(sign_ins.zuora_token),
        gate=scans_gate_from(settings(), "Zuora", own, zuora_client.allowance_from(settings())),
        on_call=_on_call,
    )


@lru_cache(maxsize=1)
def zuora_bulk() -> ZuoraBulk:
    """Zuora, for all accounts."""
    return ZuoraBulk(zuora())


@lru_cache(maxsize=1)
def admin() -> RailsAdmin:
    """The session that both of CustomersDot's wear."""
    known = settings()
    own = Allowance(known.drift_customersdot_at_once, known.drift_customersdot_per_minute)
    return sign_in.admin_from(
        known,
        keeper=sign_ins.if_shared(sign_ins.customersdot_session),
        gate=scans_gate_from(known, "CustomersDot", own, sign_in.allowance_from(known)),
        on_call=_on_call,
    )


@lru_cache(maxsize=1)
def customersdot() -> CustomersDot:
    """CustomersDot, for the look at one account."""
    return CustomersDot(admin())


@lru_cache(maxsize=1)
def customersdot_bulk() -> CustomersDotBulk:
    """CustomersDot, for all accounts."""
    return CustomersDotBulk(admin())


@contextmanager
def calls_counted(count: Count) -> Iterator[None]:
    """Tells `count` of each call that is made inside, tries included: `zuora`, `customersdot`."""
    token = _count.set(count)
    try:
        yield
    finally:
        _count.reset(token)


def _on_call(made: CallMade) -> None:
    log_call(made)
    count = _count.get()
    if count is not None:
        count(made.system.lower())
