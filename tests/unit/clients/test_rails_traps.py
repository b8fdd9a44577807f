"""What goes over the wire, where rails_admin takes a wrong word without complaint."""

from collections.abc import Callable

import pytest

from clients.customersdot_records import CUSTOMER_COLUMNS
from clients.rails_admin import RailsAdmin
from clients.rails_filters import Contains
from clients.rails_sign_in import NoSignIn
from clients.shared_secret import MemoryKeeper
from domain.errors import Defect, OutcomeUnknown, Refused
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import Play, ScriptedServer, json_reply, reply

pytestmark = pytest.mark.usefixtures("no_pauses")

MakeWindow = Callable[..., WriteWindow]
ROW = {"id": 7, "email": "a@b.example"}
HISTORY = reply(200, "<table id='history'></table>")
ACCEPTED = reply(302, headers={"Location": "/admin/customer"})


def form(path: str, verb: str, before: str = "") -> Play:
    return reply(
        200,
        f"{before}<form action='{path}' method='post'><input name='_method' value='{verb}'>"
        "<input name='authenticity_token' value='t'><input name='return_to' value='/admin'>"
        "<input name='customer[email]' value='a@b.example'>"
        "<button name='_save'>Save</button><button name='_continue'>Cancel</button></form>",
    )


EDIT = form("/admin/customer/7/edit", "put")
NEW = form("/admin/customer/new", "")
DELETE = form("/admin/customer/7/delete", "delete")


@pytest.fixture
def admin(server: ScriptedServer) -> RailsAdmin:
    return RailsAdmin(server.url, NoSignIn("nobody"), keeper=MemoryKeeper("[]"))


READS: dict[str, tuple[Callable[[RailsAdmin], object], Play, str, str]] = {
    "rows": (
        lambda admin: admin.rows("customer", [Contains("email", "a@b.example")]),
        json_reply([ROW]),
        "/admin/customer.json",
        "application/json",
    ),
    "find": (
        lambda admin: admin.find("customer", "7"),
        json_reply([ROW]),
        "/admin/customer.json",
        "application/json",
    ),
    "export": (
        lambda admin: admin.find("customer", "7", CUSTOMER_COLUMNS),
        json_reply([ROW]),
        "/admin/customer/export",
        "application/json",
    ),
    "show": (
        lambda admin: admin.show("customer", "7"),
        json_reply(ROW),
        "/admin/customer/7.json",
        "application/json",
    ),
    "history": (
        lambda admin: admin.history("customer", "7"),
        HISTORY,
        "/admin/customer/7/history",
        "text/html",
    ),
    "edit_form": (
        lambda admin: admin.edit_form("customer", "7"),
        EDIT,
        "/admin/customer/7/edit",
        "text/html",
    ),
    "new_form": (
        lambda admin: admin.new_form("customer"),
        NEW,
        "/admin/customer/new",
        "text/html",
    ),
}


@pytest.mark.parametrize("name", READS)
def test_every_read_says_what_it_wants(
    admin: RailsAdmin, server: ScriptedServer, name: str
) -> None:
    """One format, exactly: a list with `*/*` counts as a browser, `*/*` alone as the first format.

    Singular models, and the pages only as HTML: in JSON they do not exist, or break the server.
    """
    read, answer, path, accepts = READS[name]
    server.plays(answer)
    read(admin)
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.headers["accept"]) == ("GET", path, accepts)


def test_no_read_is_conditional(admin: RailsAdmin, server: ScriptedServer) -> None:
    """An ETag is not sent back: a 304 has no body, and a read-back needs one."""
    for _ in range(2):
        server.plays(json_reply([ROW], headers={"ETag": 'W/"1"', "Last-Modified": "now"}))
        assert admin.find("customer", "7") == ROW
    for seen in server.seen:
        assert not {"if-none-match", "if-modified-since"} & seen.headers.keys()


def test_a_list_is_whole_and_filtered_by_column(admin: RailsAdmin, server: ScriptedServer) -> None:
    """`all`, and filters on one column each; never `query`, which looks in every text column."""
    server.plays(json_reply([ROW]))
    admin.rows("customer", [Contains("email", "a@b.example")])
    assert server.seen[0].params == [
        ("all", "true"),
        ("f[email][1][o]", "like"),
        ("f[email][1][v]", "a@b.example"),
    ]


def test_an_export_names_columns_of_ours(admin: RailsAdmin, server: ScriptedServer) -> None:
    """`schema[methods]` would call any method of every record."""
    server.plays(json_reply([ROW]))
    admin.find("customer", "7", CUSTOMER_COLUMNS)
    assert server.seen[0].params == [
        ("bulk_ids[]", "7"),
        ("json", "1"),
        *(("schema[only][]", name) for name in CUSTOMER_COLUMNS),
    ]


WRITES: dict[str, tuple[Callable[[RailsAdmin, WriteWindow], None], Play, dict[str, str]]] = {
    "update": (
        lambda admin, opens: admin.update("customer", "7", {"email": "c@d.example"}, opens),
        EDIT,
        {"_method": "put", "customer[email]": "c@d.example"},
    ),
    "create": (
        lambda admin, opens: admin.create("customer", {"email": "c@d.example"}, opens),
        NEW,
        {"customer[email]": "c@d.example"},
    ),
    "delete": (
        lambda admin, opens: admin.delete("customer", "7", opens),
        DELETE,
        {"_method": "delete"},
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_what_a_write_sends(
    admin: RailsAdmin, server: ScriptedServer, window: MakeWindow, name: str
) -> None:
    """A POST to the page's own path, for HTML, with Rails' verb and the form's own token.

    No button (`_continue` would cancel), no `return_to`, no `Origin`; and no JSON, whose refusals
    have no reason.
    """
    write, page, fields = WRITES[name]
    server.plays(page, ACCEPTED)
    write(admin, window())
    read, sent = server.seen
    assert (sent.method, sent.path, sent.headers["accept"]) == ("POST", read.path, "text/html")
    assert sent.form == {"authenticity_token": "t", **fields}
    assert "urlencoded" in sent.headers["content-type"]
    assert "origin" not in sent.headers


@pytest.mark.parametrize("name", WRITES)
def test_a_good_word_is_no_verdict(
    admin: RailsAdmin, server: ScriptedServer, window: MakeWindow, name: str
) -> None:
    """A page that says "successfully" may speak of an earlier request: it is read back."""
    flash = "<div class='alert alert-success'>Customer successfully updated</div>"
    server.plays(WRITES[name][1], reply(200, flash))
    with pytest.raises(OutcomeUnknown):
        WRITES[name][0](admin, window())


def test_a_bad_word_on_the_form_is_no_verdict(
    admin: RailsAdmin, server: ScriptedServer, window: MakeWindow
) -> None:
    """Nor is the alert that another request has left on the page which is read before."""
    alert = "<div class='alert alert-danger'>Customer failed to be updated</div>"
    server.plays(form("/admin/customer/7/edit", "put", alert), ACCEPTED)
    admin.update("customer", "7", {"email": "c@d.example"}, window())
    assert len(server.seen) == 2


def test_only_the_alert_in_the_refusal_counts(
    admin: RailsAdmin, server: ScriptedServer, window: MakeWindow
) -> None:
    """The reason of a 406 stands in its own page, entities resolved."""
    alert = (
        "<div class='alert-danger alert alert-dismissible'>Customer failed to be updated<br>"
        "- First name can&#39;t be blank<button>x</button></div>"
    )
    server.plays(EDIT, reply(406, alert))
    with pytest.raises(Refused, match=r"First name can't be blank$"):
        admin.update("customer", "7", {"email": "c@d.example"}, window())


def test_nothing_is_created_from_nothing(admin: RailsAdmin, window: MakeWindow) -> None:
    """A body without the model's key would count as a record that is all blank."""
    with pytest.raises(Defect):
        admin.create("customer", {}, window())
