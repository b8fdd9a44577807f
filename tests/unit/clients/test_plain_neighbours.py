"""What GitLab, Mailgun and Zendesk might answer although nothing documents it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from clients import gitlab, mailgun, zendesk
from clients.answers import Answer
from clients.gitlab import GitLab
from clients.mailgun import Mailgun
from clients.zendesk import Zendesk
from config.settings import Settings
from domain.errors import Defect, OutcomeUnknown, Unavailable
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import ScriptedServer, json_reply

SPAN = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
MARKER = "handover:ho-x:1"
TICKET = {"ticket": {"id": 7, "status": "open", "requester_id": 1, "updated_at": "now"}}
NO_COMMENTS: dict[str, Any] = {"comments": [], "next_page": None}


@pytest.fixture
def desk(server: ScriptedServer) -> Zendesk:
    return Zendesk(server.url, "agent@desk.test", "secret")


def test_what_every_call_carries(server: ScriptedServer, desk: Zendesk) -> None:
    """Credentials in the head, none in the address; nobody's address in an address of logs."""
    page = json_reply({"items": [], "pagination": {}})
    server.plays(json_reply({"id": 5}), json_reply(TICKET), page, page)
    GitLab(server.url, "secret").user("5")
    desk.ticket("7")
    Mailgun(server.url, "mail.test", "secret").events_for("ada@new.test", *SPAN)
    first, second, third, _ = server.seen
    assert first.headers["private-token"] == "secret"
    assert second.headers["authorization"] == "Basic YWdlbnRAZGVzay50ZXN0L3Rva2VuOnNlY3JldA=="
    assert third.headers["authorization"] == "Basic YXBpOnNlY3JldA=="
    assert [one.target for one in server.seen[:3]] == [
        "/api/v4/users/5",
        "/api/v2/tickets/7.json",
        "/v1/analytics/logs",
    ]


@pytest.mark.parametrize(("reset", "delay"), [("30", 30), ("1795435230", 30), ("1795435100", 0)])
def test_the_end_of_a_limit_as_a_moment(reset: str, delay: float) -> None:
    """GitLab writes seconds of the epoch where others write seconds to wait."""
    headers = {"RateLimit-Reset": reset, "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}
    assert Answer("a call", 429, headers, b"").delay == delay


def test_a_user_who_was_not_asked_for(server: ScriptedServer) -> None:
    server.plays(json_reply({"id": 6, "username": "ada"}))
    with pytest.raises(Defect, match="another user"):
        GitLab(server.url, "secret").user("5")


def test_a_namespace_that_was_not_asked_for(server: ScriptedServer) -> None:
    server.plays(json_reply({"id": 6, "full_path": "other"}))
    with pytest.raises(Defect, match="another namespace"):
        GitLab(server.url, "secret").namespace("mine")


def test_a_subscription_of_another_shape(server: ScriptedServer) -> None:
    server.plays(json_reply({"plan": "premium"}))
    with pytest.raises(Defect, match="no plan"):
        GitLab(server.url, "secret").namespace_subscription("mine")


def test_a_ticket_that_was_not_asked_for(server: ScriptedServer, desk: Zendesk) -> None:
    server.plays(json_reply({"ticket": TICKET["ticket"] | {"id": 8}}))
    with pytest.raises(Defect, match="another ticket"):
        desk.ticket("7")


@pytest.mark.parametrize("address", ["https://evil.test/next", "/next", 7])
def test_a_next_page_elsewhere(server: ScriptedServer, desk: Zendesk, address: object) -> None:
    """Our credentials go to one host."""
    server.plays(json_reply({"comments": [], "next_page": address}))
    with pytest.raises(Defect, match="another host"):
        desk.comments("7")


def test_events_of_somebody_else(server: ScriptedServer) -> None:
    """A filter that is passed over in silence must not make a stranger's mail ours."""
    item = {"event": "delivered", "@timestamp": "2026-11-02T10:00:00Z", "recipient": "bob@new.test"}
    page = {"items": [item], "pagination": {}}
    server.plays(json_reply(page), json_reply(page))
    assert Mailgun(server.url, "mail.test", "secret").events_for("ada@new.test", *SPAN) == []


def test_older_events_elsewhere(server: ScriptedServer) -> None:
    events = {"items": [{"event": "delivered", "timestamp": 1.5}], "paging": {"next": "https://e"}}
    server.plays(json_reply({}, 404), json_reply(events))
    with pytest.raises(Defect, match="another host"):
        Mailgun(server.url, "mail.test", "secret").events_for("ada@new.test", *SPAN)


@pytest.mark.parametrize("time", [{}, {"@timestamp": "noon"}, {"timestamp": 1e300}])
def test_an_event_without_a_time(server: ScriptedServer, time: dict[str, Any]) -> None:
    items = [{"event": "delivered", "recipient": "ada@new.test"} | time]
    server.plays(json_reply({"items": items, "pagination": {}}))
    with pytest.raises(Defect, match="no time"):
        Mailgun(server.url, "mail.test", "secret").events_for("ada@new.test", *SPAN)


def test_a_rejected_mail_by_its_head(server: ScriptedServer) -> None:
    """There the address may stand with a name."""
    head = {"headers": {"to": "Ada <ada@new.test>"}}
    item = {"event": "rejected", "@timestamp": "2026-11-02T10:00:00.5Z", "message": head}
    page = {"items": [item], "pagination": {}}
    server.plays(json_reply({"items": [], "pagination": {}}), json_reply(page))
    found = Mailgun(server.url, "mail.test", "secret").events_for("ada@new.test", *SPAN)
    assert [one.recipient for one in found] == ["ada@new.test"]


@pytest.mark.parametrize("public", [True, None, "false"])
def test_a_note_that_became_public(
    server: ScriptedServer, desk: Zendesk, window: Callable[..., WriteWindow], public: object
) -> None:
    """Asked for as internal and shown as anything else: a person has to look at once."""
    event = {"id": 9, "type": "Comment", "body": MARKER, "public": public}
    answer = TICKET | {"audit": {"events": [event]}}
    server.plays(json_reply(TICKET), json_reply(NO_COMMENTS), json_reply(answer))
    with pytest.raises(Defect) as defect:
        desk.add_internal_note("7", "text", MARKER, window=window())
    assert defect.value.code == "note-public"


@pytest.mark.parametrize("answer", [{}, {"audit": None}, {"audit": {"events": [{"id": 9}]}}])
def test_an_update_that_shows_no_note(
    server: ScriptedServer,
    desk: Zendesk,
    window: Callable[..., WriteWindow],
    answer: dict[str, Any],
) -> None:
    """It was accepted and does not say what it did: it has to be looked for."""
    server.plays(json_reply(TICKET), json_reply(NO_COMMENTS), json_reply(answer))
    with pytest.raises(OutcomeUnknown):
        desk.add_internal_note("7", "text", MARKER, window=window())


def test_what_an_update_sends(
    server: ScriptedServer, desk: Zendesk, window: Callable[..., WriteWindow]
) -> None:
    """Internal in so many words, with the stamp that was read before the comments were."""
    event = {"id": 9, "type": "Comment", "body": f"text\n\n{MARKER}", "public": False}
    answer = json_reply({"audit": {"events": [event]}})
    server.plays(json_reply(TICKET), json_reply(NO_COMMENTS), answer)
    assert desk.add_internal_note("7", "text", MARKER, window=window()) == "9"
    assert [one.path.rpartition("/")[2] for one in server.seen] == [
        "7.json", "comments.json", "7.json",
    ]  # fmt: skip
    assert b'"public": false' in server.seen[2].body
    assert b'"safe_update": true, "updated_stamp": "now"' in server.seen[2].body


@pytest.mark.parametrize("marker", ["", "short", "two words", "a" * 5 + "\n" + "b" * 5])
def test_a_marker_that_is_none(
    desk: Zendesk, window: Callable[..., WriteWindow], marker: str
) -> None:
    with pytest.raises(Defect, match="marker"):
        desk.add_internal_note("7", "text", marker, window=window())


def test_what_is_not_configured() -> None:
    """It is said, and a client for it is not to be had."""
    none = Settings()
    for module, client in ((gitlab, GitLab), (mailgun, Mailgun), (zendesk, Zendesk)):
        assert not module.configured(none)
        with pytest.raises(Unavailable, match="address is missing"):
            client.from_settings(none)


def test_from_settings(server: ScriptedServer) -> None:
    names = ("gitlab_url", "mailgun_url", "zendesk_url")
    given = Settings(**dict.fromkeys(names, server.url))  # type: ignore[arg-type]
    assert all(module.configured(given) for module in (gitlab, mailgun, zendesk))
    server.plays(json_reply({}, 404), json_reply({}, 404))
    GitLab.from_settings(given).check()
    Zendesk.from_settings(given).check()
    assert len(server.seen) == 2


def test_a_domain_that_is_none(server: ScriptedServer) -> None:
    with pytest.raises(Defect, match="HANDOVER_MAILGUN_DOMAIN"):
        Mailgun(server.url, "mail.test/../x", "secret")
