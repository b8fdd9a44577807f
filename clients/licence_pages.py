"""The page that decodes a pasted licence (facts: customersdot, A2). It is read only, though a POST.

The form is discovered by its one large text field; what it answers, by the words beside the values.
"""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from clients.answers import Answer, Call
from clients.http import undocumented
from clients.rails_admin import RailsAdmin
from clients.rails_form_pages import HTML
from clients.rails_forms import attribute
from clients.rails_session import not_allowed
from clients.rails_sign_in import ANEW
from clients.rails_tool_forms import ToolForm, parse_tool_form
from domain.errors import Defect, Refused, SignInExpired
from domain.licences import DecodedLicence

PAGE = "/admin/license/validate_license"
LONGEST = 65_536
"""Characters. A licence has a few thousand."""

_TEXT = re.compile(r"[\x20-\x7e\s]+", re.ASCII)
_RECORD = re.compile(r"/admin/license/([1-9][0-9]*)$")
YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


def checked_text(pasted: str) -> str:
    """The text, if it can be a licence's. Raises Refused with code `not-a-licence-text` (V4)."""
    if not pasted.strip():
        raise _no_licence("is empty")
    if len(pasted) > LONGEST:
        raise _no_licence(f"is longer than {LONGEST} characters")
    if not _TEXT.fullmatch(pasted):
        raise _no_licence("is not plain text")
    return pasted


def _no_licence(why: str) -> Refused:
    return Refused(f"What was pasted as a licence {why}.", rule="V4", code="not-a-licence-text")


def validation(admin: RailsAdmin, pasted: str) -> DecodedLicence | None:
    """What the page says of a text, None if it does not decode. A stale token is met once."""
    here = urlsplit(admin.base_url).path
    for _ in range(2):
        form = admin.look(_opening(), lambda answer: _form(answer, here + PAGE))
        (area,) = form.areas
        page = admin.look(form.call(PAGE, form.path.removeprefix(here), {area: pasted}), _page)
        if page is not None:
            return _decoded(page)
    raise SignInExpired(f"CustomersDot: POST {PAGE}: our token is not accepted; {ANEW}")


def _opening() -> Call:
    return Call("GET", PAGE, PAGE, headers=HTML)


def _form(answer: Answer, here: str) -> ToolForm:
    if answer.status == 403:
        raise not_allowed(answer)
    form = parse_tool_form(answer.text, here) if answer.status == 200 else None
    if form is None or len(form.areas) != 1:
        raise undocumented(answer, "without its form")
    return form


def _page(answer: Answer) -> BeautifulSoup | None:
    """The page that answers; None where the token did not count."""
    if answer.status == 403:
        raise not_allowed(answer)
    page = BeautifulSoup(answer.text, "html.parser")
    if answer.status == 422 and not answer.text.strip():
        return None
    if answer.status not in {200, 406, 422} or not (_says(page) or page.select(".alert-danger")):
        raise undocumented(answer)
    return page


def _decoded(page: BeautifulSoup) -> DecodedLicence | None:
    says = _says(page)
    if not says:
        return None
    wanted = ("name", "email", "company", "trial", "expires_at")
    missing = [name for name in wanted if name not in says]
    trial = YES_OR_NO.get(says.get("trial", "").casefold())
    if missing or trial is None:
        text = f"CustomersDot: POST {PAGE}: what it says of a licence lacks {missing or 'trial'}"
        raise Defect(text, code="unreadable")
    return DecodedLicence(
        licence_id=_record_id(page),
        name=says["name"],
        email=says["email"],
        company=says["company"],
        trial=trial,
        expires_on=says["expires_at"][:10],
    )


def _says(page: BeautifulSoup) -> dict[str, str]:
    """The values beside their words, in a list or a table; empty if it names no licensee."""
    pairs: dict[str, str] = {}
    for word in page(["dt", "th"]):
        value = word.find_next_sibling(["dd", "td"])
        if isinstance(value, Tag):
            name = "_".join(word.get_text(" ").split()).casefold()
            pairs.setdefault(name, value.get_text(" ", strip=True))
    return pairs if "licensee" in pairs else {}


def _record_id(page: BeautifulSoup) -> str:
    found = (_RECORD.search(attribute(link, "href")) for link in page.select("dd a, td a"))
    return next((match.group(1) for match in found if match), "")
