"""Zendesk: tickets and who wrote on them, and internal notes that are posted once.

Implements facts/neighbours.md, section 4. Every method raises Transient, SignInExpired, Refused
(codes `zendesk-permission`, `ticket-unknown` and the ones named below) and Defect. What stands on
a ticket gets into no message of an error.
"""

from collections.abc import Iterator
from typing import NoReturn, Unpack

from clients import zendesk_records as records
from clients.answers import Answer, Call
from clients.http import Http, OnCall, Options, log_call, options_from
from clients.ledger import Allowance
from clients.plain_answers import Body, basic, following, needed, object_of, part, rows
from clients.zendesk_notes import Note, posted
from config.settings import Settings
from domain.errors import Defect, Refused
from domain.tickets import Comment, TextFile, Ticket, TicketUser
from domain.windows import WriteWindow

SYSTEM = "Zendesk"
PAGE_SIZE = 100
MOST_PAGES = 100
NO_TICKET = "0"
"""A number that no ticket has: an answer that says so proves that our credentials count."""


def configured(settings: Settings) -> bool:
    """Whether Zendesk can be asked at all."""
    return bool(settings.zendesk_url)


class Zendesk:
    """What Handover asks Zendesk, and the notes that it leaves there."""

    def __init__(self, base_url: str, email: str, token: str, **options: Unpack[Options]) -> None:
        self._http = Http(SYSTEM, base_url, name_header="X-Request-Id", **options)
        self._headers = {
            "Authorization": basic(f"{email}/token", token),
            "Accept": "application/json",
        }

    @classmethod
    def from_settings(cls, settings: Settings, *, on_call: OnCall = log_call) -> "Zendesk":
        """The client that the environment describes. Raises Unavailable if it is not configured."""
        allowance = Allowance(settings.zendesk_at_once, settings.zendesk_per_minute)
        return cls(
            settings.zendesk_url,
            settings.zendesk_email,
            settings.zendesk_token.get_secret_value(),
            **options_from(settings, SYSTEM, allowance, on_call),
        )

    def ticket(self, number: str) -> Ticket:
        """A ticket. Raises Refused `ticket-unknown`."""
        body = self._ask(Call("GET", "/api/v2/tickets/{id}", _ticket_path(number)))
        found = records.ticket(part(body, "ticket", SYSTEM))
        if found.id != number:
            raise Defect("Zendesk: the answer is about another ticket than the one asked for")
        return found

    def user(self, user_id: str) -> TicketUser | None:
        """A user of Zendesk, None if there is none any more."""
        if not _is_number(user_id):
            return None  # Zendesk's own automations have -1
        call = Call("GET", "/api/v2/users/{id}", f"/api/v2/users/{user_id}.json")

        def understand(answer: Answer) -> Body | None:
            return None if answer.status == 404 else object_of(answer, system="zendesk")

        body = self._http.read(self._signed(call), understand)
        return None if body is None else records.user(part(body, "user", SYSTEM))

    def comments(self, ticket: str) -> list[Comment]:
        """All comments of a ticket with their authors, oldest first."""
        found = list(self._comment_rows(ticket))
        keys = dict.fromkeys(needed(row, "author_id", SYSTEM) for row in found)
        authors = {key: self.user(key) for key in keys}
        return [records.comment(row, authors[str(row["author_id"])]) for row in found]

    def comment(self, ticket: str, comment_id: str) -> Comment | None:
        """One comment of that ticket with its author, None if it is not on it (V1)."""
        for row in self._comment_rows(ticket):
            if str(row.get("id")) == comment_id:
                return records.comment(row, self.user(needed(row, "author_id", SYSTEM)))
        return None

    def add_internal_note(
        self,
        ticket: str,
        body: str,
        marker: str,
        attachments: tuple[TextFile, ...] = (),
        *,
        window: WriteWindow,
    ) -> str:
        """Leave a note that only agents see, once; returns the comment's id.

        `marker` is one word that no other note has. It is looked for first, and added to the body
        where that lacks it: a note that is there already is not sent again. A change by somebody
        else meanwhile leads to a second look. Raises Refused `ticket-closed`; OutcomeUnknown where
        the note may be there: to call again with the same marker is the way to find out.
        """
        return posted(self, Note(ticket, body, marker, attachments), window)

    def check(self) -> None:
        """Whether our credentials count: returns, or raises as every method does."""
        try:
            self.ticket(NO_TICKET)
        except Refused as error:
            if error.code != "ticket-unknown":
                raise

    def note_with(self, ticket: str, marker: str) -> str:
        """The id of the comment that holds the marker as a word; empty if none does."""
        found = (row for row in self._comment_rows(ticket) if records.holds(row, marker))
        return next((needed(row, "id", SYSTEM) for row in found), "")

    def send(self, call: Call, window: WriteWindow) -> Answer:
        """Send one write, once. Raises as Http.write does."""
        return self._http.write(self._signed(call), window)

    def _comment_rows(self, ticket: str) -> Iterator[Body]:
        name = "/api/v2/tickets/{id}/comments"
        path = _ticket_path(ticket).removesuffix(".json") + "/comments.json"
        call = Call("GET", name, path, params=[("per_page", str(PAGE_SIZE))])
        for _ in range(MOST_PAGES):
            body = self._ask(call)
            yield from rows(body, "comments", SYSTEM)
            if not body.get("next_page"):
                return
            call = following(call, body["next_page"], self._http.base_url, SYSTEM)
        raise Defect(f"{SYSTEM}: {name}: more than {MOST_PAGES} pages")

    def _ask(self, call: Call) -> Body:
        def understand(answer: Answer) -> Body:
            if answer.status == 404:
                _unknown()
            return object_of(answer, system="zendesk")

        return self._http.read(self._signed(call), understand)

    def _signed(self, call: Call) -> Call:
        return records.with_headers(call, self._headers)


def _ticket_path(number: str) -> str:
    if not _is_number(number):
        _unknown()
    return f"/api/v2/tickets/{number}.json"


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit()


def _unknown() -> NoReturn:
    raise Refused("There is no ticket of this number in Zendesk; check it.", code="ticket-unknown")
