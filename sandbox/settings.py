"""What can be switched while the sandbox runs, kept in its database so a restart keeps it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


class BadSetting(ValueError):
    """A setting has an unknown name or a value of the wrong form."""


CHOICES = {"sold_to_replacement": ("overwrite", "repoint")}
OPTIONAL = ("callout_lag",)


@dataclass
class Settings:
    """The behaviour nobody knows for sure, and the times that tests shorten.

    `lag` is the delay of every side effect, `callout_lag` of Zuora's call-back alone when it is
    to differ. `unchanged_save_syncs` and `sold_to_replacement` decide what the facts leave open
    about rule G1. `inline_options_below` is rails_admin's limit for select options in a form.
    `read_lag` is how old Zuora's reads are. Limits of 0 are no limits; `minute` is how long their
    minute lasts. `client_active` is whether the user of Zuora's OAuth clients is.
    `sign_in_link_ttl` is how long a one-time link is good for. `resend_asks` is whether *Resend to
    customer via email* asks first or sends as soon as it is opened, which nobody knows.
    `mail_log_days` and `mail_event_days` are how long Mailgun's two interfaces remember; without
    `mail_logs` the newer one is not there.
    """

    lag: float = 0.5
    callout_lag: float | None = None
    token_ttl: float = 3599.0
    session_ttl: float = 3600.0
    unchanged_save_syncs: bool = True
    sold_to_replacement: str = "overwrite"
    read_latency: float = 0.0
    write_latency: float = 0.0
    inline_options_below: int = 100
    read_lag: float = 0.0
    concurrency_limit: int = 40
    object_query_concurrency: int = 80
    big_query_concurrency: int = 20
    rate_per_minute: int = 50_000
    rate_per_hour: int = 2_250_000
    rate_per_day: int = 27_000_000
    tokens_per_minute: int = 100
    minute: float = 60.0
    idempotency_ttl: float = 86_400.0
    locator_ttl: float = 900.0
    mail_log_days: float = 30.0
    mail_event_days: float = 3.0
    mail_logs: bool = True
    zendesk_per_minute: int = 700
    ticket_updates_per_minute: int = 100
    zuora_tax: bool = True
    client_active: bool = True
    sign_in_link_ttl: float = 86_400.0
    resend_asks: bool = True

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Apply several values at once, or none of them when one is wrong."""
        checked = {name: self._checked(name, value) for name, value in wanted.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def _checked(self, name: str, value: Any) -> Any:
        if name not in {field.name for field in fields(self)}:
            raise BadSetting(f"there is no setting {name!r}")
        if value is None and name in OPTIONAL:
            return None
        if name in CHOICES and value not in CHOICES[name]:
            raise BadSetting(f"{name} is one of {', '.join(CHOICES[name])}")
        return _converted(name, value, type(getattr(Settings(), name)))

    def load(self, db: sqlite3.Connection) -> None:
        """Take over what an earlier run of this sandbox had."""
        known = {field.name for field in fields(self)}
        for name, value in db.execute("SELECT name, value FROM setting"):
            if name in known:
                setattr(self, name, json.loads(value))

    def save(self, db: sqlite3.Connection) -> None:
        """Keep the current values for the next start."""
        db.executemany(
            "INSERT OR REPLACE INTO setting VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in asdict(self).items()],
        )


def _converted(name: str, value: Any, kind: type) -> Any:
    if kind is bool or kind is str:
        if not isinstance(value, kind):
            raise BadSetting(f"{name} takes a {kind.__name__}")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadSetting(f"{name} takes a number that is not negative")
    return int(value) if kind is int else value
