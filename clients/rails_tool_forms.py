"""Tabs and forms of an application's own actions in rails_admin, found by their words (B7).

Their fields have names that nobody has published, so a field is found by its label.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from clients.answers import Call
from clients.rails_form_pages import HTML
from clients.rails_forms import action_path, attribute, controls_of, token_of_page
from domain.errors import Defect

_TABS = SoupStrainer("ul", attrs={"class": re.compile(r"\bnav-tabs\b")})


def parse_tabs(html: str) -> dict[str, str]:
    """The tabs of a record's page, text in lower case to address; empty if it shows none.

    Nothing else of the page is read: what stands on it may be a secret.
    """
    bar = BeautifulSoup(html, "html.parser", parse_only=_TABS)
    links = bar.select('li[class*="_member_link"] a[href]')
    return {_words(link): attribute(link, "href") for link in links}


@dataclass(frozen=True, slots=True)
class ToolForm:
    """A form as a browser would send it, without its buttons.

    `labelled` gives the name of a field for its label, `areas` are the names of large text fields,
    and `shown` is what stands in all fields, also in those that send nothing.
    """

    path: str
    values: Mapping[str, str] = field(repr=False)
    labelled: Mapping[str, str] = field(repr=False)
    areas: tuple[str, ...]
    shown: frozenset[str] = field(repr=False)

    def name_of(self, label: str) -> str:
        """The one field with these words in its label. Raises Defect if there is no such field."""
        found = [name for text, name in self.labelled.items() if label.casefold() in text]
        if len(found) != 1:
            text = f"CustomersDot: the form has {len(found)} fields {label!r}"
            raise Defect(text, code="field-missing")
        return found[0]

    def call(self, name: str, path: str, filled: Mapping[str, str]) -> Call:
        """The call that sends it with these fields filled in; `path` is where it is sent."""
        pairs = [*{**self.values, **filled}.items()]
        return Call("POST", name, path, form=pairs, headers=HTML)


def parse_tool_form(html: str, here: str) -> ToolForm | None:
    """The one form on the page at `here` that is posted to it or below it; None if there is none.

    Several count as none: nobody can tell which one is meant.
    """
    page = BeautifulSoup(html, "html.parser")
    forms = [form for form in page("form") if _is_posted(form, here)]
    if len(forms) != 1:
        return None
    (form,) = forms
    values = {name: value for name, value in controls_of(form) if value is not None}
    values.setdefault("authenticity_token", token_of_page(page))
    fields = [one for one in form(["input", "select", "textarea"]) if _is_seen(one)]
    return ToolForm(
        path=action_path(form) or here,
        values=values,
        labelled=dict(_labelled(form, fields)),
        areas=tuple(attribute(one, "name") for one in fields if one.name == "textarea"),
        shown=frozenset(attribute(one, "value") for one in fields) - {""},
    )


def _is_posted(form: Tag, here: str) -> bool:
    path = action_path(form) or here
    return attribute(form, "method").lower() == "post" and f"{path}/".startswith(f"{here}/")


def _is_seen(control: Tag) -> bool:
    return attribute(control, "type").lower() != "hidden"


def _labelled(form: Tag, fields: list[Tag]) -> Iterator[tuple[str, str]]:
    for label in form("label"):
        inside = [one for one in fields if label in one.parents]
        named = [one for one in fields if attribute(one, "id") == attribute(label, "for") != ""]
        for control in (inside or named)[:1]:
            if name := attribute(control, "name"):
                yield _words(label), name


def _words(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip().casefold()
