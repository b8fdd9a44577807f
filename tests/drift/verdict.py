"""What was planted in the sandbox against what `handover drift list` tells.

This module shares nothing with what looks for drift: it reads the sandbox's list of what it planted
and the command's JSON, and knows by itself what each planted kind has to be called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

CALLED = {
    "copy-email": "contact-differs",
    "copy-name": "contact-differs",
    "copy-address": "contact-differs",
    "copy-several": "contact-differs",
    "copy-behind": "contact-differs",
    "copy-missing": "copy-missing",
    "no-customer": "sold-to-without-customer",
    "two-customers": "customer-twice",
    "customer-name": "customer-differs",
    "email-pending": "email-unconfirmed",
    "customer-not-member": "sold-to-not-member",
    "customer-elsewhere": "sold-to-manages-elsewhere",
    "nobody": "nobody-manages",
    "login-off": "login-deactivated",
    "only-in-zuora": "only-in-zuora",
    "only-in-customersdot": "only-in-customersdot",
    "two-billing-accounts": "billing-account-twice",
}
"""What a scan has to call each difference that the sandbox plants."""
RENAMED = {"address_1": "address1", "address_2": "address2"}
"""Fields that CustomersDot calls otherwise than the command does."""
ABOUT = {
    "contact-differs": "sold_to_contact_id",
    "copy-missing": "sold_to_contact_id",
    "sold-to-without-customer": "sold_to_contact_id",
    "customer-twice": "sold_to_contact_id",
    "customer-differs": "customer_id",
    "email-unconfirmed": "customer_id",
    "sold-to-not-member": "customer_id",
    "sold-to-manages-elsewhere": "customer_id",
    "login-deactivated": "customer_id",
}
"""The record that a finding of each kind is about, by the sandbox's name for its id."""

Where = tuple[str, str, str]
"""Kind, id of the account, id of what it is about or nothing."""


@dataclass(frozen=True)
class Verdict:
    """How far both agree. All three empty: every difference found, and nothing else."""

    missed: list[Where]
    false: list[Where]
    other_fields: list[str]

    @property
    def wrong(self) -> list[str]:
        """What is wrong, a line each."""
        return [
            *(f"missed: {' '.join(one)}" for one in self.missed),
            *(f"false alarm: {' '.join(one)}" for one in self.false),
            *self.other_fields,
        ]


def judge(planted: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> Verdict:
    """Compares the answer of `GET /_sandbox/differences` with the findings of `drift list`."""
    wanted = {_meant(one): one for one in planted if one["undone_at"] is None}
    told = {(one["kind"], one["account_id"], one["subject"]): one for one in found}
    other = [
        f"{' '.join(where)}: told {sorted(told[where]['fields'])}, planted {fields}"
        for where in sorted(wanted.keys() & told.keys())
        if (fields := _fields(wanted[where])) and fields != sorted(told[where]["fields"])
    ]
    return Verdict(sorted(wanted.keys() - told.keys()), sorted(told.keys() - wanted.keys()), other)


def _meant(one: Mapping[str, Any]) -> Where:
    kind = CALLED[one["kind"]]
    subject = str(one["records"][ABOUT[kind]]) if kind in ABOUT else ""
    return kind, one["account_id"], subject


def _fields(one: Mapping[str, Any]) -> list[str]:
    return sorted(RENAMED.get(name, name) for name in one["fields"])
