"""Zendesk: tickets, who is on them, and who wrote what."""

import pytest

from clients.transport import Limits
from clients.zendesk import Zendesk
from domain.errors import Refused, SignInExpired
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.mark.rule("V1")
def test_the_author_of_a_comment(zendesk: Zendesk) -> None:
    """The Sold To's approval in the demo world: their address, verified."""
    found = known(zendesk.comment("4711", "4411"))
    assert (found.author_email, found.author_verified) == (
        "orla.finchley@brightwater.example",
        True,
    )
    assert (found.public, found.body) == (True, "I agree to this change.")


@pytest.mark.rule("V1")
def test_an_author_who_is_not_verified(zendesk: Zendesk) -> None:
    """An address that anybody may have typed proves nothing."""
    found = known(zendesk.comment("4718", "4318"))
    assert (found.author_email, found.author_verified) == (
        "oskar.neufeld@heathmills.example",
        False,
    )


@pytest.mark.rule("V1")
@pytest.mark.parametrize("comment", ["4412", "9999", "", "abc"])
def test_a_comment_of_another_ticket(zendesk: Zendesk, comment: str) -> None:
    """It exists or not: on this ticket it is not."""
    assert zendesk.comment("4711", comment) is None


@pytest.mark.rule("V6")
def test_a_ticket_and_who_is_on_it(sandbox: Sandbox, zendesk: Zendesk) -> None:
    body = {"requester": "end@fresh.example", "copied": ["reseller@fresh.example"]}
    made = sandbox.ask("POST", "/tickets", json=body)
    ticket = zendesk.ticket(str(made["id"]))
    assert (ticket.status, ticket.closed) == ("open", False)
    (copied,) = (known(zendesk.user(key)) for key in ticket.copied_ids)
    requester = known(zendesk.user(ticket.requester_id))
    assert (requester.email, copied.email) == ("end@fresh.example", "reseller@fresh.example")
    assert requester.role == "end-user"


@pytest.mark.parametrize("number", ["0", "999999", "abc", "", "1/2", "47 11"])
def test_an_unknown_ticket(zendesk: Zendesk, number: str) -> None:
    for read in (zendesk.ticket, zendesk.comments):
        with pytest.raises(Refused) as refused:
            read(number)
        assert refused.value.code == "ticket-unknown"


def test_comments_beyond_a_page(sandbox: Sandbox, zendesk: Zendesk) -> None:
    """All of them, the oldest first, each author looked up once."""
    said = [{"author": f"p{n % 2}@fresh.example", "body": str(n)} for n in range(105)]
    body = {"requester": "p0@fresh.example", "comments": said}
    made = sandbox.ask("POST", "/tickets", json=body)
    found = zendesk.comments(str(made["id"]))
    assert [one.body for one in found] == [str(n) for n in range(105)]
    assert {one.author_email for one in found} == {"p0@fresh.example", "p1@fresh.example"}
    last = known(zendesk.comment(str(made["id"]), found[-1].id))
    assert last == found[-1]


def test_a_token_that_does_not_count(sandbox: Sandbox) -> None:
    url, email = f"{sandbox.url}/zendesk", "handover@support.example"
    desk = Zendesk(url, email, "wrong", limits=Limits(read=1))
    for ask in (desk.check, lambda: desk.ticket("4711"), lambda: desk.comments("4711")):
        with pytest.raises(SignInExpired, match="HANDOVER_ZENDESK"):
            ask()


def test_the_check_needs_no_ticket(zendesk: Zendesk) -> None:
    zendesk.check()
