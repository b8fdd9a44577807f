"""Writing in rails_admin: answers that the sandbox has no occasion to give."""

from collections.abc import Callable

import pytest

from clients.rails_admin import RailsAdmin
from clients.shared_secret import MemoryKeeper
from domain.errors import Defect, OutcomeUnknown, Refused, Stale, Transient
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import Play, ScriptedServer, reply
from tests.unit.clients.signed_in import SignedIn

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
