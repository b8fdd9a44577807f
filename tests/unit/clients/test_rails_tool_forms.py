"""Tabs and forms of an application's own making, in markup that the sandbox has no occasion for."""

import pytest

from clients.rails_tool_forms import ToolForm, parse_tabs, parse_tool_form
from domain.errors import Defect

HERE = "/base/admin/customer/7/unlink"
SECRET = "https://portal.example/one-time/s3cret"


def form(controls: str, around: str = "", attributes: str = f"action='{HERE}'") -> ToolForm:
    found = parse_tool_form(
        f"<meta name='csrf-token' content='global'>{around}"
        f"<form method='POST' {attributes}>{controls}</form>",
        HERE,
    )
    assert found is not None
    return found


def sent(found: ToolForm, **filled: str) -> dict[str, str]:
    return dict(found.call("/name", "/path", filled).form or ())


def test_tabs_by_their_words() -> None:
    """In whatever case and however they are wrapped; nothing else of the page is kept."""
    page = (
        f"<ul class='nav'><li class='a_member_link'><a href='/menu'>Menu</a></li></ul><p>{SECRET}"
        "</p><ul class='nav nav-tabs'><li class='nav-item icon show_member_link'>"
        "<a href='/s'><i></i><span>Show</span></a></li><li class='unlink_member_link'>"
        "<a href='/u'>Unlink \n GitLab <b>User</b></a></li><li><a href='/x'>No action</a></li></ul>"
    )
    assert parse_tabs(page) == {"show": "/s", "unlink gitlab user": "/u"}
    assert parse_tabs(f"<p>{SECRET}</p>") == {}


@pytest.mark.parametrize(
    "field",
    [
        "<label for=i>Zendesk ticket link *</label><input id=i name=x>",
        "<label>Zendesk <b>ticket</b>\n link<input name=x></label>",
        "<label for=i>zendesk Ticket LINK</label><textarea id=i name=x></textarea>",
    ],
)
def test_a_field_by_its_label(field: str) -> None:
    """Beside it or around it."""
    assert form(field).name_of("Zendesk ticket link") == "x"


@pytest.mark.parametrize(
    "field",
    [
        "<input name=zendesk_ticket_link>",
        "<label for=>Zendesk ticket link</label><input name=x>",
        "<label for=i>Zendesk ticket link</label><input id=i>",
        "<label for=i>Zendesk ticket link</label><input id=i type=hidden name=x>",
        "<label>Zendesk ticket link<input name=x></label>"
        "<label>Other Zendesk ticket link<input name=y></label>",
    ],
    ids=["no-label", "for-nothing", "no-name", "hidden", "two"],
)
def test_a_field_that_is_not_sure(field: str) -> None:
    """None or several: nobody guesses."""
    with pytest.raises(Defect) as caught:
        form(field).name_of("Zendesk ticket link")
    assert caught.value.code == "field-missing"


def test_what_is_sent() -> None:
    """All that a browser would send, the method included; no button, least of all a cancel."""
    found = form(
        "<input type=hidden name=_method value=put><input type=hidden name=authenticity_token"
        " value=own><input name=a value=1><input name=b value=2 disabled>"
        "<input name=c type=checkbox>"
        "<button name=_continue>Cancel</button><input type=submit name=commit value=Go>"
    )
    assert sent(found, a="3") == {"_method": "put", "authenticity_token": "own", "a": "3"}


def test_the_token_of_the_page_where_the_form_has_none() -> None:
    assert sent(form(""))["authenticity_token"] == "global"


def test_what_is_shown() -> None:
    """Also in fields that send nothing; not what is hidden."""
    found = form("<input value=1 disabled><input name=b value=2><input type=hidden value=3>")
    assert found.shown == {"1", "2"}


def test_the_form_of_this_page() -> None:
    """Sent to the page itself, also unsaid, or to one below it; searches and others don't count."""
    search = "<form action='/base/admin/customer'><input name=query></form>"
    sign_out = "<form method=post action='/base/admins/sign_out'></form>"
    near = f"<form method=post action='{HERE}_all'></form>"
    found = form("<input name=a value=1>", around=search + sign_out + near)
    assert (found.path, found.values["a"]) == (HERE, "1")
    assert form("", attributes="").path == HERE
    assert form("", attributes=f"action='{HERE}/confirm'").path == f"{HERE}/confirm"


def test_several_forms_are_none() -> None:
    one = f"<form method=post action='{HERE}'></form>"
    assert parse_tool_form(one + one, HERE) is None
    assert parse_tool_form("<p>Not now.</p>", HERE) is None


def test_nothing_of_a_form_is_printed() -> None:
    """Tokens and addresses stay out of logs and error reports."""
    found = form("<label>Email <input name=a value='n@n.example'></label>")
    assert "global" not in repr(found)
    assert "n@n.example" not in repr(found) + repr(found.call("/n", "/p", {"a": SECRET}))
    assert SECRET not in repr(found.call("/n", "/p", {"a": SECRET}))
