"""Reads of rails_admin: its traps and every way an answer can go wrong, against the sandbox."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.http import CallMade
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Contains
from domain.errors import Defect, OutcomeUnknown, Refused, SignInExpired, Transient
from domain.windows import WriteWindow
from tests.contract.clients.conftest import NILS
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

READS = {"method": "GET", "system": "customersdot"}


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
