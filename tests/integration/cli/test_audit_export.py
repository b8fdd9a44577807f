"""`handover audit export`: a history that leaves the house, and shows that nobody changed it."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidRequest
from handover import exported
from tests.integration.cli.operators import Operator
from tests.parts.rehearsal import Rehearsal
from worker.journal.events import canonical, hash_of


@pytest.fixture(scope="module")
def history(world: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported history of a run that asked, was answered and is proved."""
    ops = Operator(world, tmp_path_factory.mktemp("history"))
    run = ops.asked()
    answered = ops("answer", run, "confirmed", "--reason", "saw it", "--as", "sam", "--wait", "60")
    assert answered.code == 0, answered
    called = ops("audit", "export", "--run", run, "--output", "history.json")
    assert called.code == 0, called
    return ops.folder / "history.json"


def test_everything_is_in_it(history: Path) -> None:
    """Report, questions and answers, events with hashes, and what verifying found."""
    document = json.loads(history.read_text())
    (run,) = document["runs"]
    assert run["report"]["result"] == "proved"
    assert [(q["answer"], q["answered_by"]) for q in run["questions"]] == [("confirmed", "sam")]
    (answered,) = run["report"]["answered"]
    assert (answered["answer"], answered["answered_by"]) == ("confirmed", "sam")
    assert {write["kind"] for write in run["report"]["writes"]} >= {"create", "delete", "set"}
    assert len(run["events"]) == run["report"]["events"] == document["verification"]["events"]
    assert document["verification"]["holds"]


def test_it_verifies_on_its_own(ops: Operator, history: Path) -> None:
    """Without the journal, and against heads that were kept elsewhere."""
    nowhere = {"HANDOVER_STATE_DIR": str(ops.folder / "nowhere"), "DATABASE_URL": ""}
    called = ops("audit", "verify", "--file", str(history), env=nowhere)
    assert called.code == 0, called
    assert "events of 1 run hold" in called.out
    (ops.folder / "heads.jsonl").write_text(ops("audit", "heads").out)
    against = ops("audit", "verify", "--file", str(history), "--heads", "heads.jsonl")
    assert against.code == 0
    assert "head" in against.out


def test_a_changed_byte_is_found(history: Path) -> None:
    """Wherever it is: in a hash, a time, a word, or between the words."""
    content = history.read_bytes()
    assert exported.verify(content).problems == []
    dice = random.Random(4711)
    for _ in range(150):
        at = dice.randrange(len(content))
        other = bytes([content[at] ^ (1 << dice.randrange(7))])
        try:
            problems = exported.verify(content[:at] + other + content[at + 1 :]).problems
        except InvalidRequest:
            continue  # it is no exported history any more
        assert problems, f"byte {at}: {content[at - 20 : at + 20]!r}"


def test_a_change_that_no_reader_sees_is_found(history: Path) -> None:
    """Between the words, and a key that stands twice, of which readers take the last."""
    content = history.read_bytes()
    wider = content.replace(b'": ', b'":  ', 1)
    twice = content.replace(b'"holds": true', b'"holds": false,\n    "holds": true', 1)
    for changed in (wider, twice, content + b"\n"):
        assert json.loads(changed) == json.loads(content)
        (problem,) = exported.verify(changed).problems
        assert problem == "the file is not byte for byte what was exported"


def _forged(history: Path, change: Any) -> list[str]:
    """The problems of a document that was changed and whose digest was made anew."""
    document = json.loads(history.read_text())
    del document["digest"]
    change(document["runs"][0])
    return exported.verify(exported.written(exported.sealed(document)).encode()).problems


def test_a_digest_that_is_made_anew_does_not_help(history: Path) -> None:
    """The chain, and what it says about results, writes and answers, gives it away."""

    def actor(run: dict[str, Any]) -> None:
        run["events"][3]["actor"] = "somebody"

    def result(run: dict[str, Any]) -> None:
        run["report"]["result"] = "cancelled"

    def outcome(run: dict[str, Any]) -> None:
        run["report"]["writes"][0]["outcome"] = "refused"

    def answered_by(run: dict[str, Any]) -> None:
        run["questions"][0]["answered_by"] = "lee"

    def ticket(run: dict[str, Any]) -> None:
        run["report"]["ticket"] = "9999"

    def starter(run: dict[str, Any]) -> None:
        run["report"]["requested_by"] = "somebody"

    def writes(run: dict[str, Any]) -> None:
        run["report"]["writes"] = []

    def tail(run: dict[str, Any]) -> None:
        run["events"].pop()

    def missing(run: dict[str, Any]) -> None:
        del run["events"]

    assert _forged(history, lambda _: None) == []
    for change, said in (
        (actor, "event 4 was changed"),
        (result, "its result is not that of its events"),
        (outcome, "is not that of its events"),
        (answered_by, "its answers are not those of its events"),
        (ticket, "what it is about is not"),
        (starter, "who asked for it is not"),
        (writes, "its writes are not those"),
        (tail, "the last events are missing"),
        (missing, "incomplete"),
    ):
        assert any(said in problem for problem in _forged(history, change)), change


def test_a_chain_that_is_made_anew_fails_against_heads(history: Path, world: Rehearsal) -> None:
    """Only heads that were kept elsewhere show a forger who makes everything anew."""
    document = json.loads(history.read_text())
    (run,) = document["runs"]
    heads = [{"run": run["run"], **run["head"]}]
    prev = "0" * 64
    for event in run["events"]:
        event["actor"] = "somebody"
        body = {name: event[name] for name in exported.EVENT if name != "hash"}
        body |= {"data": canonical(event["data"]), "prev": prev}
        event["prev"], event["hash"] = prev, hash_of(body)
        prev = event["hash"]
    run["head"]["hash"] = prev
    run["questions"][0]["answered_by"] = "somebody"
    run["report"]["requested_by"] = "somebody"
    del document["digest"]
    content = exported.written(exported.sealed(document)).encode()
    assert exported.verify(content).problems == []
    (problem,) = exported.verify(content, heads).problems
    assert "is not the one exported earlier" in problem


def test_a_ticket_as_markdown(ops: Operator) -> None:
    """All its runs, readable; a second export doesn't overwrite the first."""
    ops.proved()
    called = ops("audit", "export", "--ticket", ops.ticket, "--output", "audit.md")
    assert called.code == 0
    text = (ops.folder / "audit.md").read_text()
    assert text.startswith(f"# History of ticket {ops.ticket}\n")
    assert f"## change-contact of account {ops.number}: done, and proved in Zuora" in text
    assert "| `evidence-seen` |" not in text.split(f"account {ops.number}")[1]
    again = ops("audit", "export", "--ticket", ops.ticket, "--output", "audit.md")
    assert again.code == 64
    assert "exists already" in again.err
    assert ops("audit", "export", "--ticket", "1").code == 64


def test_other_files_are_no_history(ops: Operator) -> None:
    """Exit 64, and what makes one."""
    (ops.folder / "other.json").write_text('{"schema": "handover.run/1"}')
    for name in ("other.json", "nowhere.json"):
        assert ops("audit", "verify", "--file", name).code == 64
