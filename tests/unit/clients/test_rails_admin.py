"""Answers of rails_admin that the sandbox has no occasion to give."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.http import Http
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Equals
from clients.shared_secret import MemoryKeeper
from config.settings import Settings
from domain.errors import Defect, OutcomeUnknown, Refused, SignInExpired, Stale, Transient
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import Play, ScriptedServer, json_reply, reply

pytestmark = pytest.mark.usefixtures("no_pauses")

EDIT = "/c/admin/customer/7/edit"


def page(controls: str = "", method: str = "put", action: str = EDIT, token: str = "tok") -> Play:
    return reply(
        200,
        f"<form action='{action}' method='post'><input name='_method' value='{method}'>"
        f"<input name='authenticity_token' value='{token}'>{controls}"
        "<input name='customer[email]' value='a@b'><input name='customer[name]' value='&lt;n&gt;'>"
        "<input type='hidden' name='customer[on]' value='0'>"
        "<input type='checkbox' name='customer[on]' value='1'></form>",
    )


ACCEPTED = reply(302, headers={"Location": "/c/admin/customer"})


class SignedIn(list[Http]):
    """A way to sign in that asks nobody: each use leaves its mark."""

    def check(self) -> None:
        """It can always be tried."""

    def __call__(self, http: Http) -> None:
        self.append(http)


@pytest.fixture
def signed_in() -> SignedIn:
    return SignedIn()


@pytest.fixture
def admin(server: ScriptedServer, signed_in: SignedIn) -> RailsAdmin:
    """Somebody is signed in already."""
    return RailsAdmin(f"{server.url}/c", signed_in, keeper=MemoryKeeper("[]"))


def sent(server: ScriptedServer, number: int = -1) -> dict[str, str]:
    return server.seen[number].form


# What is sent


def test_only_what_changes_is_sent(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """Method, token and the changed fields; boxes as 1 and 0, nothing as empty text."""
    server.plays(page(), ACCEPTED)
    admin.update("customer", "7", {"email": None, "on": True}, window())
    assert (server.seen[1].method, server.seen[1].target) == ("POST", EDIT)
    assert sent(server) == {
        "_method": "put",
        "authenticity_token": "tok",
        "customer[email]": "",
        "customer[on]": "1",
    }
    assert "origin" not in server.seen[1].headers
    assert [seen.headers["x-request-id"] for seen in server.seen] == ["run-7f", "run-7f"]


def test_a_box_is_cleared(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """False is the box's 0."""
    server.plays(page(), ACCEPTED)
    admin.update("customer", "7", {"on": False}, window())
    assert sent(server)["customer[on]"] == "0"


def test_an_unchanged_save_sends_what_is_there(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """The present value of the named fields, entities resolved, and no other field."""
    server.plays(page(), ACCEPTED)
    admin.save_unchanged("customer", "7", ["name"], window())
    assert sent(server) == {"_method": "put", "authenticity_token": "tok", "customer[name]": "<n>"}


def test_a_create_needs_no_method(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A new record is a plain POST."""
    server.plays(page(method="", action="/c/admin/customer/new"), ACCEPTED)
    admin.create("customer", {"email": "x@y"}, window())
    assert sent(server) == {"authenticity_token": "tok", "customer[email]": "x@y"}


def test_a_delete_sends_nothing_else(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """Method and token of the delete page's form."""
    server.plays(page(method="delete", action="/c/admin/customer/7/delete"), ACCEPTED)
    admin.delete("customer", "7", window())
    assert sent(server) == {"_method": "delete", "authenticity_token": "tok"}


def test_a_model_with_a_namespace(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """Its fields carry an underscore where the path has a tilde."""
    form = page("<input name='a_b[x]' value='1'>", action="/c/admin/a~b/7/edit")
    server.plays(form, ACCEPTED)
    admin.update("a~b", "7", {"x": "2"}, window())
    assert sent(server)["a_b[x]"] == "2"


@pytest.mark.parametrize(
    "form", [page(method="delete"), page(method=""), page(token="")], ids=["delete", "post", "bare"]
)
def test_a_form_that_is_not_the_documented_one(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow], form: Play
) -> None:
    """Another method than expected, or no token: nothing is sent."""
    server.plays(form)
    with pytest.raises(Defect, match="not the one that is documented"):
        admin.update("customer", "7", {"on": True}, window())
    assert len(server.seen) == 1


def test_a_page_without_the_form(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A form for another record is not ours; the page is read again, then given up."""
    server.plays(*[page(action="/c/admin/customer/8/edit")] * 4)
    with pytest.raises(Transient, match="the form is not on its page"):
        admin.update("customer", "7", {"on": True}, window())
    assert len(server.seen) == 4


# What comes back


@pytest.mark.parametrize(
    "location",
    ["/c/admin/customer", "/c/admin", "{url}/c/admin/customer?x=1"],
    ids=["path", "dashboard", "address"],
)
def test_accepted(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow], location: str
) -> None:
    """A redirect to one of the application's own admin pages."""
    answer = reply(302, headers={"Location": location.replace("{url}", server.url)})
    server.plays(page(), answer)
    admin.update("customer", "7", {"on": True}, window())
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "location", ["/c/", "/admin/customer", "", "/c/administration", "/c/xadmin/"]
)
def test_a_redirect_to_nowhere_known(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow], location: str
) -> None:
    """Any other redirect says nothing about the write."""
    server.plays(page(), reply(302, headers={"Location": location} if location else {}))
    with pytest.raises(OutcomeUnknown):
        admin.update("customer", "7", {"on": True}, window())


def test_a_refusal_repeats_only_what_rails_itself_says(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A reason in other words may name people; all reasons count for the code."""
    alert = (
        "<p class='alert-danger'>No<br>- Ada Lovelace (ada@corp.example) is odd"
        "<br>- Email has already been taken"
    )
    server.plays(page(), reply(406, alert))
    with pytest.raises(Refused) as caught:
        admin.update("customer", "7", {"on": True}, window())
    assert caught.value.code == "already-taken"
    assert "Email has already been taken" in str(caught.value)
    assert "Ada" not in str(caught.value)
    assert "a***" not in str(caught.value)


def test_a_refusal_without_a_word(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A 406 with an empty page is still a refusal."""
    server.plays(page(), reply(406))
    with pytest.raises(Refused, match="no reason given") as caught:
        admin.update("customer", "7", {"on": True}, window())
    assert caught.value.code == "not-accepted"


def test_gone_between_form_and_save(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A 404 on the save: somebody else deleted the record."""
    server.plays(page(), reply(404, "<p>List</p>"))
    with pytest.raises(Stale):
        admin.update("customer", "7", {"on": True}, window())


def test_the_second_try_has_a_token_of_its_own(
    admin: RailsAdmin, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """After a 422 the page is read again, and the new token is sent."""
    server.plays(page(token="old"), reply(422), page(token="new"), ACCEPTED)
    admin.update("customer", "7", {"on": True}, window())
    assert sent(server)["authenticity_token"] == "new"


# Reading


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
    assert sent(server) == {"authenticity_token": "t", "admin[email]": "me", "admin[password]": "p"}
