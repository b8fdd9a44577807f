"""Zendesk: tickets, comments in pages, users, notes, files, both 409s and the limits."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Control, Neighbour, zendesk

TOKEN = "sandbox-zendesk-token"


@pytest.fixture
def desk(box: Control) -> Neighbour:
    return zendesk(box.root)


@pytest.fixture
def number(box: Control) -> int:
    """A fresh ticket without comments."""
    return int(box.post("tickets", requester="ida@fresh.example")["id"])


def shown(desk: Neighbour, number: int) -> dict[str, Any]:
    found = desk.get(f"api/v2/tickets/{number}.json")["ticket"]
    assert isinstance(found, dict)
    return found


def update(desk: Neighbour, number: int, **ticket: Any) -> Any:
    return desk.call("PUT", f"api/v2/tickets/{number}.json", json={"ticket": ticket})


def comments(desk: Neighbour, number: int) -> list[dict[str, Any]]:
    found = desk.get(f"api/v2/tickets/{number}/comments.json")["comments"]
    assert isinstance(found, list)
    return found


def test_who_may_ask(box: Control) -> None:
    """A token with its address, or as a bearer; the answer to anything else is a 401."""
    assert zendesk(box.root, "wrong").call("GET", "api/v2/tickets/4711").status_code == 401
    desk = Neighbour(f"{box.root}/zendesk")
    assert desk.call("GET", "api/v2/tickets/4711").status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert desk.call("GET", "api/v2/tickets/4711", headers=bearer).status_code == 200


def test_the_demo_world(desk: Neighbour) -> None:
    """Ticket 4711: Nils asks for A00000001, and its verified Sold To agrees in comment 4411."""
    ticket = shown(desk, 4711)
    asks, agrees = comments(desk, 4711)
    assert (ticket["status"], ticket["requester_id"]) == ("open", asks["author_id"])
    assert (asks["id"], agrees["id"]) == (4311, 4411)
    user = desk.get(f"api/v2/users/{agrees['author_id']}.json")["user"]
    assert (user["email"], user["verified"]) == ("orla.finchley@brightwater.example", True)
    requester = desk.get(f"api/v2/users/{shown(desk, 4718)['requester_id']}.json")["user"]
    assert requester["verified"] is False


@pytest.mark.parametrize("path", ["tickets/999", "tickets/abc", "users/999", "tickets/9/comments"])
def test_what_is_not_there(desk: Neighbour, path: str) -> None:
    answer = desk.call("GET", f"api/v2/{path}")
    assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")


def test_a_comment_is_public_unless_told_otherwise(desk: Neighbour, number: int) -> None:
    """The answer's audit says what it has become."""
    audit = update(desk, number, comment={"body": "seen by all"}).json()["audit"]
    assert [event["public"] for event in audit["events"]] == [True]
    note = update(desk, number, comment={"body": "for us", "public": False}).json()
    (event,) = note["audit"]["events"]
    assert (event["type"], event["public"], event["body"]) == ("Comment", False, "for us")
    assert [one["public"] for one in comments(desk, number)] == [True, False]


def test_a_note_sent_twice_is_there_twice(desk: Neighbour, number: int) -> None:
    for _ in range(2):
        update(desk, number, comment={"body": "again", "public": False})
    assert len(comments(desk, number)) == 2


def test_the_log_of_a_note_has_no_text(box: Control, desk: Neighbour, number: int) -> None:
    comment = {"body": "about canary@fresh.example", "public": False}
    desk.http.headers["X-Request-Id"] = "run-7f"
    update(desk, number, comment=comment, status="pending")
    made, changed = box.get("writes", request_id="run-7f")
    assert (made["system"], made["model"], made["action"]) == ("zendesk", "comment", "create")
    assert (made["after"]["ticket_id"], made["after"]["public"]) == (number, False)
    assert changed["after"] == {"status": "pending"}
    assert "canary" not in str((made, changed))


def test_the_guard_against_collisions(box: Control, desk: Neighbour, number: int) -> None:
    """An update with the stamp of before somebody else's is a 409, and nothing of it is done."""
    stamp = shown(desk, number)["updated_at"]
    guarded = {"safe_update": True, "updated_stamp": stamp, "comment": {"body": "mine"}}
    box.post(f"tickets/{number}", comments=[{"author": "ida@fresh.example", "body": "first"}])
    answer = update(desk, number, **guarded)
    assert (answer.status_code, answer.json()["error"]) == (409, "UpdateConflict")
    assert [one["body"] for one in comments(desk, number)] == ["first"]
    guarded["updated_stamp"] = shown(desk, number)["updated_at"]
    assert update(desk, number, **guarded).status_code == 200
    assert update(desk, number, **guarded).status_code == 409


def test_a_closed_ticket_stays_as_it_is(desk: Neighbour) -> None:
    answer = update(desk, 4700, comment={"body": "too late"})
    assert (answer.status_code, answer.json()["error"]) == (422, "RecordInvalid")
    assert len(comments(desk, 4700)) == 1


def test_files(box: Control, desk: Neighbour, number: int) -> None:
    """A token from the upload goes out with a comment, once."""
    path, text = "api/v2/uploads.json?filename=mail.txt", "550 no such user\n"
    made = desk.call("POST", path, data=text, headers={"Content-Type": "text/plain"})
    assert made.status_code == 201
    token = made.json()["upload"]["token"]
    comment = {"body": "see the log", "public": False, "uploads": [token]}
    assert update(desk, number, comment=comment).status_code == 200
    (file,) = comments(desk, number)[0]["attachments"]
    assert (file["file_name"], file["size"]) == ("mail.txt", len(text))
    assert desk.call("GET", file["content_url"].removeprefix(f"{desk.url}/")).text == text
    assert box.get(f"tickets/{number}")["comments"][0]["files"][0]["content"] == text
    assert update(desk, number, comment=comment).status_code == 422
    assert desk.call("POST", "api/v2/uploads.json", data=text).status_code == 422


def test_pages_of_comments(box: Control, desk: Neighbour) -> None:
    """By number to a null, and behind a cursor until there is no more."""
    said = [{"author": "ida@fresh.example", "body": str(n)} for n in range(5)]
    made = box.post("tickets", requester="ida@fresh.example", comments=said)
    path = f"api/v2/tickets/{made['id']}/comments.json"
    page, found = desk.get(path, per_page=2), []
    assert page["count"] == 5
    while True:
        found += [one["body"] for one in page["comments"]]
        if page["next_page"] is None:
            break
        page = desk.get(page["next_page"].removeprefix(f"{desk.url}/"))
    assert found == list("01234")
    page = desk.get(path, **{"page[size]": 3})
    assert (len(page["comments"]), page["meta"]["has_more"]) == (3, True)
    page = desk.get(page["links"]["next"].removeprefix(f"{desk.url}/"))
    assert (len(page["comments"]), page["links"]["next"]) == (2, None)


def test_the_limit_on_updates(box: Control, desk: Neighbour, number: int) -> None:
    """A hundred a minute: the next one is refused with all four headers, and reads go on."""
    box.set(ticket_updates_per_minute=2)
    assert update(desk, number, status="open").headers["X-Rate-Limit-Remaining"] == "1"
    assert update(desk, number, status="open").status_code == 200
    answer = update(desk, number, comment={"body": "one too many"})
    assert (answer.status_code, answer.headers["X-Rate-Limit"]) == (429, "2")
    assert answer.headers["X-Rate-Limit-Remaining"] == "0"
    assert answer.headers["Retry-After"] == answer.headers["ratelimit-reset"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert comments(desk, number) == []


def test_the_limit_on_all_calls(box: Control, desk: Neighbour) -> None:
    box.set(zendesk_per_minute=1)
    statuses = [desk.call("GET", "api/v2/tickets/4711").status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_a_database_collision_on_order(box: Control, desk: Neighbour, number: int) -> None:
    """The other 409, which a test orders as a status with a body."""
    body = '{"error": "DatabaseConflict", "description": "Database collision"}'
    box.fault("status", system="zendesk", method="PUT", code=409, body=body)
    assert update(desk, number, status="open").json()["error"] == "DatabaseConflict"
    assert update(desk, number, status="open").status_code == 200


def test_generated_accounts_have_a_ticket(box: Control, desk: Neighbour) -> None:
    """Who is to manage it asks, and the Sold To agrees."""
    fresh = box.account()
    ticket = fresh["ticket"]
    asks, agrees = comments(desk, ticket["id"])
    assert (asks["id"], agrees["id"]) == (ticket["asked"], ticket["approved"])
    user = desk.get(f"api/v2/users/{agrees['author_id']}.json")["user"]
    assert user["email"] == fresh["sold_to"]["email"]
