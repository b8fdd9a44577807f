"""Mailgun's log, read only: what became of the mail to one address (T2).

Implements facts/neighbours.md, section 3. The newer logs are asked first, and where they are not
to be had, the older events; both are read to the end. Every method raises Transient, SignInExpired,
Refused (code `mailgun-permission`) and Defect. An address stands in what is sent and in what comes
back, and in no message of an error.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Unpack

from clients import mailgun_records as records
from clients.answers import Answer, Call
from clients.http import Http, OnCall, Options, log_call, options_from
from clients.ledger import Allowance
from clients.plain_answers import Body, basic, following, object_of, part, rows
from config.settings import Settings
from domain.errors import Defect, Refused
from domain.mail import MailEvent

SYSTEM = "Mailgun"
LOGS = "/v1/analytics/logs"
EVENTS = "/v3/{domain}/events"
PAGE_SIZE = 100
MOST_PAGES = 50
NOT_TO_BE_HAD = (400, 403, 404, 405)
"""Statuses by which the logs may say that this account or region has them not, or not so."""

Span = tuple[datetime, datetime]

NOBODY = "handover-doctor@handover.invalid"


def configured(settings: Settings) -> bool:
    """Whether Mailgun can be asked at all."""
    return bool(settings.mailgun_url)


class Mailgun:
    """What Handover asks Mailgun about one domain's mail."""

    def __init__(self, base_url: str, domain: str, key: str, **options: Unpack[Options]) -> None:
        if not re.fullmatch(r"[A-Za-z0-9.-]+", domain):
            raise Defect("Mailgun: HANDOVER_MAILGUN_DOMAIN is no domain")
        self._http = Http(SYSTEM, base_url, name_header="X-Request-Id", **options)
        self._domain = domain
        self._headers = {"Authorization": basic("api", key), "Accept": "application/json"}

    @classmethod
    def from_settings(cls, settings: Settings, *, on_call: OnCall = log_call) -> "Mailgun":
        """The client that the environment describes. Raises Unavailable if it is not configured."""
        allowance = Allowance(settings.mailgun_at_once, settings.mailgun_per_minute)
        return cls(
            settings.mailgun_url,
            settings.mailgun_domain,
            settings.mailgun_key.get_secret_value(),
            **options_from(settings, SYSTEM, allowance, on_call),
        )

    def events_for(self, recipient: str, since: datetime, until: datetime) -> list[MailEvent]:
        """Every event of the mail to an address between two moments, oldest first.

        An empty list is *unknown*, not "delivered": the log is kept for a month, events for days.
        """
        if "@" not in recipient or not recipient.isprintable():
            raise Refused("Mailgun: this is no address to look for", code="mailgun-address")
        span = (since.astimezone(UTC), until.astimezone(UTC))
        found: set[MailEvent] = set()
        # A rejected mail has no recipient: it is found by the address in its head.
        for field in ("recipient", "to"):
            found |= set(self._events(field, recipient, span))
        return sorted(found, key=lambda event: event.at)

    def check(self) -> None:
        """Whether our key counts and may read the log: returns, or raises as every method does."""
        now = datetime.now(UTC)
        self.events_for(NOBODY, now - timedelta(hours=1), now)

    def _events(self, field: str, address: str, span: Span) -> Iterator[MailEvent]:
        """By the newer log, else by the older events. Either may hold what nobody asked for."""
        wanted = self._wanted(field, address, span)
        first = self._http.read(self._log_call(wanted), _none_if_not_to_be_had)
        if first is None:
            pages = self._older_pages(field, address, span)
        else:
            pages = self._log_pages(wanted, first)
        for page in pages:
            yield from records.events_about(page, address)

    def _log_pages(self, wanted: Body, body: Body) -> Iterator[list[Body]]:
        """All pages of the newer log, from the first one on. `next` may be there for ever."""
        for _ in range(MOST_PAGES):
            items = rows(body, "items", SYSTEM)
            yield items
            token = part(body, "pagination", SYSTEM).get("next")
            if not items or not token:
                return
            further = wanted | {"pagination": wanted["pagination"] | {"token": str(token)}}
            body = self._http.read(self._log_call(further), _object)
        raise Defect(f"{SYSTEM}: {LOGS}: more than {MOST_PAGES} pages")

    def _log_call(self, wanted: Body) -> Call:
        return Call("POST", LOGS, LOGS, json=wanted, headers=self._headers)

    def _wanted(self, field: str, address: str, span: Span) -> Body:
        since, until = span
        return {
            "start": format_datetime(since),
            # The format has no parts of a second, and the last moment shall be in it.
            "end": format_datetime(until + timedelta(seconds=1)),
            "filter": {"AND": [_equals("domain", self._domain), _equals(field, address)]},
            "include_subaccounts": True,
            "include_totals": True,
            "pagination": {"limit": PAGE_SIZE},
        }

    def _older_pages(self, field: str, address: str, span: Span) -> Iterator[list[Body]]:
        """All pages of the older events. `next` is there for ever: an empty page ends it."""
        begin, end = (f"{moment.timestamp():.3f}" for moment in span)
        params = [
            ("begin", begin),
            ("end", end),
            ("ascending", "yes"),
            ("limit", str(PAGE_SIZE)),
            (field, address),
        ]
        path = EVENTS.replace("{domain}", self._domain)
        call = Call("GET", EVENTS, path, params=params, headers=self._headers)
        for _ in range(MOST_PAGES):
            body = self._http.read(call, _object)
            items = rows(body, "items", SYSTEM)
            if not items:
                return
            yield items
            further = part(body, "paging", SYSTEM).get("next")
            call = following(call, further, self._http.base_url, SYSTEM)
        raise Defect(f"{SYSTEM}: {EVENTS}: more than {MOST_PAGES} pages")


def _equals(attribute: str, value: str) -> Body:
    values = [{"label": value, "value": value}]
    return {"attribute": attribute, "comparator": "=", "values": values}


def _object(answer: Answer) -> Body:
    return object_of(answer, system="mailgun")


def _none_if_not_to_be_had(answer: Answer) -> Body | None:
    return None if answer.status in NOT_TO_BE_HAD else _object(answer)
