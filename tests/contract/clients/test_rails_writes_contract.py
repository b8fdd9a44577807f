"""Writes of rails_admin against the sandbox: what landed, what did not, and what is said of it."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from domain.errors import Defect, HandoverError, OutcomeUnknown, Refused, SignInExpired, Transient
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

EDIT = "/edit$"
READS = {"method": "GET", "system": "customersdot"}
SAVES = {"method": "POST", "path": EDIT, "system": "customersdot"}


def test_a_write_is_done_once(
    rename: Callable[..., None], renamed: Callable[[], int], sandbox: Sandbox
) -> None:
    """The plain case: one write, with the name of its window."""
    rename()
    assert renamed() == 1
    assert sandbox.writes()[0]["request_id"] == "run-7f"


def test_a_session_that_ended_before_a_write(
    sandbox: Sandbox, rename: Callable[..., None], renamed: Callable[[], int]
) -> None:
    """An expired cookie makes the write a 422; a fresh page, one more try, one write."""
    sandbox.fault("expired_session", **SAVES)
    rename()
    assert renamed() == 1


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("status", {"code": 422}),
        ("status", {"code": 401}),
        ("status", {"code": 302, "headers": {"Location": "/customersdot/admins/sign_in"}}),
        ("status", {"code": 302, "headers": {"Location": "https://sso.example/login"}}),
        ("login_page_200", {}),
    ],
    ids=["422", "401", "302", "302-elsewhere", "page"],
)
def test_a_write_that_met_a_sign_in(
    sandbox: Sandbox,
    rename: Callable[..., None],
    renamed: Callable[[], int],
    kind: str,
    options: dict[str, Any],
) -> None:
    """Each sign that we are not signed in is met with one more try, and no more."""
    sandbox.fault(kind, **SAVES, **options)
    rename()
    assert renamed() == 1
    sandbox.fault(kind, times=None, **SAVES, **options)
    with pytest.raises(SignInExpired):
        rename()
    assert (renamed(), sandbox.hits()) == (1, 3)


def test_not_allowed_to_write(
    make_admin: Callable[..., RailsAdmin],
    nils: str,
    window: WriteWindow,
    renamed: Callable[[], int],
) -> None:
    """An operator who may only read is refused, not signed out."""
    admin = make_admin(("readonly@handover.example", "sandbox-readonly"))
    assert admin.show("customer", nils)
    with pytest.raises(Refused) as caught:
        admin.update("customer", nils, {"last_name": "X"}, window)
    assert (caught.value.code, renamed()) == ("not-allowed", 0)


def test_a_form_that_is_not_offered(admin: RailsAdmin, window: WriteWindow) -> None:
    """An action that the application has switched off."""
    with pytest.raises(Refused) as caught:
        admin.create("billing_account", {"zuora_account_name": "X"}, window)
    assert caught.value.code == "not-allowed"


LANDED, NOT_LANDED = 1, 0


@pytest.mark.parametrize(
    ("kind", "options", "landed"),
    [
        ("refuse", {}, NOT_LANDED),
        ("reset", {}, NOT_LANDED),
        ("timeout_before", {}, NOT_LANDED),
        ("timeout_after", {}, LANDED),
        ("status", {"code": 500}, NOT_LANDED),
        ("status", {"code": 502, "body": "<h1>Bad Gateway</h1>"}, NOT_LANDED),
        ("status", {"code": 503, "headers": {"Retry-After": "1"}}, NOT_LANDED),
        ("status_after", {"code": 500}, LANDED),
        ("status_after", {"code": 504}, LANDED),
        ("status", {"code": 409}, NOT_LANDED),
        ("status", {"code": 200, "body": "<h1>Hello</h1>"}, NOT_LANDED),
        ("status", {"code": 302, "headers": {"Location": "/maintenance"}}, NOT_LANDED),
    ],
)
def test_an_unknown_outcome(
    sandbox: Sandbox,
    rename: Callable[..., None],
    renamed: Callable[[], int],
    kind: str,
    options: dict[str, Any],
    landed: int,
) -> None:
    """Whether it landed or not looks the same from here; it is never sent again."""
    sandbox.fault(kind, **SAVES, **options)
    with pytest.raises(OutcomeUnknown):
        rename()
    assert (renamed(), sandbox.hits()) == (landed, 1)


@pytest.mark.parametrize(
    ("code", "error", "word"),
    [(403, Refused, "not-allowed"), (400, Defect, "defect"), (413, Defect, "defect")],
)
def test_a_write_that_was_turned_away(
    sandbox: Sandbox,
    rename: Callable[..., None],
    renamed: Callable[[], int],
    code: int,
    error: type[HandoverError],
    word: str,
) -> None:
    """These answers say that nothing was done."""
    sandbox.fault("status", code=code, **SAVES)
    with pytest.raises(error) as caught:
        rename()
    assert (caught.value.code, renamed()) == (word, 0)


@pytest.mark.parametrize(("kind", "seconds"), [("rate_concurrency", 2), ("rate_limit", 600)])
def test_a_write_too_many(
    sandbox: Sandbox,
    rename: Callable[..., None],
    renamed: Callable[[], int],
    kind: str,
    seconds: int,
) -> None:
    """A 429 on a write is never slept: its window would pass."""
    sandbox.fault(kind, seconds=seconds, **SAVES)
    with pytest.raises(Transient) as caught:
        rename()
    assert (caught.value.delay, renamed(), sandbox.hits()) == (seconds, 0, 1)


def test_a_closed_window(rename: Callable[..., None], renamed: Callable[[], int]) -> None:
    """After the window the form may be read, but nothing is sent."""
    with pytest.raises(Transient) as caught:
        rename(WriteWindow("run-7f", time.monotonic() - 1))
    assert (caught.value.code, renamed()) == ("window-closed", 0)


def test_a_window_that_closes_before_the_second_try(
    sandbox: Sandbox, make_admin: Callable[..., RailsAdmin], nils: str, renamed: Callable[[], int]
) -> None:
    """The second try of a 422 needs an open window like the first."""
    admin = make_admin()
    admin.find("customer", nils)
    sandbox.fault("expired_session", **SAVES)
    sandbox.fault("latency", seconds=0.4, path="sign_in", **READS)
    with pytest.raises(Transient) as caught:
        admin.update("customer", nils, {"last_name": "X"}, WriteWindow("r", time.monotonic() + 0.3))
    assert (caught.value.code, renamed()) == ("window-closed", 0)


@pytest.mark.parametrize(
    ("kind", "options"), [("truncated", {}), ("drip", {"seconds": 0.1})], ids=["truncated", "drip"]
)
def test_an_answer_that_does_not_arrive_whole(
    sandbox: Sandbox,
    make_admin: Callable[..., RailsAdmin],
    nils: str,
    kind: str,
    options: dict[str, Any],
) -> None:
    """Half an answer is no verdict, and one that comes byte by byte ends with the window."""
    admin = make_admin(read=10)
    admin.find("customer", nils)
    sandbox.fault(kind, **SAVES, **options)
    opens = WriteWindow("run-7f", time.monotonic() + 1.5)
    with pytest.raises(OutcomeUnknown):
        # A refused save: its answer is a whole page, that of an accepted one has no body.
        admin.update("customer", nils, {"last_name": ""}, opens)


def test_the_form_fails_before_the_write(
    sandbox: Sandbox, rename: Callable[..., None], renamed: Callable[[], int]
) -> None:
    """If the form can't be read, nothing is sent, and it is only a read that failed."""
    sandbox.fault("status", code=500, times=None, path=EDIT, **READS)
    with pytest.raises(Transient):
        rename()
    assert renamed() == 0


def test_a_refused_delete_says_why(
    admin: RailsAdmin, dot: CustomersDot, window: WriteWindow, renamed: Callable[[], int]
) -> None:
    """A model can refuse to be deleted; the reason stands in the 406 answer."""
    orla = known(dot.customer_by_email("orla.finchley@brightwater.example"))
    with pytest.raises(Refused, match="a dependent billing account membership exists"):
        admin.delete("customer", orla.id, window)
    assert renamed() == 0


def test_an_update_without_a_change(admin: RailsAdmin, nils: str, window: WriteWindow) -> None:
    """An empty update would be answered like a good one."""
    with pytest.raises(Defect):
        admin.update("customer", nils, {}, window)
