"""An exported history as a document that proves by itself that nobody has changed it.

The chains in it are those of the journal. What is told besides (reports, questions) must say the
same as the events do, and a digest covers the whole. All of that could be made anew by somebody
who forges everything; heads that were kept elsewhere show that, too.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.errors import InvalidRequest
from worker.journal.audit import Chains, Verdict
from worker.journal.events import canonical

SCHEMA = "handover.audit-export/1"
EVENT = ("run_id", "n", "at", "kind", "actor", "step", "fence", "data", "prev", "hash")
"""What is exported of an event: everything that its hash is made of, and the hash."""

Run = Mapping[str, Any]


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the digest of everything else in it."""
    return {**document, "digest": _digest(document)}


def written(document: Mapping[str, Any]) -> str:
    """The one way in which a document is written to a file; a file in any other was changed."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def verify(content: bytes, heads: Iterable[Mapping[str, Any]] = ()) -> Verdict:
    """Whether a file is what was exported. Raises InvalidRequest if it is no such file."""
    document = _parsed(content)
    verdict = Verdict()
    if document.get("digest") != _digest({k: v for k, v in document.items() if k != "digest"}):
        verdict.problems.append("the file's content is not what was exported: its digest differs")
    if written(document).encode() != content:
        verdict.problems.append("the file is not byte for byte what was exported")
    try:
        _verify_runs(document["runs"], heads, verdict)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        verdict.problems.append("the file's content is incomplete")
    return verdict


def _verify_runs(runs: Iterable[Run], heads: Iterable[Mapping[str, Any]], verdict: Verdict) -> None:
    known: dict[tuple[str, int], str] = {}
    chains = Chains()
    exported = set()
    for run in runs:
        exported.add(run["run"])
        for event in run["events"]:
            if event["run_id"] != run["run"]:
                verdict.problems.append(f"{run['run']}: an event of another run")
            chains.add({**event, "data": canonical(event["data"])})
            known[event["run_id"], event["n"]] = event["hash"]
        if chains.last.get(run["run"]) != (run["head"]["n"], run["head"]["hash"]):
            verdict.problems.append(f"{run['run']}: the last events are missing")
        verdict.problems += [f"{run['run']}: {problem}" for problem in _told_otherwise(run)]
    verdict.runs, verdict.events = len(exported), chains.events
    verdict.problems += chains.problems
    verdict.problems += [
        f"{head['run']}: event {head['n']} is not the one exported earlier"
        for head in heads
        if head["run"] in exported and known.get((head["run"], head["n"])) != head["hash"]
    ]


def _told_otherwise(run: Run) -> Iterator[str]:
    """Where the readable part does not say what the events say."""
    report = run["report"]
    [asked] = [e for e in run["events"] if e["kind"] == "run.requested"]
    told_of = {name: report[name] for name in ("workflow", "ticket", "account")}
    if told_of != {name: asked["data"][name] for name in told_of}:
        yield "what it is about is not what its events say"
    if report["requested_by"] != asked["actor"]:
        yield "who asked for it is not who its events say"
    results = [e["data"]["result"] for e in run["events"] if e["kind"] == "run.ended"]
    if [report["result"]] != (results or [None]):
        yield "its result is not that of its events"
    outcomes = {
        e["data"]["write"]: e["data"]["outcome"]
        for e in run["events"]
        if e["kind"] == "write.outcome"
    }
    begun = [e["data"]["write"] for e in run["events"] if e["kind"] == "write.intended"]
    if sorted(write["write"] for write in report["writes"]) != sorted(begun):
        yield "its writes are not those of its events"
    for write in report["writes"]:
        if write["outcome"] != outcomes.get(write["write"], "open"):
            yield f"the outcome of write {write['write']} is not that of its events"
    given = [
        (e["data"]["question"], e["data"]["answer"], e["actor"])
        for e in run["events"]
        if e["kind"] == "question.answered"
    ]
    told = [(q["kind"], q["answer"], q["answered_by"]) for q in run["questions"] if q["answer"]]
    if told != given:
        yield "its answers are not those of its events"


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InvalidRequest(
            ["this is no exported history: `handover audit export --output FILE.json` makes one"]
        )
    return document


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()
