"""Sending a form: from a page that was just read, once, with one more try where nothing counted."""

from collections.abc import Callable

from clients.answers import Answer, Call
from clients.http import Http, calls_named
from clients.rails_sign_in import ANEW
from clients.rails_verdict import needs_fresh_page, raise_unless_accepted
from domain.errors import SignInExpired
from domain.windows import WriteWindow

Make = Callable[[], Call]
Next = Callable[[Answer], Call | None]


def send(http: Http, make: Make, window: WriteWindow, following: Next | None = None) -> None:
    """Send the call that `make` draws from a fresh page, and judge the answer.

    `following` may make one more call of an answer that asks for it. A token or session that does
    not count is met with a fresh page and one more try: nothing was written then. Raises what
    `raise_unless_accepted` does, and SignInExpired.
    """
    for _ in range(2):
        with calls_named(window.request_id):
            call = make()
        answer = http.write(call, window)
        after = following(answer) if following and answer.status == 200 else None
        if after is not None:
            answer = http.write(after, window)
        if not needs_fresh_page(answer, http.base_url):
            raise_unless_accepted(answer, http.base_url)
            return
    text = f"CustomersDot: {call.name}: our token or session is not accepted; {ANEW}"
    raise SignInExpired(text)
