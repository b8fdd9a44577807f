"""Renaming a Customer, unlinking their GitLab user, mailing a one-time link: the writes of C6."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_rights import MayNotWrite
from clients.transport import Transport
from domain.errors import Defect, OutcomeUnknown, Refused, Stale, Transient
from domain.windows import WriteWindow
from sandbox.one_time_links import path_of
from tests.contract.clients.conftest import NILS, READ_ONLY
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

ORLA = "orla.finchley@brightwater.example"
NEW = "new.owner@brightwater.example"
TICKET = "https://support.example/tickets/4711"
UNLINK = "/unlink_gitlab_user$"
PORTAL = "/customers/sign_in"


@pytest.fixture
def orla(dot: CustomersDot) -> str:
    """The Sold To's Customer of A00000001, who is linked to GitLab user 900001."""
    return known(dot.customer_by_email(ORLA)).id


def test_a_rename_leaves_nothing_to_confirm(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """One save: names and email at once, `unconfirmed_email` empty, and Zuora follows (G1)."""
    values = {"first_name": "Nora", "last_name": "Neu", "email": NEW}
    dot.rename_customer(orla, values, window)
    after = known(dot.customer(orla))
    assert (after.first_name, after.last_name, after.email) == ("Nora", "Neu", NEW)
    assert after.unconfirmed_email == ""
    sandbox.settle()
    assert sandbox.truth("A00000001")["zuora"]["sold_to"]["work_email"] == NEW
    assert [(one["model"], one["action"]) for one in sandbox.writes()] == [("customer", "update")]


def test_without_the_box_nothing_is_saved(
    dot: CustomersDot, admin: RailsAdmin, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """A form that has no *Skip email confirmation* is never sent."""
    form = admin.edit_form("customer", orla)
    page = (
        f"<form action='/customersdot/admin/customer/{orla}/edit' method='post'>"
        f"<input name='_method' value='put'><input name='authenticity_token' value='{form.token}'>"
        "<input name='customer[first_name]'><input name='customer[email]'></form>"
    )
    sandbox.fault("status", method="GET", path="/edit$", code=200, body=page)
    with pytest.raises(Defect) as caught:
        dot.rename_customer(orla, {"email": NEW}, window)
    assert caught.value.code == "no-skip-email-confirmation"
    assert sandbox.writes() == []


def test_an_email_that_another_customer_has(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """Refused with its own code, because it leads to another workflow (C4)."""
    with pytest.raises(Refused, match="Email has already been taken") as caught:
        dot.rename_customer(orla, {"email": NILS.upper()}, window)
    assert caught.value.code == "already-taken"
    assert sandbox.writes() == []


@pytest.mark.parametrize("values", [{}, {"login_activated": "1"}, {"email": NEW, "uid": ""}])
def test_a_rename_is_about_name_and_email(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow, values: dict[str, str]
) -> None:
    with pytest.raises(Defect):
        dot.rename_customer(orla, values, window)
    assert sandbox.writes() == []


def test_a_gitlab_user_is_unlinked(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """By the tab, for the ticket, under the name of the run."""
    dot.unlink_gitlab(orla, TICKET, window)
    assert known(dot.customer(orla)).uid == ""
    customer, event = sandbox.writes()
    assert customer["after"] == {"provider": None, "uid": None}
    assert (event["model"], event["after"]["request_link"]) == ("admin_tool_audit_event", TICKET)
    assert {customer["request_id"], event["request_id"]} == {"run-7f"}


def test_nothing_to_unlink(dot: CustomersDot, nils: str, window: WriteWindow) -> None:
    """A Customer who is not linked has no such tab; one who does not exist is stale."""
    with pytest.raises(Refused) as refused:
        dot.unlink_gitlab(nils, TICKET, window)
    assert refused.value.code == "not-offered"
    with pytest.raises(Stale):
        dot.unlink_gitlab("999999", TICKET, window)


def test_a_bad_ticket_link_is_refused(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    with pytest.raises(Refused, match="Zendesk ticket link is invalid") as caught:
        dot.unlink_gitlab(orla, "4711", window)
    assert caught.value.code == "not-accepted"
    assert sandbox.writes() == []


def form(uid: str, fields: str) -> str:
    """A page like that of the tab, with other fields."""
    return (
        "<form method='post' action=''><input name='authenticity_token' type='hidden' value='t'>"
        f"<input name='a' value='{uid}' disabled>{fields}<button name='b'>Confirm</button></form>"
    )


LINK = "<label>Zendesk ticket link <input name='x'></label>"


@pytest.mark.parametrize(
    ("uid", "fields", "code"),
    [
        ("900002", LINK, "other-account"),
        ("", LINK, "other-account"),
        ("900001", "<input name='x'>", "field-missing"),
        ("900001", LINK + LINK.replace("'x'", "'y'").replace("link", "link too"), "field-missing"),
    ],
    ids=["another", "none", "no-label", "two-labels"],
)
def test_a_page_that_is_not_as_expected(
    dot: CustomersDot,
    sandbox: Sandbox,
    orla: str,
    window: WriteWindow,
    uid: str,
    fields: str,
    code: str,
) -> None:
    """Another account than the record's, or a form nobody knows: nothing is sent."""
    page = form(uid, fields)
    sandbox.fault("status", method="GET", path=UNLINK, times=None, code=200, body=page)
    with pytest.raises((Stale, Defect)) as caught:
        dot.unlink_gitlab(orla, TICKET, window)
    assert caught.value.code == code
    assert sandbox.writes() == []


@pytest.mark.parametrize(("kind", "landed"), [("timeout_after", 1), ("timeout_before", 0)])
def test_an_unlink_whose_answer_is_lost(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow, kind: str, landed: int
) -> None:
    """Unknown, and sent once: reading back tells."""
    sandbox.fault(kind, method="POST", path=UNLINK)
    with pytest.raises(OutcomeUnknown):
        dot.unlink_gitlab(orla, TICKET, window)
    assert (known(dot.customer(orla)).uid == "") == bool(landed)


def test_a_page_without_tabs_proves_nothing(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """That a tab is not there is believed only where there are others."""
    sandbox.fault("status", path="/history$", times=None, code=200, body="<p>Hello</p>")
    with pytest.raises(Transient):
        dot.unlink_gitlab(orla, TICKET, window)


def test_a_session_that_ended_before_the_unlink(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """A 422: a fresh page, one more try, one write."""
    sandbox.fault("expired_session", method="POST", path=UNLINK)
    dot.unlink_gitlab(orla, TICKET, window)
    assert len(sandbox.writes()) == 2


# The one-time link


def mails(sandbox: Sandbox, recipient: str) -> list[str]:
    found = sandbox.ask("GET", "/mails", params={"recipient": recipient})
    return [mail["kind"] for mail in found]


def test_a_link_is_mailed(dot: CustomersDot, sandbox: Sandbox, window: WriteWindow) -> None:
    dot.send_one_time_link(ORLA, window)
    assert mails(sandbox, ORLA) == ["one-time-link"]
    (line,) = sandbox.writes()
    assert (line["action"], line["request_id"]) == ("send", "run-7f")


def test_a_link_for_nobody_looks_the_same(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """What the portal answers says nothing: only the mail log does."""
    dot.send_one_time_link("nobody@nowhere.example", window)
    assert sandbox.ask("GET", "/mails") == []


def test_asking_for_a_link_leaves_our_session_alone(
    dot: CustomersDot, sandbox: Sandbox, orla: str, window: WriteWindow
) -> None:
    """The portal sees a stranger, and the admin still sees us."""
    dot.send_one_time_link(ORLA, window)
    assert sandbox.writes()[0]["actor"] == "anybody"
    sandbox.fault("status", path="/admins/sign_in", times=None, code=500)
    assert known(dot.customer(orla)).id == orla
    assert sandbox.hits() == 0


@pytest.mark.parametrize("email", ["", "a@b.example, c@d.example", "no address", "a@@b", "@b"])
def test_a_link_goes_to_one_email(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow, email: str
) -> None:
    with pytest.raises(Defect) as caught:
        dot.send_one_time_link(email, window)
    assert caught.value.code == "bad-email"
    assert email not in str(caught.value) or not email


POSTS: dict[str, Any] = {"method": "POST", "path": PORTAL}


@pytest.mark.parametrize(
    ("kind", "options", "sent"),
    [
        ("timeout_after", {}, 1),
        ("status_after", {"code": 502}, 1),
        ("timeout_before", {}, 0),
        ("status", {"code": 200, "body": "<p>Are you a robot?</p>"}, 0),
        ("status", {"code": 302, "headers": {"Location": "https://elsewhere.example/"}}, 0),
    ],
)
def test_a_link_that_may_be_on_its_way(
    dot: CustomersDot,
    sandbox: Sandbox,
    window: WriteWindow,
    kind: str,
    options: dict[str, Any],
    sent: int,
) -> None:
    """Unknown, and never asked for again by us."""
    sandbox.fault(kind, **POSTS, **options)
    with pytest.raises(OutcomeUnknown):
        dot.send_one_time_link(ORLA, window)
    assert len(mails(sandbox, ORLA)) == sent


def test_a_token_of_the_portal_that_does_not_count(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """Nothing was done then: one fresh page, one more try, and no third."""
    sandbox.fault("status", **POSTS, code=422)
    dot.send_one_time_link(ORLA, window)
    assert mails(sandbox, ORLA) == ["one-time-link"]
    sandbox.fault("status", **POSTS, code=422, times=None)
    with pytest.raises(Defect) as caught:
        dot.send_one_time_link(ORLA, window)
    assert (caught.value.code, sandbox.hits()) == ("token-refused", 3)


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 200, "body": "<form><input type=email name=e><input type=password></form>"},
        {"code": 200, "body": "<p>Continue with GitLab.com</p>"},
        {"code": 404},
    ],
    ids=["password", "no-form", "404"],
)
def test_a_portal_without_that_form(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow, answer: dict[str, Any]
) -> None:
    sandbox.fault("status", method="GET", path=PORTAL, **answer)
    with pytest.raises(Defect):
        dot.send_one_time_link(ORLA, window)
    assert sandbox.writes() == []


def test_no_answer_we_read_ever_holds_the_link(
    dot: CustomersDot,
    sandbox: Sandbox,
    orla: str,
    window: WriteWindow,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is not thrown away: no answer to us has it, neither the mailed one nor the one on Show."""
    seen: list[bytes] = []
    exchange = Transport.exchange

    def listening(self: Transport, *asked: Any) -> Any:
        raw = exchange(self, *asked)
        seen.append(raw.body + repr(dict(raw.headers)).encode())
        return raw

    monkeypatch.setattr(Transport, "exchange", listening)
    caplog.set_level(0)
    dot.send_one_time_link(ORLA, window)
    dot.check_may_write([("customer", "edit", orla), ("customer", "unlink_gitlab_user", orla)])
    dot.unlink_gitlab(orla, TICKET, window)
    dot.rename_customer(orla, {"email": NEW}, window)
    records = [dot.customer(orla), dot.customer_by_email(NEW), *dot.customer_history(orla)]
    everything = b"".join(seen).decode() + repr(records) + caplog.text
    assert seen
    (mailed,) = sandbox.ask("GET", "/one_time_links", params={"email": NEW})
    links = [path_of(orla, serial) for serial in range(3)]
    assert mailed["url"].endswith(links[0])
    assert not [secret for secret in (*links, "One time sign in") if secret in everything]


# Rights


def test_the_right_to_unlink(
    dot: CustomersDot,
    sandbox: Sandbox,
    orla: str,
    make_admin: Callable[..., RailsAdmin],
) -> None:
    """The tool works for readers, too; whoever does not get its form may not."""
    changes = [("customer", "unlink_gitlab_user", orla)]
    dot.check_may_write(changes)
    CustomersDot(make_admin(READ_ONLY)).check_may_write(changes)
    for answer in ({"code": 403}, {"code": 200, "body": "<p>Look, but do not touch.</p>"}):
        sandbox.fault("status", path=UNLINK, **answer)
        with pytest.raises(MayNotWrite, match="unlink_gitlab_user customer"):
            CustomersDot(make_admin()).check_may_write(changes)
    assert sandbox.writes() == []
