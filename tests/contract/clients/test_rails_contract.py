"""rails_admin's traps and every way an answer can go wrong, against the sandbox."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.http import CallMade
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Contains
from domain.errors import Defect, HandoverError, OutcomeUnknown, Refused, SignInExpired, Transient
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

NILS = "nils.nordquist@brightwater.example"
EDIT = "/edit$"
READS = {"method": "GET", "system": "customersdot"}
SAVES = {"method": "POST", "path": EDIT, "system": "customersdot"}


@pytest.fixture
def nils(dot: CustomersDot) -> str:
    """Nils's id, read while all is well; the client is signed in from then on."""
    return known(dot.customer_by_email(NILS)).id


@pytest.fixture
def rename(admin: RailsAdmin, nils: str, window: WriteWindow) -> Callable[..., None]:
    """A write: rename Nils."""
    return lambda opens=window: admin.update("customer", nils, {"last_name": "Renamed"}, opens)


@pytest.fixture
def renamed(sandbox: Sandbox) -> Callable[[], int]:
    """How often Nils was really renamed, by the sandbox's own log."""
    return lambda: len(sandbox.writes())


# Sign-in


def test_a_wrong_password(make_admin: Callable[..., RailsAdmin]) -> None:
    """The sign-in page comes again with status 200: nobody is signed in."""
    with pytest.raises(SignInExpired, match="not accepted"):
        make_admin(("ops@handover.example", "wrong")).find("customer", "1")


def test_no_password(make_admin: Callable[..., RailsAdmin], sandbox: Sandbox) -> None:
    """Missing credentials are named without asking the server to judge them."""
    with pytest.raises(SignInExpired, match="CUSTOMERSDOT_PASSWORD"):
        make_admin(("ops@handover.example", "")).find("customer", "1")


READINGS: dict[str, Callable[[RailsAdmin, str], object]] = {
    "find": lambda admin, nils: admin.find("customer", nils),
    "export": lambda admin, nils: admin.find("customer", nils, ["id", "email"]),
    "show": lambda admin, nils: admin.show("customer", nils),
    "rows": lambda admin, _: admin.rows("customer", [Contains("email", NILS)]),
    "history": lambda admin, nils: admin.history("customer", nils),
    "edit_form": lambda admin, nils: admin.edit_form("customer", nils),
    "new_form": lambda admin, _: admin.new_form("customer"),
}


@pytest.mark.parametrize("kind", ["expired_session", "login_page_200"])
@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS.keys())
def test_a_session_that_ended_is_renewed(
    sandbox: Sandbox, admin: RailsAdmin, nils: str, reading: Any, kind: str
) -> None:
    """Whatever is read, and however the server says it, we sign in again and read."""
    sandbox.fault(kind, **READS)
    assert reading(admin, nils)
    assert sandbox.hits() == 1


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS.keys())
def test_signing_in_again_is_tried_once(
    sandbox: Sandbox, admin: RailsAdmin, nils: str, reading: Any
) -> None:
    """Where even a fresh session shows the sign-in page, a person is needed."""
    sandbox.fault("login_page_200", times=None, path="/admin/", **READS)
    with pytest.raises(SignInExpired):
        reading(admin, nils)
    assert sandbox.hits() == 2


def test_only_a_proxy_answers(sandbox: Sandbox, admin: RailsAdmin, nils: str) -> None:
    """A sign-in page without our form is nothing we can fill in."""
    sandbox.fault("login_page_200", times=None, **READS)
    with pytest.raises(SignInExpired, match="no form for email and password"):
        admin.find("customer", nils)


# Reading


def test_a_missing_record_is_a_list(admin: RailsAdmin, nils: str) -> None:
    """rails_admin answers a missing id with 200 and the list: it is missing all the same."""
    assert admin.show("customer", "999999") is None
    assert known(admin.show("customer", nils))["email"] == NILS


@pytest.mark.parametrize("bad", ["", "1abc", "1/edit", " 1"])
def test_an_odd_id_is_not_sent(
    make_admin: Callable[..., RailsAdmin], window: WriteWindow, bad: str
) -> None:
    """rails_admin would take `1abc` for 1."""
    calls: list[CallMade] = []
    admin = make_admin(on_call=calls.append)
    for attempt in (
        lambda: admin.show("customer", bad),
        lambda: admin.find("customer", bad),
        lambda: admin.history("customer", bad),
        lambda: admin.edit_form("customer", bad),
        lambda: admin.update("customer", bad, {"last_name": "X"}, window),
        lambda: admin.delete("customer", bad, window),
    ):
        with pytest.raises(Defect):
            attempt()
    assert calls == []


class Misspelt(Contains):
    """A filter whose operator the server does not know."""

    def params(self, number: int) -> list[tuple[str, str]]:
        return [(f"f[email][{number}][o]", "lik"), (f"f[email][{number}][v]", self.value)]


def test_a_dropped_filter_does_not_pass(admin: RailsAdmin) -> None:
    """The server drops what it does not understand and returns every row: that is noticed."""
    with pytest.raises(Defect) as caught:
        admin.rows("customer", [Misspelt("email", NILS)])
    assert caught.value.code == "filter-dropped"


def test_a_late_list_is_read_again(
    sandbox: Sandbox, rename: Callable[..., None], admin: RailsAdmin
) -> None:
    """A list may show a row as it was before it matched; that is no dropped filter."""
    rename()
    sandbox.fault("stale_read", path="customer.json", **READS)
    (row,) = admin.rows("customer", [Contains("last_name", "Renamed")])
    assert (row["last_name"], sandbox.hits()) == ("Renamed", 1)


def test_a_list_without_a_filter_is_not_asked_for(admin: RailsAdmin) -> None:
    """No filter at all is the same as a dropped one."""
    with pytest.raises(Defect):
        admin.rows("customer", [])


def test_an_unknown_field_is_a_server_error(admin: RailsAdmin) -> None:
    """The server answers 500 to a filter on a field that it does not have."""
    with pytest.raises(Transient, match="status 500"):
        admin.rows("customer", [Contains("shoe_size", "42")])


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("refuse", {}),
        ("reset", {}),
        ("timeout_before", {}),
        ("truncated", {}),
        ("rate_concurrency", {"seconds": 0.01}),
        ("rate_limit", {"seconds": 0.01}),
        ("status", {"code": 500}),
        ("status", {"code": 502, "body": "<h1>Bad Gateway</h1>"}),
        ("status", {"code": 503, "headers": {"Retry-After": "0"}}),
        ("status", {"code": 504}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
@pytest.mark.parametrize("reading", ["find", "edit_form"])
def test_a_read_gets_over_it(
    sandbox: Sandbox, admin: RailsAdmin, nils: str, reading: Any, kind: str, options: dict[str, Any]
) -> None:
    """One failure of any kind is bridged by asking again, in JSON and in HTML."""
    sandbox.fault(kind, **READS, **options)
    assert READINGS[reading](admin, nils)
    assert sandbox.hits() == 1


def test_a_read_from_a_dripping_server_ends(
    sandbox: Sandbox, make_admin: Callable[..., RailsAdmin], nils: str
) -> None:
    """An answer that arrives byte by byte is cut off at the total limit."""
    sandbox.fault("drip", times=None, seconds=0.02, **READS)
    with pytest.raises(Transient, match="no answer in time"):
        make_admin(total=1).find("customer", nils)


def test_a_long_wait_goes_back(sandbox: Sandbox, admin: RailsAdmin, nils: str) -> None:
    """A wait of minutes is handed to the caller at once."""
    sandbox.fault("rate_concurrency", seconds=120, **READS)
    with pytest.raises(Transient) as caught:
        admin.find("customer", nils)
    assert caught.value.delay == 120


def test_not_allowed_to_read(sandbox: Sandbox, admin: RailsAdmin, nils: str) -> None:
    """A 403 is no for good."""
    sandbox.fault("status", code=403, times=None, **READS)
    with pytest.raises(Refused) as caught:
        admin.find("customer", nils)
    assert (caught.value.code, sandbox.hits()) == ("not-allowed", 1)


# Writing


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


# Privacy


@pytest.mark.parametrize(
    ("kind", "options"),
    [("status", {"code": 500}), ("truncated", {}), ("reset", {}), ("status", {"code": 418})],
    ids=["500", "truncated", "reset", "418"],
)
def test_nothing_personal_in_errors_or_logs(
    sandbox: Sandbox,
    admin: RailsAdmin,
    window: WriteWindow,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    options: dict[str, Any],
) -> None:
    """Neither names nor addresses appear, read or written, at the loudest log level."""
    caplog.set_level(1)
    dot = CustomersDot(admin)
    nils = known(dot.customer_by_email(NILS))
    (contact,) = dot.contacts_by_email("orla.finchley@brightwater.example")
    sandbox.fault(kind, times=None, path="customer|contact", **options)
    shown = []
    for attempt in (
        lambda: dot.customer_by_email(NILS),
        lambda: dot.customer_history(nils.id),
        lambda: dot.update_contact(contact.id, {"work_email": NILS}, window),
    ):
        with pytest.raises((Transient, Defect, OutcomeUnknown)) as caught:
            attempt()
        shown += [str(caught.value), repr(caught.value.__context__)]
    text = (caplog.text + "".join(shown)).casefold()
    assert "get /admin/customer" in text
    for word in ("brightwater", "nordquist", "finchley", "%40", "sandbox-password"):
        assert word not in text
