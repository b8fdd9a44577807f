"""The protocol of rails_admin over HTTP; it knows no model (facts: customersdot, part B).

Reads are JSON where rails_admin has it. Writes go through the form of the page: it is read first,
only what shall change is sent, and the answer is judged by more than its status. Accepted means
that the server says so: the caller reads back.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, Unpack
from urllib.parse import urlsplit

from clients.answers import Answer, Call
from clients.http import Http, Options, undocumented
from clients.rails_filters import Filter, Row, checked_id
from clients.rails_form_pages import HTML, Page, encoded, new_page, record_page, submission
from clients.rails_forms import Form, parse_form
from clients.rails_pages import parse_history
from clients.rails_session import Reader
from clients.rails_sign_in import SignIn
from clients.rails_verdict import gone
from clients.rails_writing import Make, Next, send
from clients.shared_secret import Keeper, MemoryKeeper
from domain.errors import Defect, Stale, Transient
from domain.records import HistoryLine, Scalar
from domain.windows import WriteWindow

T = TypeVar("T")
Columns = dict[str, Any]
"""A row as JSON has it: values by column."""

JSON = {"Accept": "application/json"}


class RailsAdmin:
    """Lists, records, history and writes of one rails_admin application.

    Reads raise SignInExpired, Refused with code `not-allowed`, Transient and Defect. Writes also
    raise Stale where the record is gone, Refused with code `already-taken` or `not-accepted`
    where the application's own checks say no, and OutcomeUnknown.
    """

    def __init__(
        self,
        base_url: str,
        sign_in: SignIn,
        *,
        keeper: Keeper | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._new_http = partial(
            Http, "CustomersDot", base_url, name_header="X-Request-Id", **options
        )
        self._http = self._new_http()
        self._reader = Reader(self._http, sign_in, keeper or MemoryKeeper())

    def rows(self, model: str, filters: Sequence[Filter], columns: Sequence[str] = ()) -> list[Row]:
        """All records that match every filter, lowest id first.

        `columns` asks for these alone, which is the way to those that a list leaves out: Devise
        keeps `unconfirmed_email` from everybody who does not name it. Raises Defect if a row does
        not match: then the server has dropped a filter.
        """
        if not filters:
            raise Defect(f"CustomersDot: a list of {model} without a filter is everything")
        params = [("all", "true")]
        for number, one in enumerate(filters, start=1):
            params += one.params(number)
        # A late answer can hold a row that matches no longer; a dropped filter stays dropped.
        for _ in range(2):
            rows = self._rows(model, params, columns)
            if all(one.matches(row) for row in rows for one in filters):
                return sorted(rows, key=lambda row: int(row["id"]))
        text = f"CustomersDot: the list of {model} holds rows that the filter excludes"
        raise Defect(text, code="filter-dropped")

    def listing(
        self,
        model: str,
        params: Sequence[tuple[str, str]],
        columns: Sequence[str],
        understand: Callable[[list[Columns]], T],
    ) -> T:
        """What `understand` makes of one list; of an export, where `columns` are named.

        It has to see for itself that the rows are the ones that `params` ask for. Where it raises
        Transient, the list is asked for again a few times.
        """
        path = f"/admin/{model}/export" if columns else f"/admin/{model}.json"
        if columns:
            params = [*params, ("json", "1"), *(("schema[only][]", name) for name in columns)]

        def understand_rows(answer: Answer) -> T:
            rows = _json(answer)
            if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
                raise Defect(f"CustomersDot: the list of {model} is not a list of records")
            return understand(rows)

        return self._reader.read(
            Call("GET", path, path, params=params, headers=JSON), understand_rows
        )

    def find(self, model: str, record_id: str, columns: Sequence[str] = ()) -> Row | None:
        """The record as a list shows it, None if it does not exist: the check that can't lie."""
        rows = self._rows(model, [("bulk_ids[]", checked_id(record_id))], columns)
        if [str(row["id"]) for row in rows] not in ([], [record_id]):
            raise Defect(f"CustomersDot: asked for one {model}, got others")
        return rows[0] if rows else None

    def show(self, model: str, record_id: str) -> Row | None:
        """The record; None if it is missing, which rails_admin says with 200 and a list."""
        path = f"/admin/{model}/{checked_id(record_id)}.json"
        call = Call("GET", f"/admin/{model}/{{id}}.json", path, headers=JSON)
        row = self._reader.read(call, _json)
        if isinstance(row, list):
            return None
        if not isinstance(row, dict) or str(row.get("id")) != record_id:
            raise Defect(f"CustomersDot: asked for one {model}, got another")
        return row

    def history(self, model: str, record_id: str) -> list[HistoryLine]:
        """All lines of a record's history, oldest first. Raises Stale if the record is missing.

        The page's own filter matches events only (rails_admin issue 3064), so all lines are read.
        """
        path = f"/admin/{model}/{checked_id(record_id)}/history"
        name = f"/admin/{model}/{{id}}/history"
        call = Call("GET", name, path, params=[("all", "true")], headers=HTML)
        return self._reader.read(call, _history)

    def edit_form(self, model: str, record_id: str) -> Form:
        """The form of a record's edit page. Raises Stale if the record is missing."""
        return self._form(record_page(model, record_id, "edit"))

    def new_form(self, model: str) -> Form:
        """The form for a new record."""
        return self._form(new_page(model))

    @property
    def base_url(self) -> str:
        """Where the application is, without a slash at the end."""
        return self._http.base_url

    def look(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """What `understand` makes of the answer to a read of any page, as a signed-in person."""
        return self._reader.look(call, understand)

    def send(self, make: Make, window: WriteWindow, following: Next | None = None) -> None:
        """Send a form of the application's own; see `rails_writing.send`."""
        send(self._http, make, window, following)

    def visitor(self) -> Http:
        """Calls to the same host as somebody who is not signed in, in a session of their own."""
        return self._new_http()

    @property
    def session(self) -> int:
        """Which sign-in we use; one more with each renewal, 0 before the first."""
        return self._reader.session

    def take_newer_session(self) -> bool:
        """Uses what others have put in the place of our session; tells whether they have."""
        return self._reader.take_newer_session()

    def offers(self, model: str, action: str, record_id: str) -> bool:
        """Whether we get the form of `edit`, `new` or `delete`. Raises Stale if the record is gone.

        A hidden action and a missing record are both a 404: the list tells them apart.
        """
        page = new_page(model) if action == "new" else record_page(model, record_id, action)
        call = Call("GET", page.name, page.path, headers=HTML)
        offered = self._reader.look(call, lambda answer: self._has_form(answer, page))
        if not offered and record_id and self.find(model, record_id) is None:
            raise Stale(f"CustomersDot: {page.name}: there is no such record", code="missing")
        return offered

    def _has_form(self, answer: Answer, page: Page) -> bool:
        if answer.status not in {200, 302, 303, 403, 404}:
            raise undocumented(answer)
        form = self._parsed(answer, page) if answer.status == 200 else None
        return form is not None and form.method.lower() == page.verb

    def _parsed(self, answer: Answer, page: Page) -> Form | None:
        path = urlsplit(self._http.base_url).path + page.path
        return parse_form(answer.text, path, page.model.replace("~", "_"))

    def update(
        self, model: str, record_id: str, changes: Mapping[str, Scalar], window: WriteWindow
    ) -> None:
        """Change some fields of a record and nothing else."""
        if not changes:
            raise Defect(f"CustomersDot: an update of {model} without a change")
        self._submit(record_page(model, record_id, "edit"), encoded(changes), window)

    def save_unchanged(
        self, model: str, record_id: str, fields: Sequence[str], window: WriteWindow
    ) -> None:
        """Save a record with the present values of some fields, for the sake of side effects.

        Not all of them, as a browser would: a date that is printed to the minute, sent back,
        is a change.
        """
        self._submit(record_page(model, record_id, "edit"), dict.fromkeys(fields), window)

    def create(self, model: str, values: Mapping[str, Scalar], window: WriteWindow) -> None:
        """Create a record with these values, the rest being the server's defaults."""
        if not values:
            raise Defect(f"CustomersDot: a new {model} without a value")
        self._submit(new_page(model), encoded(values), window)

    def delete(self, model: str, record_id: str, window: WriteWindow) -> None:
        """Delete a record. Raises Stale if it is gone already."""
        self._submit(record_page(model, record_id, "delete"), {}, window)

    def _rows(
        self, model: str, params: Sequence[tuple[str, str]], columns: Sequence[str]
    ) -> list[Columns]:
        return self.listing(model, params, columns, list)

    def _form(self, page: Page) -> Form:
        def understand(answer: Answer) -> Form:
            if answer.status == 404:
                raise gone(answer)
            form = self._parsed(answer, page)
            if form is None:
                raise Transient(f"{answer.title}: the form is not on its page", code="unreadable")
            return form

        call = Call("GET", page.name, page.path, headers=HTML)
        form = self._reader.read(call, understand)
        if form.method.lower() != page.verb or not form.token:
            raise Defect(f"CustomersDot: {page.name}: the form is not the one that is documented")
        return form

    def _submit(self, page: Page, values: Mapping[str, str | None], window: WriteWindow) -> None:
        """Send a page's form; None stands for the value that the form has at present."""
        send(self._http, lambda: submission(page, self._form(page), values), window)


def _json(answer: Answer) -> Any:
    """Nothing that is asked for in JSON is documented to be a 404, whatever is missing."""
    if answer.status == 404:
        raise undocumented(answer)
    return answer.json()


def _history(answer: Answer) -> list[HistoryLine]:
    if answer.status == 404:
        raise gone(answer)
    lines = parse_history(answer.text)
    if lines is None:
        raise Transient(f"{answer.title}: there is no history on its page", code="unreadable")
    return lines


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and str(row.get("id", "")).isdigit()
