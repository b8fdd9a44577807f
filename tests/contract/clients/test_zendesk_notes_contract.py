"""Notes on tickets: internal, and there once, whatever happens on the way."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clients.transport import Limits
from clients.zendesk import Zendesk
from domain.errors import HandoverError, OutcomeUnknown, Refused, SignInExpired, Transient
from domain.tickets import TextFile
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known
from tests.parts.waiting import wait_until

pytestmark = pytest.mark.usefixtures("no_pauses")

MARKER = "handover:ho-7kq2mw9xpd:1"
TEXT = "Contact changed for canary@fresh.example."
Post = Callable[..., str]


@pytest.fixture
def number(sandbox: Sandbox) -> str:
    """A fresh ticket with a customer's comment."""
    said = [{"author": "ida@fresh.example", "body": "Please help."}]
    made = sandbox.ask(
        "POST", "/tickets", json={"requester": "ida@fresh.example", "comments": said}
    )
    return str(made["id"])


@pytest.fixture
def post(zendesk: Zendesk, number: str, window: WriteWindow) -> Post:
    """Leaves a note on the ticket."""

    def note(body: str = TEXT, marker: str = MARKER, **options: Any) -> str:
        return zendesk.add_internal_note(number, body, marker, **{"window": window, **options})

    return note


def truth(sandbox: Sandbox, number: str) -> list[dict[str, Any]]:
    """All comments but the customer's, as they really are."""
    found: list[dict[str, Any]] = sandbox.ask("GET", f"/tickets/{number}")["comments"]
    return [one for one in found if one["body"] != "Please help."]


def test_a_note_is_internal(sandbox: Sandbox, zendesk: Zendesk, number: str, post: Post) -> None:
    """Public is Zendesk's default; the marker is in the text, and the log names the run."""
    made = post()
    (note,) = truth(sandbox, number)
    assert (str(note["id"]), note["public"]) == (made, False)
    assert note["body"] == f"{TEXT}\n\n{MARKER}"
    seen = known(zendesk.comment(number, made))
    assert (seen.public, seen.author_email) == (False, "handover@support.example")
    assert {write["request_id"] for write in sandbox.writes()} == {"run-7f"}


def test_a_note_is_there_once(sandbox: Sandbox, number: str, post: Post) -> None:
    """Called again it is found, also with its marker written by us, and with another text."""
    body = f"{TEXT} Reference {MARKER}."
    made = post(body)
    assert post(body) == post("Something else.") == made
    assert [note["body"] for note in truth(sandbox, number)] == [body]


def test_markers_that_begin_alike(sandbox: Sandbox, number: str, post: Post) -> None:
    """Step 1 is not done because step 10 is."""
    markers = (f"{MARKER}0", f"x-{MARKER}", MARKER)
    assert len({post(marker=marker) for marker in markers}) == len(truth(sandbox, number)) == 3


def test_a_change_by_somebody_else(sandbox: Sandbox, number: str, post: Post) -> None:
    """A 409 for the stamp: read again, not there, sent with the new stamp."""
    body = json.dumps({"error": "UpdateConflict"})
    sandbox.fault("status", system="zendesk", method="PUT", code=409, body=body)
    post()
    assert len(truth(sandbox, number)) == 1


def test_our_own_note_as_the_change(sandbox: Sandbox, number: str, post: Post) -> None:
    """The first try had landed and its answer said 409: the second look finds it."""
    body = json.dumps({"error": "UpdateConflict"})
    sandbox.fault("status_after", system="zendesk", method="PUT", code=409, body=body)
    made = post()
    assert [str(note["id"]) for note in truth(sandbox, number)] == [made]


def test_a_ticket_that_never_rests(sandbox: Sandbox, number: str, post: Post) -> None:
    """Three looks, then the journal waits."""
    body = json.dumps({"error": "UpdateConflict"})
    sandbox.fault("status", system="zendesk", method="PUT", code=409, body=body, times=None)
    with pytest.raises(Transient) as busy:
        post()
    assert (busy.value.code, sandbox.hits(), truth(sandbox, number)) == ("ticket-busy", 3, [])


def test_a_collision_in_their_database(sandbox: Sandbox, number: str, post: Post) -> None:
    """The other 409 says nothing about the ticket: it is tried again later, by the journal."""
    body = json.dumps({"error": "DatabaseConflict", "description": "Database collision"})
    sandbox.fault("status", system="zendesk", method="PUT", code=409, body=body, times=None)
    with pytest.raises(Transient) as busy:
        post()
    assert (busy.value.code, sandbox.hits(), truth(sandbox, number)) == ("zendesk-busy", 1, [])


@pytest.mark.parametrize("kind", ["status_after", "truncated", "timeout_after", "reset"])
def test_no_verdict(sandbox: Sandbox, number: str, post: Post, kind: str) -> None:
    """It may have landed: not sent again by itself, and found when the caller asks again."""
    sandbox.fault(kind, system="zendesk", method="PUT", code=502)
    with pytest.raises(OutcomeUnknown):
        post()
    landed = [str(note["id"]) for note in truth(sandbox, number)]
    assert len(landed) == (0 if kind == "reset" else 1)
    made = post()
    assert [str(note["id"]) for note in truth(sandbox, number)] == [made]
    assert not landed or landed == [made]


@contextmanager
def while_it_is_on_its_way(sandbox: Sandbox, act: Callable[[], object]) -> Iterator[None]:
    """Does something between the sending of the next update and its arrival."""
    held = sandbox.fault("hold_before_commit", system="zendesk", method="PUT")

    def wait_and_act() -> None:
        wait_until(lambda: sandbox.ask("GET", f"/faults/{held}")["held"], message="an update")
        act()
        sandbox.ask("POST", f"/faults/{held}/release")

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def patient(sandbox: Sandbox) -> Zendesk:
    """A client that waits for an answer that is held."""
    agent = ("handover@support.example", "sandbox-zendesk-token")
    return Zendesk(f"{sandbox.url}/zendesk", *agent, limits=Limits(read=15))


def test_two_who_post_at_once(sandbox: Sandbox, number: str, window: WriteWindow) -> None:
    """Both have looked and found nothing; one note stands, and both know its number."""
    ids: list[str] = []

    def leave() -> None:
        ids.append(patient(sandbox).add_internal_note(number, TEXT, MARKER, window=window))

    with while_it_is_on_its_way(sandbox, leave):
        leave()
    assert [str(note["id"]) for note in truth(sandbox, number)] * 2 == ids


def test_a_closed_ticket(sandbox: Sandbox, number: str, post: Post) -> None:
    """Nothing is sent, not even a file."""
    sandbox.ask("POST", f"/tickets/{number}", json={"status": "closed"})
    for method in ("PUT", "POST"):
        sandbox.fault("latency", system="zendesk", method=method, times=None)
    with pytest.raises(Refused) as refused:
        post(attachments=(TextFile("a.txt", "x"),))
    assert (refused.value.code, truth(sandbox, number)) == ("ticket-closed", [])
    assert sandbox.hits() == 0


def test_a_ticket_that_is_closed_meanwhile(
    sandbox: Sandbox, number: str, window: WriteWindow
) -> None:
    """The 422 alone could mean anything: the ticket is read again."""
    desk = patient(sandbox)

    def close() -> None:
        sandbox.ask("POST", f"/tickets/{number}", json={"status": "closed"})

    with while_it_is_on_its_way(sandbox, close), pytest.raises(Refused) as refused:
        desk.add_internal_note(number, TEXT, MARKER, window=window)
    assert (refused.value.code, truth(sandbox, number)) == ("ticket-closed", [])


def test_a_note_that_is_there_on_a_closed_ticket(sandbox: Sandbox, number: str, post: Post) -> None:
    """Found is found: the ticket may have been closed since."""
    made = post()
    sandbox.ask("POST", f"/tickets/{number}", json={"status": "closed"})
    assert post() == made


@pytest.mark.rule("T3")
def test_a_file_on_a_note(sandbox: Sandbox, zendesk: Zendesk, number: str, post: Post) -> None:
    """The mail log as text, letters of other scripts included."""
    text = "550 5.1.1 no such user\nÄ 你好\n"
    made = post(attachments=(TextFile("mail log.txt", text),))
    (file,) = known(zendesk.comment(number, made)).attachments
    assert (file.file_name, file.size) == ("mail log.txt", len(text.encode()))
    assert file.content_type.startswith("text/plain")
    (note,) = truth(sandbox, number)
    assert [one["content"] for one in note["files"]] == [text]


def test_a_file_that_does_not_get_through(sandbox: Sandbox, number: str, post: Post) -> None:
    """No verdict on a file is no unknown note: nothing stands on the ticket."""
    sandbox.fault("status", system="zendesk", path="uploads", code=502)
    with pytest.raises(Transient) as failed:
        post(attachments=(TextFile("a.txt", "x"),))
    assert (failed.value.code, truth(sandbox, number)) == ("upload", [])


def test_a_file_is_sent_once_for_all_looks(sandbox: Sandbox, number: str, post: Post) -> None:
    """A conflict does not use it up."""
    body = json.dumps({"error": "UpdateConflict"})
    sandbox.fault("status", system="zendesk", method="PUT", code=409, body=body)
    sandbox.fault("latency", system="zendesk", path="uploads", times=None)
    post(attachments=(TextFile("a.txt", "x"),))
    (note,) = truth(sandbox, number)
    assert len(note["files"]) == 1
    assert sandbox.hits() == 2, "one conflict, one file"


def test_too_many_updates(sandbox: Sandbox, number: str, post: Post) -> None:
    """Surely not there, and how long to wait."""
    sandbox.setting(ticket_updates_per_minute=1)
    post()
    with pytest.raises(Transient) as waits:
        post(marker="handover:ho-7kq2mw9xpd:2")
    assert waits.value.code == "rate-limited"
    assert waits.value.delay is not None
    assert 1 <= waits.value.delay <= 60
    assert len(truth(sandbox, number)) == 1


def test_after_the_window(sandbox: Sandbox, number: str, post: Post) -> None:
    with pytest.raises(Transient) as late:
        post(window=WriteWindow("run-7f", time.monotonic() - 1))
    assert (late.value.code, truth(sandbox, number)) == ("window-closed", [])


@pytest.mark.parametrize(
    ("code", "error", "word"),
    [
        (401, SignInExpired, "sign-in"),
        (403, Refused, "zendesk-permission"),
        (404, Refused, "ticket-unknown"),
        (422, HandoverError, "defect"),
    ],
)
def test_updates_that_are_refused(
    sandbox: Sandbox, number: str, post: Post, code: int, error: type[HandoverError], word: str
) -> None:
    sandbox.fault("status", system="zendesk", method="PUT", code=code, body='{"error": "x"}')
    with pytest.raises(error) as failed:
        post()
    assert (failed.value.code, truth(sandbox, number)) == (word, [])


def test_no_text_in_errors_and_logs(
    sandbox: Sandbox, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """What the note and the answers say is said nowhere else."""
    caplog.set_level(logging.DEBUG)
    said = []
    for code in (400, 409, 422, 502):
        body = json.dumps({"error": "x", "description": "canary@fresh.example"})
        sandbox.fault("status", system="zendesk", method="PUT", code=code, body=body, times=3)
        with pytest.raises(HandoverError) as failed:
            post(attachments=(TextFile("canary.txt", "canary"),))
        said.append(str(failed.value))
        sandbox.ask("DELETE", "/faults")
    assert "canary" not in f"{said} {caplog.text}"
    assert "/api/v2/tickets/{id}" in caplog.text
