"""Forms of rails_admin, read as a browser would send them (facts: customersdot, B4 and B5)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

NEVER_SENT = frozenset({"submit", "button", "reset", "image", "file", "password"})
BANNER = ".alert:not(.alert-dismissible)"
"""What a page says about its record. A flash, which may be about another request, can be closed."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form with the model's plain fields and their present values.

    None stands for a control that sends nothing as it is. `method` is the verb behind the form:
    put for an edit page, delete for a delete page. `token` belongs to this form alone.
    """

    method: str
    token: str = field(repr=False)
    fields: Mapping[str, str | None] = field(repr=False)
    banner: str = field(repr=False)


def parse_form(html: str, path: str, param_key: str) -> Form | None:
    """The form on the page that is sent to `path`, None if there is no such form."""
    page = BeautifulSoup(html, "html.parser")
    forms = page.find_all("form")
    form = next((form for form in forms if action_path(form) == path), None)
    if form is None:
        return None
    controls = dict(controls_of(form))
    return Form(
        method=controls.get("_method") or attribute(form, "method") or "get",
        token=controls.get("authenticity_token") or token_of_page(page),
        fields=dict(_fields(controls, param_key)),
        banner=" ".join(tag.get_text(" ", strip=True) for tag in page.select(BANNER)),
    )


def action_path(form: Tag) -> str:
    """The path that a form is sent to."""
    return urlsplit(attribute(form, "action")).path


def attribute(tag: Tag, name: str) -> str:
    """An attribute's text, empty if the tag has none."""
    value = tag.get(name, "")
    return value if isinstance(value, str) else " ".join(value or [])


def controls_of(form: Tag) -> Iterator[tuple[str, str | None]]:
    """Names and values of a form in page order; None where one sends nothing as it is.

    Of several with one name the last that is sent wins: that is how a hidden 0 and a box that is
    not ticked make 0.
    """
    seen: set[str] = set()
    for control in form.find_all(["input", "select", "textarea"]):
        name = attribute(control, "name")
        if not name or control.has_attr("disabled"):
            continue
        value = _value(control)
        if value is not None or name not in seen:
            yield name, value
        seen.add(name)


def _value(control: Tag) -> str | None:
    if control.name == "textarea":
        return control.get_text().removeprefix("\n")
    if control.name == "select":
        return _selected(control)
    kind = attribute(control, "type").lower()
    if kind in {"checkbox", "radio"}:
        return (attribute(control, "value") or "on") if control.has_attr("checked") else None
    return None if kind in NEVER_SENT else attribute(control, "value")


def _selected(select: Tag) -> str | None:
    options = select.find_all("option")
    first = options[0] if options else None
    chosen = next((option for option in options if option.has_attr("selected")), first)
    if chosen is None:
        return None
    return attribute(chosen, "value") if chosen.has_attr("value") else chosen.get_text(strip=True)


def _fields(controls: Mapping[str, str | None], param_key: str) -> Iterator[tuple[str, str | None]]:
    for name, value in controls.items():
        found = re.fullmatch(rf"{re.escape(param_key)}\[(\w+)\]", name)
        if found:
            yield found.group(1), value


def token_of_page(page: BeautifulSoup) -> str:
    """The token in a page's head, good for every request; empty if there is none."""
    meta = page.select_one('meta[name="csrf-token"]')
    return attribute(meta, "content") if meta else ""
