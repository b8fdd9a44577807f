"""The pages with a form: where they are, and what is sent from them (facts: B1 and B4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clients.answers import Call
from clients.rails_filters import checked_id
from clients.rails_forms import Form
from domain.errors import Defect
from domain.records import Scalar

HTML = {"Accept": "text/html"}
VERBS = {"edit": "put", "delete": "delete"}


class FieldMissing(Defect):
    """A form lacks fields that were to be filled in. Nothing was sent."""

    code = "field-missing"

    def __init__(self, page: str, names: Sequence[str]) -> None:
        super().__init__(f"CustomersDot: {page}: the form has no field {', '.join(names)}")
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a form. `verb` is the method that its form must have."""

    model: str
    name: str
    path: str
    verb: str


def submission(page: Page, form: Form, values: Mapping[str, str | None]) -> Call:
    """The call that sends a form. None stands for the value that the form has at present.

    Raises Defect for a field that the form does not have.
    """
    missing = [name for name in values if name not in form.fields]
    if missing:
        # The server would drop such a field without an error.
        raise FieldMissing(page.name, missing)
    key = page.model.replace("~", "_")
    sent = [("_method", form.method)] if page.verb != "post" else []
    sent.append(("authenticity_token", form.token))
    for name, value in values.items():
        sent.append((f"{key}[{name}]", (form.fields[name] or "") if value is None else value))
    return Call("POST", page.name, page.path, form=sent, headers=HTML)


def record_page(model: str, record_id: str, action: str) -> Page:
    """The page for an action on a record: `edit` or `delete`. Raises Defect for an odd id."""
    name = f"/admin/{model}/{{id}}/{action}"
    return Page(model, name, name.replace("{id}", checked_id(record_id)), VERBS[action])


def new_page(model: str) -> Page:
    """The page for a new record."""
    path = f"/admin/{model}/new"
    return Page(model, path, path, "post")


def encoded(values: Mapping[str, Scalar]) -> dict[str, str | None]:
    """Values as a form writes them: a box is 1 or 0, nothing is empty text."""
    texts = {True: "1", False: "0", None: ""}
    return {
        name: texts[value] if value is None or isinstance(value, bool) else str(value)
        for name, value in values.items()
    }
