"""`handover messages`: what a run has written for people outside, shown as it will be sent."""

from collections.abc import Iterator

import pytest

import handover
from domain.errors import InvalidRequest, Refused, Unavailable
from tasks.messages import write_message
from tests.integration.cli.calls import Cli
from tests.integration.cli.shapes import golden, shape
from tests.parts.rehearsal import forget_process_state, use_environment
from worker.context import StepContext
from worker.journal import leases
from worker.runtime import journal

SOLD_TO = "s.old@example.net"


class Desk:
    """A run whose first step is at work in this very process, and `handover` beside it."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        self.run = cli.start()

    def context(self, patch: pytest.MonkeyPatch, **env: str) -> StepContext:
        """The step's view of the run, with its Sold To verified."""
        use_environment(patch, {**self.cli.env, **env})
        with journal().write() as tx:
            _, lease = leases.claim(
                tx,
                self.run,
                "verify_ownership",
                owner="one",
                phase="verifying",
                milliseconds=60_000,
            )
        assert lease is not None
        from config.settings import settings  # noqa: PLC0415 - as the environment is now

        made = StepContext(lease, journal(), settings())
        made.seal("verified-sold-to", {"work_email": SOLD_TO})
        return made


@pytest.fixture
def desk(quiet: Cli) -> Iterator[Desk]:
    """One of them."""
    yield Desk(quiet)
    forget_process_state()


def test_messages_are_shown_and_that_they_were_is_recorded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As JSON of the promised shape, as Markdown and as text; each read is an event."""
    context = desk.context(monkeypatch)
    for _ in range(2):
        write_message(context, "sign-up-first")
    write_message(context, "evidence-needed", offers=("V2",), why="A screenshot proves nothing.")
    shown = desk.cli("messages", desk.run, "--as", "kim", "--json")
    assert shown.code == 0, shown
    assert shape(shown.json) == golden("handover.messages-1")
    assert [one["name"] for one in shown.json["messages"]] == ["sign-up-first", "evidence-needed"]
    only = desk.cli("messages", desk.run, "--name", "evidence-needed", "--markdown")
    assert only.out.startswith("## evidence-needed, for the requester\n\nWritten ")
    assert "contract" in only.out
    assert "sign-up-first, for the requester" in desk.cli("messages", desk.run).out
    reads = [e for e in handover.follow(desk.run, 0) if e["kind"] == "messages.read"]
    assert len(reads) == 3
    assert (reads[0]["actor"], reads[1]["data"]) == ("kim", {"messages": ["evidence-needed"]})


def test_no_message_and_no_such_message(desk: Desk) -> None:
    """An empty list is a result; a name that no message has is not. Neither is recorded as read."""
    none = desk.cli("messages", desk.run, "--json")
    assert (none.code, none.json["messages"]) == (0, [])
    wrong = desk.cli("messages", desk.run, "--name", "done")
    assert (wrong.code, "there is: none" in wrong.err) == (64, True)


@pytest.mark.rule("G5")
def test_a_message_with_the_sold_to_in_it_is_not_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard knows whom the run is about, before they are pinned and after."""
    context = desk.context(monkeypatch)
    with pytest.raises(Refused, match="G5"):
        write_message(context, "sign-up-first", name=SOLD_TO.upper())
    pinned = {
        "contact": {"id": "1", "first_name": "S", "last_name": "O", "work_email": SOLD_TO},
        "bill_to": {"id": "2", "first_name": "B", "last_name": "T", "work_email": "b@example.net"},
        "customer": {
            "id": "3", "first_name": "S", "last_name": "O", "email": "other@example.net",
            "login_activated": True,
        },
    }  # fmt: skip
    context.seal("pinned", pinned)
    for address in (SOLD_TO, "Other@Example.net"):
        with pytest.raises(Refused, match="G5"):
            write_message(context, "sign-up-first", name=address)
    approval = write_message(context, "approval-request", name=SOLD_TO)
    assert approval.recipient_role == "sold-to"
    with pytest.raises(InvalidRequest, match="no message of that name"):
        handover.messages(desk.run, name="sign-up-first")


def test_the_templates_of_an_operations_team(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One of theirs stands in the place of ours; a broken one says which and where."""
    folder = tmp_path_factory.mktemp("messages")
    (folder / "typo-done.md").write_text("Ticket {{ ticket }} is done.")
    (folder / "sign-up-first.md").write_text("{{ nobody }}")
    context = desk.context(monkeypatch, HANDOVER_MESSAGES=str(folder))
    assert write_message(context, "typo-done").text == "Ticket 4711 is done.\n"
    assert "have to be sure" in write_message(context, "evidence-needed").text
    with pytest.raises(Unavailable, match="sign-up-first"):
        write_message(context, "sign-up-first")
    (folder / "sign-up-first.md").write_bytes(b"\xff")
    with pytest.raises(Unavailable, match="can't be read"):
        write_message(context, "sign-up-first")
