"""Mail that CustomersDot sends: what becomes of it stands in Mailgun's log, and nowhere else."""

from __future__ import annotations

import sqlite3
import time

from sandbox import records
from sandbox.columns import Row
from sandbox.mailgun.shared import insert
from sandbox.neighbour_tables import MAILBOX

MX = "mx.mail.example"
OUTCOMES: dict[str, Row] = {
    "delivered": {"event": "delivered", "code": 250, "message": "OK", "mx_host": MX},
    "no-mailbox": {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "code": 550,
        "message": "5.1.1 The email account <{recipient}> does not exist",
        "mx_host": MX,
    },
    "suppressed": {
        "event": "failed",
        "severity": "permanent",
        "reason": "suppress-bounce",
        "code": 605,
        "message": "Not delivering to previously bounced address",
    },
    "no-mx": {
        "event": "failed",
        "severity": "temporary",
        "reason": "generic",
        "code": 498,
        "message": "No MX for {domain}",
    },
    "no-mx-old": {
        "event": "failed",
        "severity": "temporary",
        "reason": "old",
        "code": 498,
        "message": "No MX for {domain}",
    },
    "greylisted": {
        "event": "failed",
        "severity": "temporary",
        "reason": "generic",
        "code": 450,
        "message": "4.2.0 Greylisted, try again later",
        "mx_host": MX,
    },
    "rejected": {"event": "rejected", "reason": "Sandbox", "message": "Not sent at all"},
    "lost": {},
}
"""By name what becomes of a mail. Nothing at all is written for one that is `lost`."""


class BadOutcome(ValueError):
    """An outcome that the sandbox does not know."""


def record_sent(
    db: sqlite3.Connection, recipient: str, subject: str, at: float | None = None
) -> str:
    """Write what becomes of a mail, in the transaction of the request that sends it.

    A mailbox is fine unless `set_outcome` said otherwise. Once a mail has bounced, the address is
    on the suppression list and the next one is not even tried. Returns the outcome's name.
    """
    box = records.first(db, MAILBOX, recipient=recipient)
    outcome = str(box["outcome"]) if box else "delivered"
    record(db, recipient, subject, outcome, time.time() if at is None else at)
    if outcome == "no-mailbox":
        set_outcome(db, recipient, "suppressed")
    return outcome


def record(db: sqlite3.Connection, recipient: str, subject: str, outcome: str, at: float) -> None:
    """Write an event of the past, whatever the state of the mailbox is. Raises BadOutcome."""
    event = OUTCOMES[checked(outcome)]
    if not event:
        return
    words = {"recipient": recipient, "domain": recipient.rpartition("@")[2]}
    message = str(event["message"]).format(**words)
    insert(db, at, event | {"message": message, "recipient": recipient, "subject": subject})


def set_outcome(db: sqlite3.Connection, recipient: str, outcome: str) -> None:
    """Say what becomes of the next mails to an address. Raises BadOutcome."""
    box = records.first(db, MAILBOX, recipient=recipient)
    if box:
        records.update(db, MAILBOX, box["id"], {"outcome": checked(outcome)})
    else:
        records.insert(db, MAILBOX, {"recipient": recipient, "outcome": checked(outcome)})


def checked(outcome: str) -> str:
    """The name of an outcome. Raises BadOutcome."""
    if outcome not in OUTCOMES:
        raise BadOutcome(f"an outcome is one of {', '.join(OUTCOMES)}")
    return outcome
