"""An application's own actions on a record: there where the record's page has their tab.

A tab that is not possible is not rendered, so its absence says so (facts: customersdot, B7). The
form behind it is discovered, never assumed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from clients.answers import Answer, Call
from clients.http import undocumented
from clients.rails_admin import RailsAdmin
from clients.rails_filters import checked_id
from clients.rails_form_pages import HTML
from clients.rails_session import not_allowed
from clients.rails_tool_forms import ToolForm, parse_tabs, parse_tool_form
from clients.rails_verdict import gone
from domain.errors import Defect, Refused, Transient
from domain.windows import WriteWindow

Fill = Callable[[ToolForm], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Tool:
    """An action: the words on its tab, and the page of the record on which we look for the tab.

    All pages of a record have its tabs. `page` is empty for Show. `opens_only` marks an action that
    may be done as soon as its page is opened: that page is never read, only written to.
    """

    model: str
    key: str
    tab: str
    page: str = ""
    opens_only: bool = False

    def __str__(self) -> str:
        return f"/admin/{self.model}/{{id}}/{self.key}"


class Tools:
    """The tabs of records, and the forms behind them."""

    def __init__(self, admin: RailsAdmin) -> None:
        self._admin = admin

    def has_tab(self, tool: Tool, record_id: str) -> bool:
        """Whether the record has the tab. Raises Stale if the record is missing."""
        return self._address(tool, record_id) is not None

    def offers(self, tool: Tool, record_id: str) -> bool:
        """Whether we could use it: the tab is there, and its form where that may be read."""
        try:
            address = self._address(tool, record_id)
        except Refused:
            return False
        if address is None or tool.opens_only:
            return address is not None
        call = Call("GET", str(tool), address, headers=HTML)
        return self._admin.look(call, lambda answer: self._parsed(answer, call) is not None)

    def fill_in(self, tool: Tool, record_id: str, fill: Fill, window: WriteWindow) -> None:
        """Open the tab, fill in its form and send it. Raises as a write of `RailsAdmin`.

        Refused with code `not-offered` where the record has no such tab.
        """

        def make() -> Call:
            form = self.form(tool, record_id)
            return form.call(str(tool), self._below_base(form.path), fill(form))

        self._admin.send(make, window)

    def form(self, tool: Tool, record_id: str) -> ToolForm:
        """The form behind a tab."""
        call = self._opening(tool, record_id)

        def understand(answer: Answer) -> ToolForm:
            _raise_if_not_there(answer)
            form = self._parsed(answer, call)
            if form is None:
                text = f"{answer.title}: the form is not on its page"
                raise Transient(text, code="unreadable")
            return form

        return self._admin.look(call, understand)

    def open(self, tool: Tool, record_id: str, window: WriteWindow) -> None:
        """Do what a tab does, whether its page asks first or acts as soon as it is opened.

        So opening is the write: it happens once, and an answer that is lost leaves it open.
        """
        opened: list[Call] = []

        def make() -> Call:
            opened.append(self._opening(tool, record_id))
            return opened[-1]

        def confirm(answer: Answer) -> Call | None:
            form = self._parsed(answer, opened[-1])
            return form.call(str(tool), self._below_base(form.path), {}) if form else None

        self._admin.send(make, window, confirm)

    def _parsed(self, answer: Answer, call: Call) -> ToolForm | None:
        """The form on a page. It is sent to that page or to one below it."""
        here = self._whole(call.path)
        return parse_tool_form(answer.text, here) if answer.status == 200 else None

    def _opening(self, tool: Tool, record_id: str) -> Call:
        address = self._address(tool, record_id)
        if address is None:
            raise Refused(f"CustomersDot: {tool}: the record has no such tab", code="not-offered")
        return Call("GET", str(tool), address, headers=HTML)

    def _address(self, tool: Tool, record_id: str) -> str | None:
        """Where a tab leads, below the base address; None if the record does not have it."""
        page = f"/admin/{tool.model}/{checked_id(record_id)}"
        name = f"/admin/{tool.model}/{{id}}"
        more = f"/{tool.page}" if tool.page else ""
        call = Call("GET", name + more, page + more, headers=HTML)
        tabs = self._admin.look(call, _tabs)
        found = tabs.get(tool.tab.casefold())
        if found is None:
            return None
        target = urlsplit(urljoin(self._admin.base_url + page, found))
        if not f"{target.path}/".startswith(self._whole(f"{page}/")) or not self._is_ours(found):
            raise Defect(f"CustomersDot: {tool}: its tab leads elsewhere", code="odd-tab")
        return self._below_base(target.path)

    def _is_ours(self, address: str) -> bool:
        host = urlsplit(address).netloc
        return host in ("", urlsplit(self._admin.base_url).netloc)

    def _whole(self, path: str) -> str:
        return urlsplit(self._admin.base_url).path + path

    def _below_base(self, path: str) -> str:
        return path.removeprefix(urlsplit(self._admin.base_url).path)


def _tabs(answer: Answer) -> dict[str, str]:
    _raise_if_not_there(answer)
    tabs = parse_tabs(answer.text)
    if not tabs:
        # Every record has some: without any, the absence of one would prove nothing.
        raise Transient(f"{answer.title}: there are no tabs on the page", code="unreadable")
    return tabs


def _raise_if_not_there(answer: Answer) -> None:
    if answer.status == 403:
        raise not_allowed(answer)
    if answer.status == 404:
        raise gone(answer)
    if answer.status != 200:
        raise undocumented(answer)
