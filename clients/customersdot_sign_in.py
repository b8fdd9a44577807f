"""The admin pages of CustomersDot as whoever the environment names."""

from clients.gate import Gate
from clients.http import OnCall, log_call, options_from
from clients.ledger import Allowance
from clients.rails_admin import RailsAdmin
from clients.rails_sign_in import PasswordSignIn, SignIn
from clients.shared_secret import Keeper
from config.settings import Settings


def admin_from(
    settings: Settings,
    *,
    keeper: Keeper | None = None,
    sign_in: SignIn | None = None,
    gate: Gate | None = None,
    on_call: OnCall = log_call,
) -> RailsAdmin:
    """The admin pages that the environment describes; without a keeper the session is its own.

    Without a gate of its own it is let through with everybody's calls.
    """
    password = settings.customersdot_password.get_secret_value()
    return RailsAdmin(
        settings.customersdot_url,
        sign_in or PasswordSignIn(settings.customersdot_email, password),
        keeper=keeper,
        **options_from(settings, "CustomersDot", allowance_from(settings), on_call, gate),
    )


def allowance_from(settings: Settings) -> Allowance:
    """What all calls of this installation together may ask of CustomersDot."""
    return Allowance(settings.customersdot_at_once, settings.customersdot_per_minute)
