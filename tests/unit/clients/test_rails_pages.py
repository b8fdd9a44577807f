"""Sign-in pages, refusals and history."""

import pytest

from clients.privacy import presentable
from clients.rails_pages import asks_to_sign_in, parse_history, refusal_reasons

PASSWORD = "<input type='password' name='p'>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<form action='/admins/sign_in'>{PASSWORD}</form>", True),
        (f"<form action='/login'>{PASSWORD}</form>", True),
        (f"<form action='/admin/customer/7/edit'>{PASSWORD}</form>", False),
        ("<form action='/admin/customer'></form> sign_in password", False),
        ("", False),
    ],
    ids=["devise", "proxy", "edit-page", "list", "empty"],
)
def test_the_sign_in_page(html: str, expected: bool) -> None:
    """A page that asks for a password and offers no admin page, whatever its status."""
    assert asks_to_sign_in(html) is expected


def test_the_reasons_of_a_refusal() -> None:
    """Each line with a dash is a reason; entities and buttons are gone, emails masked."""
    html = (
        '<div class="alert-danger alert alert-dismissible">Membership failed to be created'
        "<br>- Customer has already been taken<br/>- O&#39;Brien &amp; ada.l@corp.example is odd"
        '<button type="button">Close</button></div>'
    )
    assert refusal_reasons(html) == [
        "Customer has already been taken",
        "O'Brien & a***@c***.example is odd",
    ]


def test_a_refusal_in_one_line() -> None:
    """Without dashes the whole alert is the reason; without an alert there is none."""
    assert refusal_reasons("<p class='alert-danger'> It can't be </p>") == ["It can't be"]
    assert refusal_reasons("<p class='alert-info'>fine</p>") == []


def table(*rows: tuple[str, str, str]) -> str:
    lines = "".join(
        f"<tr><td>{at}</td><td>{user}</td><td>{message}</td></tr>" for at, user, message in rows
    )
    head = "<thead><tr><th>Date/Time</th><th>User</th><th>Message</th></tr></thead>"
    return f"<table id='history'>{head}<tbody>{lines}</tbody></table>"


CREATE = ("November 20, 2026 10:00", "a@x", "create [email = ada@x, uid = 7]")
UPDATE = ("November 20, 2026 10:00", "admin:b@x", "update [last_name = L&#39;], x = [1]]")


def test_history_lines() -> None:
    """Event, user, time and the text in brackets, whatever brackets stand inside."""
    first, second = parse_history(table(CREATE, UPDATE)) or []
    assert (first.event, first.user, first.at) == ("create", "a@x", "November 20, 2026 10:00")
    assert first.changes == "email = ada@x, uid = 7"
    assert (second.event, second.changes) == ("update", "last_name = L'], x = [1]")


def test_an_odd_line_stays_whole() -> None:
    """A message of another shape is kept as the event, so that somebody sees it."""
    (line,) = parse_history(table(("", "", "merged by hand"))) or []
    assert (line.event, line.changes) == ("merged by hand", "")


def test_history_is_turned_round_if_need_be() -> None:
    """Oldest first, also where the application lists the newest first."""
    later = ("December 1, 2026 09:00", "a@x", "update [b = 1]")
    for page in (table(CREATE, UPDATE), table(UPDATE, CREATE)):
        assert [line.event for line in parse_history(page) or []] == ["create", "update"]
    for page in (table(UPDATE, later), table(later, UPDATE)):
        assert [line.at[:8] for line in parse_history(page) or []] == ["November", "December"]


def test_without_readable_dates_the_order_stays() -> None:
    """No create line and no date to go by: the order of the page."""
    page = table(("?", "", "update [b = 1]"), ("?", "", "destroy [b = 2]"))
    assert [line.event for line in parse_history(page) or []] == ["update", "destroy"]


def test_no_history_is_not_an_empty_one() -> None:
    """A page without the table is told from a record without lines."""
    assert parse_history("<p>Dashboard</p>") is None
    assert parse_history(table()) == []


def test_presentable_text() -> None:
    """In one line, cut at 300 letters, emails masked in plain and in percent form."""
    assert presentable(" a\n b ") == "a b"
    assert (
        presentable("to:ada@x.example, <bob%40y.example>!")
        == "to:a***@x***.example, <b***@y***.example>!"
    )
    assert len(presentable("x" * 400)) == 300
