"""Reading in rails_admin and signing in: answers that the sandbox has no occasion to give."""

from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Equals
from clients.shared_secret import MemoryKeeper
from config.settings import Settings
from domain.errors import Defect, SignInExpired, Transient
from tests.unit.clients.scripted_server import Play, ScriptedServer, json_reply, reply
from tests.unit.clients.signed_in import SignedIn

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture
def admin(server: ScriptedServer, signed_in: SignedIn) -> RailsAdmin:
    """Somebody is signed in already."""
    return RailsAdmin(f"{server.url}/c", signed_in, keeper=MemoryKeeper("[]"))


@pytest.mark.parametrize("body", [{"id": 8}, {"name": "x"}, "text", 7])
def test_another_record_than_the_one_asked_for(
    admin: RailsAdmin, server: ScriptedServer, body: Any
) -> None:
    """An object with another id, or no object, is never taken for the record."""
    server.plays(json_reply(body))
    with pytest.raises(Defect):
        admin.show("customer", "7")


def test_a_gateway_is_no_witness(admin: RailsAdmin, server: ScriptedServer) -> None:
    """rails_admin answers no JSON request with 404: whoever did can't say that a record is gone."""
    server.plays(*[json_reply({"id": 7}, 404)] * 2)
    for ask in (admin.show, admin.find):
        with pytest.raises(Defect, match="status 404"):
            ask("customer", "7")


@pytest.mark.parametrize("shown", [7, "7"])
def test_ids_as_numbers_and_as_text(
    admin: RailsAdmin, server: ScriptedServer, shown: int | str
) -> None:
    """An id is the same whichever way it is printed."""
    server.plays(json_reply({"id": shown}), json_reply([{"id": shown}]))
    assert admin.show("customer", "7") == {"id": shown}
    assert admin.find("customer", "7") == {"id": shown}


@pytest.mark.parametrize("rows", [[{"id": 8}], [{"id": 7}, {"id": 8}], {"id": 7}, [7], [{"x": 1}]])
def test_a_find_that_finds_something_else(
    admin: RailsAdmin, server: ScriptedServer, rows: Any
) -> None:
    """One row with the id that was asked for, or none."""
    server.plays(json_reply(rows))
    with pytest.raises(Defect):
        admin.find("customer", "7")


def test_all_filters_count(admin: RailsAdmin, server: ScriptedServer) -> None:
    """Each row has to match every filter; a row that never does means a dropped filter."""
    good, bad = ([{"id": 1, "a": "x", "b": b}] for b in "yz")
    both = [Equals("a", "x"), Equals("b", "y")]
    server.plays(json_reply(good), json_reply(bad), json_reply(bad))
    assert len(admin.rows("customer", both)) == 1
    assert server.seen[0].params[0] == ("all", "true")
    assert ("f[b][2][v]", "y") in server.seen[0].params
    with pytest.raises(Defect) as caught:
        admin.rows("customer", both)
    assert caught.value.code == "filter-dropped"


def test_a_late_answer_is_not_a_dropped_filter(admin: RailsAdmin, server: ScriptedServer) -> None:
    """A row that has changed since is looked at again before anybody is alarmed."""
    server.plays(json_reply([{"id": 1, "a": "old"}]), json_reply([{"id": 1, "a": "x"}]))
    assert admin.rows("customer", [Equals("a", "x")]) == [{"id": 1, "a": "x"}]


def test_an_undocumented_status(admin: RailsAdmin, server: ScriptedServer) -> None:
    """A read that is answered with anything else is nothing to go on with."""
    server.plays(reply(418))
    with pytest.raises(Defect, match="status 418"):
        admin.find("customer", "7")


def test_no_history_on_the_page(admin: RailsAdmin, server: ScriptedServer) -> None:
    """A page without its table is no empty history."""
    server.plays(*[reply(200, "<p>Dashboard</p>")] * 4)
    with pytest.raises(Transient):
        admin.history("customer", "7")


def test_how_we_sign_in_is_given(
    admin: RailsAdmin, server: ScriptedServer, signed_in: SignedIn
) -> None:
    """Any way to get a session will do; it is asked once, when it is needed."""
    server.plays(json_reply([{"id": 7}]), reply(401), json_reply([{"id": 7}]))
    admin.find("customer", "7")
    assert signed_in == []
    admin.find("customer", "7")
    assert len(signed_in) == 1


def test_a_sign_in_that_does_not_help(
    admin: RailsAdmin, server: ScriptedServer, signed_in: SignedIn
) -> None:
    """Still signed out after signing in: somebody has to look."""
    server.plays(reply(401), reply(401))
    with pytest.raises(SignInExpired):
        admin.find("customer", "7")
    assert len(signed_in) == 1


SIGN_IN_FORM = (
    "<form action='/admins/sign_in' method='post'><input name='authenticity_token' value='t'>"
    "<input name='admin[email]'><input type='password' name='admin[password]'></form>"
)


@pytest.mark.parametrize(
    "answer",
    [reply(422, SIGN_IN_FORM), reply(302, headers={"Location": "/admins/sign_in"})],
    ids=["422", "302"],
)
def test_a_wrong_password_said_otherwise(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, answer: Play
) -> None:
    """Newer Devise answers 422 instead of 200; a redirect back to the form is a no, too."""
    server.plays(reply(200, SIGN_IN_FORM), answer)
    monkeypatch.setenv("CUSTOMERSDOT_URL", server.url)
    monkeypatch.setenv("CUSTOMERSDOT_EMAIL", "me")
    monkeypatch.setenv("CUSTOMERSDOT_PASSWORD", "p")
    with pytest.raises(SignInExpired, match="not accepted"):
        CustomersDot.from_settings(Settings()).customer("7")
    assert server.seen[-1].form == {
        "authenticity_token": "t",
        "admin[email]": "me",
        "admin[password]": "p",
    }
