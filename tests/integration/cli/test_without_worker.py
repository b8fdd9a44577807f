"""Runs that nobody works on: what can be seen, decided and proved about them, with exit codes."""

import json
import re
import signal
import sqlite3
import subprocess
import sys

import pytest

from tests.integration.cli.calls import DEAD, Cli, command
from tests.parts.environment import child_environment
from tests.parts.waiting import wait_until

HEEDING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from handover.cli import main; main()"
)
"""`handover`, even if a shell that started the tests in the background ignores Ctrl-C."""


def test_still_running_when_the_wait_is_over(quiet: Cli) -> None:
    """Exit 8; the report is on stdout and the progress on stderr."""
    called = quiet("start", "--file", quiet.request(), "--wait", "1", "--json")
    assert called.code == 8
    assert called.json["state"] == "requested"
    assert called.json["exit_code"] == 8
    assert "requested change-contact of A00000001, ticket 4711" in called.err


def test_a_second_run_on_the_account_is_locked(quiet: Cli) -> None:
    """Exit 6, naming the holder in words and for machines."""
    holder = quiet.start()
    called = quiet("start", "--file", quiet.request(ticket="4712"), "--json")
    assert called.code == 6
    assert called.json["holder"] == holder
    assert f"handover show {holder}" in called.err


def test_cancelling(quiet: Cli) -> None:
    """Exit 0 for the command, 9 for whoever watches the run, 64 for a second time."""
    run = quiet.start()
    cancelled = quiet("cancel", run, "--reason", "the customer withdrew", "--as", "kim")
    assert cancelled.code == 0
    assert "Cancelled before anything was written." in cancelled.out
    watched = quiet("watch", run)
    assert watched.code == 9
    assert "kim asks to cancel" in watched.out
    again = quiet("cancel", run, "--reason", "once more")
    assert again.code == 64
    assert "has ended already" in again.err


def test_an_answer_without_a_question(quiet: Cli) -> None:
    """Exit 64: the run waits for nothing."""
    called = quiet("answer", quiet.start(), "approve", "--reason", "fine")
    assert called.code == 64
    assert "waits for no answer" in called.err


def test_rewrapping(quiet: Cli) -> None:
    """Every run's key is put under the newest master key; runs can be shown as before."""
    run = quiet.start()
    done = quiet("rewrap", "--json")
    assert done.code == 0
    assert done.json == {"schema": "handover.rewrapped/1", "runs": 1}
    assert run in quiet("show", run).out


def test_forgetting(quiet: Cli) -> None:
    """Only a run that has ended, and the history still verifies afterwards."""
    run = quiet.start()
    early = quiet("forget", run, "--irreversible")
    assert early.code == 64
    assert "has not ended" in early.err
    quiet("cancel", run, "--reason", "a try")
    done = quiet("forget", run, "--irreversible", "--json")
    assert done.code == 0
    assert done.json == {"schema": "handover.forgotten/1", "run": run}
    assert quiet("audit", "verify").code == 0
    assert quiet("show", run).code == 0


def test_runs_are_listed_and_filtered(quiet: Cli) -> None:
    """By account, ticket, state and result; the newest first, as many as wanted."""
    first = quiet.start()
    quiet("cancel", first, "--reason", "a try")
    second = quiet.start(ticket="4712", account="A00000002")

    def listed(*arguments: str) -> list[str]:
        return [row["run"] for row in quiet("runs", "--json", *arguments).json["runs"]]

    assert listed() == [second, first]
    assert listed("--limit", "1") == [second]
    assert listed("--account", "A00000001") == [first]
    assert listed("--ticket", "4712") == [second]
    assert listed("--state", "requested") == [second]
    assert listed("--state", "cancelled") == [first]
    assert listed("--status", "cancelled") == [first]
    assert listed("--since", "1h") == listed("--since", "2026-01-01") == [second, first]
    table = quiet("runs").out.splitlines()
    assert table[0].split() == [
        *("RUN", "STARTED", "BY", "WORKFLOW", "ACCOUNT", "TICKET", "STATE", "WHY")
    ]
    assert [line.split()[0] for line in table[1:]] == [second, first]
    cut = quiet("runs", "--limit", "1", "--json")
    assert cut.json["more"] is True
    assert "The newest 1 of more: --limit shows more" in cut.err
    whole = quiet("runs", "--limit", "2", "--json")
    assert whole.json["more"] is False
    assert whole.err == ""
    nothing = quiet("runs", "--ticket", "1")
    assert nothing.code == 0
    assert "No such run." in nothing.err


def test_no_colours_reach_a_pipe(quiet: Cli) -> None:
    """Nor any other control character; the report is plain text."""
    out = quiet("show", quiet.start()).out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", out)


def test_exported_heads_show_a_tail_that_was_cut(quiet: Cli) -> None:
    """A chain whose end is gone verifies alone, and does not against heads kept elsewhere."""
    run = quiet.start()
    heads = quiet("audit", "heads").out
    assert json.loads(heads)["schema"] == "handover.heads/1"
    (quiet.folder / "heads.jsonl").write_text(heads)
    assert quiet("audit", "verify", "--heads", "heads.jsonl").code == 0
    forged = heads.replace(json.loads(heads)["heads"][0]["hash"], "f" * 64)
    (quiet.folder / "heads.jsonl").write_text(forged)
    called = quiet("audit", "verify", "--heads", "heads.jsonl", "--json")
    assert called.code == 1
    assert called.json["problems"] == [f"{run}: event 1 is not the one exported earlier"]


def test_a_changed_event_is_found(quiet: Cli) -> None:
    """Exit 1 once somebody went past the triggers."""
    run = quiet.start()
    with sqlite3.connect(quiet.folder / "state" / "journal.db") as db:
        db.execute("DROP TRIGGER events_no_update")
        db.execute("UPDATE events SET actor = 'nobody'")
    called = quiet("audit", "verify")
    assert called.code == 1
    assert f"{run}: event 1 was changed" in called.out


@pytest.mark.parametrize("content", ["", "no json\n", '{"at": 1}\n', '{"heads": [{"run": 1}]}\n'])
def test_a_file_that_holds_no_heads(quiet: Cli, content: str) -> None:
    """It is refused; an empty one, too: it would let every cut tail pass."""
    (quiet.folder / "heads.jsonl").write_text(content)
    called = quiet("audit", "verify", "--heads", "heads.jsonl")
    assert called.code == 64


def test_interrupting_a_wait_leaves_the_run_alone(quiet: Cli) -> None:
    """Ctrl-C: exit 130, one sentence that says how to look again, and the run is still there."""
    process = subprocess.Popen(
        [sys.executable, "-c", HEEDING, "start", "--file", quiet.request(), "--wait", "100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(quiet.env),
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    assert first.startswith("Accepted as run ho-")
    process.stderr.readline()  # the first line of progress: it waits now
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    run = first.split()[-1].rstrip(".")
    assert process.returncode == 130
    assert f"Run {run} goes on without us: `handover watch {run}`." in said
    assert "Traceback" not in said
    assert quiet("show", run, "--json").json["state"] == "requested"


def test_a_reader_that_goes_away_is_no_error(quiet: Cli) -> None:
    """`handover watch RUN | head -1`: silence, and the status of a closed pipe."""
    run = quiet.start()
    process = subprocess.Popen(
        command("watch", run),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(quiet.env),
    )
    assert process.stdout is not None
    assert "requested" in process.stdout.readline()
    process.stdout.close()
    assert quiet("cancel", run, "--reason", "enough").code == 0
    wait_until(lambda: process.poll() is not None, message="the watch to end")
    assert process.returncode == 141
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_output_that_cannot_be_encoded_is_no_error(quiet: Cli) -> None:
    """On a terminal of the last century the marks are letters."""
    called = quiet.afresh("show", quiet.start(), env={"PYTHONIOENCODING": "ascii"})
    assert called.code == 0
    assert "  - 1. Verify" in called.out


def test_resuming_without_redis(quiet: Cli) -> None:
    """Exit 69: giving it again later does no harm, and recovery would have sent it by itself."""
    run = quiet.start()
    called = quiet("resume", run, "--json", env={"REDIS_URL": DEAD})
    assert called.code == 69
    assert (called.json["code"], called.json["run"]) == ("not-sent", run)
    again = quiet("resume", run)
    assert again.code == 0
    assert f"{run}: sent on; it would have gone on by itself " in again.out
    assert quiet("resume", run, "--wait", "1").code == 8


def test_resuming_what_a_worker_holds(quiet: Cli) -> None:
    """Exit 8, with whom and until when; nothing is sent."""
    run = quiet.start()
    with sqlite3.connect(quiet.folder / "state" / "journal.db") as db:
        db.execute("UPDATE runs SET lease_owner = 'elsewhere:7', lease_until = 4102444800000")
    called = quiet("resume", run)
    assert called.code == 8
    assert f"{run}: elsewhere:7 works on it and holds it until 2" in called.out
    assert "Nothing was sent." in called.out
