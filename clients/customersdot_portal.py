"""The portal's sign-in page, on which anybody may ask for a one-time link (facts: A5).

It is used with a session of its own that ends with the call. The link is mailed; nothing that is
read here holds it.
"""

from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from clients.answers import Answer, Call
from clients.http import Http, calls_named, raise_if_down, undocumented
from clients.rails_forms import action_path, attribute, controls_of, token_of_page
from domain.errors import Defect, OutcomeUnknown
from domain.windows import WriteWindow

SIGN_IN = "/customers/sign_in"
HTML = {"Accept": "text/html"}
NOTHING_DONE = frozenset({400, 401, 403, 404, 405, 406, 410, 413, 414, 415})


def send_one_time_link(http: Http, email: str, window: WriteWindow) -> None:
    """Fill in the form and send it once; a token that does not count is tried anew, once.

    Raises Defect if the page has no such form or turns us away, Transient, and OutcomeUnknown where
    a mail may have left.
    """
    for _ in range(2):
        with calls_named(window.request_id):
            call = http.read(_page(), lambda answer: _filled_in(answer, http.base_url, email))
        answer = http.write(call, window)
        if answer.status != 422:
            _raise_unless_taken(answer, http.base_url)
            return
    raise Defect(f"CustomersDot: {call.name}: our token is not accepted", code="token-refused")


def _page() -> Call:
    return Call("GET", SIGN_IN, SIGN_IN, params=[("legacy", "true")], headers=HTML)


def _filled_in(answer: Answer, base_url: str, email: str) -> Call:
    raise_if_down(answer)
    if answer.status != 200:
        raise undocumented(answer)
    page = BeautifulSoup(answer.text, "html.parser")
    found = [one for one in page.select('form input[type="email"]') if attribute(one, "name")]
    form = found[0].find_parent("form") if len(found) == 1 else None
    if form is None or form.select_one('input[type="password"]') is not None:
        raise Defect(f"{answer.title}: there is no form for a one-time link", code="no-form")
    values = {name: value for name, value in controls_of(form) if value is not None}
    values.setdefault("authenticity_token", token_of_page(page))
    values[attribute(found[0], "name")] = email
    path = action_path(form).removeprefix(urlsplit(base_url).path) or SIGN_IN
    return Call("POST", SIGN_IN, path, form=[*values.items()], headers=HTML)


def _raise_unless_taken(answer: Answer, base_url: str) -> None:
    """A redirect to a page of the portal: it says no more, to nobody."""
    if answer.status in {302, 303}:
        target = urlsplit(urljoin(base_url + "/", answer.header("Location")))
        if target.netloc == urlsplit(base_url).netloc:
            return
    if answer.status in NOTHING_DONE:
        raise undocumented(answer)
    text = f"{answer.title}: undocumented answer, status {answer.status}; a link may be on its way"
    raise OutcomeUnknown(text)
