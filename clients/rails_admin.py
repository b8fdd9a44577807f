"""The protocol of rails_admin over HTTP; it knows no model (facts: customersdot, part B).

Reads are JSON where rails_admin has it. Writes go through the form of the page: it is read first,
only what shall change is sent, and the answer is judged by more than its status. Accepted means
that the server says so: the caller reads back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from clients.answers import Answer, Call
from clients.gate import Gate
from clients.http import Http, OnCall, calls_named, log_call, undocumented
from clients.rails_filters import Filter, Row, checked_id
from clients.rails_forms import Form, parse_form
from clients.rails_pages import parse_history
from clients.rails_session import Reader
from clients.rails_sign_in import ANEW, SignIn
from clients.rails_verdict import gone, needs_fresh_page, raise_unless_accepted
from clients.shared_secret import Keeper, MemoryKeeper
from clients.transport import Limits
from domain.errors import Defect, SignInExpired, Transient
from domain.records import HistoryLine, Scalar
from domain.windows import WriteWindow

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a form. `verb` is the method that its form must have."""

    model: str
    name: str
    path: str
    verb: str


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
        limits: Limits | None = None,
        gate: Gate | None = None,
        on_call: OnCall = log_call,
    ) -> None:
        self._http = Http(
            "CustomersDot",
            base_url,
            name_header="X-Request-Id",
            limits=limits,
            gate=gate,
            on_call=on_call,
        )
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
        return self._form(_page(model, record_id, "edit", "put"))

    def new_form(self, model: str) -> Form:
        """The form for a new record."""
        return self._form(_new(model))

    def update(
        self, model: str, record_id: str, changes: Mapping[str, Scalar], window: WriteWindow
    ) -> None:
        """Change some fields of a record and nothing else."""
        if not changes:
            raise Defect(f"CustomersDot: an update of {model} without a change")
        self._submit(_page(model, record_id, "edit", "put"), _encoded(changes), window)

    def save_unchanged(
        self, model: str, record_id: str, fields: Sequence[str], window: WriteWindow
    ) -> None:
        """Save a record with the present values of some fields, for the sake of side effects.

        Not all of them, as a browser would: a date that is printed to the minute, sent back,
        is a change.
        """
        self._submit(_page(model, record_id, "edit", "put"), dict.fromkeys(fields), window)

    def create(self, model: str, values: Mapping[str, Scalar], window: WriteWindow) -> None:
        """Create a record with these values, the rest being the server's defaults."""
        self._submit(_new(model), _encoded(values), window)

    def delete(self, model: str, record_id: str, window: WriteWindow) -> None:
        """Delete a record. Raises Stale if it is gone already."""
        self._submit(_page(model, record_id, "delete", "delete"), {}, window)

    def _rows(
        self, model: str, params: list[tuple[str, str]], columns: Sequence[str]
    ) -> list[dict[str, Any]]:
        path = f"/admin/{model}/export" if columns else f"/admin/{model}.json"
        if columns:
            params = [*params, ("json", "1"), *(("schema[only][]", name) for name in columns)]
        rows = self._reader.read(Call("GET", path, path, params=params, headers=JSON), _json)
        if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
            raise Defect(f"CustomersDot: the list of {model} is not a list of records")
        return rows

    def _form(self, page: Page) -> Form:
        path = urlsplit(self._http.base_url).path + page.path

        def understand(answer: Answer) -> Form:
            if answer.status == 404:
                raise gone(answer)
            form = parse_form(answer.text, path, page.model.replace("~", "_"))
            if form is None:
                raise Transient(f"{answer.title}: the form is not on its page", code="unreadable")
            return form

        call = Call("GET", page.name, page.path, headers=HTML)
        form = self._reader.read(call, understand)
        if form.method.lower() != page.verb or not form.token:
            raise Defect(f"CustomersDot: {page.name}: the form is not the one that is documented")
        return form

    def _submit(self, page: Page, values: Mapping[str, str | None], window: WriteWindow) -> None:
        """Send a page's form; None stands for the value that the form has at present.

        A token or session that does not count is met with a fresh page and one more try.
        """
        for _ in range(2):
            with calls_named(window.request_id):
                form = self._form(page)
            call = _submission(page, form, values)
            answer = self._http.write(call, window)
            if not needs_fresh_page(answer, self._http.base_url):
                raise_unless_accepted(answer, self._http.base_url)
                return
        text = f"CustomersDot: {page.name}: our token or session is not accepted; {ANEW}"
        raise SignInExpired(text)


def _submission(page: Page, form: Form, values: Mapping[str, str | None]) -> Call:
    missing = [name for name in values if name not in form.fields]
    if missing:
        # The server would drop such a field without an error.
        text = f"CustomersDot: {page.name}: the form has no field {', '.join(missing)}"
        raise Defect(text, code="field-missing")
    key = page.model.replace("~", "_")
    sent = [("_method", form.method)] if page.verb != "post" else []
    sent.append(("authenticity_token", form.token))
    for name, value in values.items():
        sent.append((f"{key}[{name}]", (form.fields[name] or "") if value is None else value))
    return Call("POST", page.name, page.path, form=sent, headers=HTML)


def _page(model: str, record_id: str, action: str, verb: str) -> Page:
    name = f"/admin/{model}/{{id}}/{action}"
    return Page(model, name, name.replace("{id}", checked_id(record_id)), verb)


def _new(model: str) -> Page:
    path = f"/admin/{model}/new"
    return Page(model, path, path, "post")


def _encoded(values: Mapping[str, Scalar]) -> dict[str, str | None]:
    """Values as a form writes them: a box is 1 or 0, nothing is empty text."""
    texts = {True: "1", False: "0", None: ""}
    return {
        name: texts[value] if value is None or isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


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
