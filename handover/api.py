"""Starting, following and deciding about runs."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.settings import settings
from domain.errors import InvalidRequest
from domain.requests import ChangeContact, Request, check_words, parse_evidence
from handover import reversal
from handover.lists import acting
from handover.policy import accepted
from handover.previews import outlined
from handover.reports import describe
from handover.words import spoken_address
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker import decisions
from worker.app import app
from worker.attention import unattended
from worker.canvas import NotSent, canvas_for, publish
from worker.decisions import Resumed
from worker.journal import events, keys, reversals
from worker.journal import runs as journal_runs
from worker.journal.vault import Vault
from worker.runtime import journal, milliseconds

# Messages are sent with this app, in every thread of the caller: Celery's own choice is per thread.
app.set_default()

POLL_SECONDS = 0.2

__all__ = [
    "NotSent",
    "Resumed",
    "Started",
    "answer",
    "cancel",
    "check_sign_in",
    "follow",
    "forget",
    "preview",
    "report",
    "resume",
    "rewrap",
    "sign_in",
    "start",
    "wait",
]


@dataclass(frozen=True, slots=True)
class Started:
    """A run that was accepted. `new` is false when this request was one already."""

    id: str
    new: bool


def start(request: Mapping[str, Any], *, key: str | None = None, by: str | None = None) -> Started:
    """Accepts a request and sends it on its way.

    The same request while its run is unfinished is the same run; with a `key` it is the same run
    for ever. One that `reverses` a run gets its new contact from there. Raises InvalidRequest
    (every problem at once), Refused where that run was forgotten, Locked (naming the holder),
    Unavailable, and NotSent where the run was recorded and only Redis is missing.
    """
    if key is not None and not key.strip():
        raise InvalidRequest(["key: is empty"])
    typed = accepted(reversal.completed(request))
    with journal().write() as tx:
        opening = _opening(tx.vault, typed, key, by)
        run_id, new = journal_runs.open_run(tx, opening)
        if new and isinstance(typed, ChangeContact) and typed.reverses:
            reversals.record(tx, run_id, typed.reverses, by=opening.requested_by)
    if new:
        try:
            publish(run_id, patient=False)
        except NotSent as error:
            place = spoken_address(journal().engine.url)
            raise NotSent(f"{error} The journal is {place}.", run=run_id) from None
    return Started(run_id, new)


def preview(request: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as it would be made now: masked, and without recording or changing anything.

    Raises what planning raises: InvalidRequest, Refused and the like. What would be asked is part
    of the answer: `question` in the place of a plan, and before it `evidence_question`, which is
    for a second person.
    """
    from tasks.preview import plan_now  # noqa: PLC0415 - loads the clients, needed only here

    typed = accepted(reversal.completed(request))
    return outlined(typed, plan_now(typed))


def report(run_id: str) -> dict[str, Any]:
    """Everything there is to know about a run, masked. Raises InvalidRequest if it is unknown.

    `unattended_seconds` is for how long no worker has taken it up although it should go on, else 0.
    """
    with journal().read() as tx:
        found = describe(tx, run_id)
        left = unattended(tx, [journal_runs.get(tx, run_id)])
        return {**found, "unattended_seconds": left.get(found["run"], 0)}


def wait(run_id: str, seconds: float) -> dict[str, Any]:
    """The report of a run once it has ended or waits for a person, or when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        with journal().read() as tx:
            state = journal_runs.get(tx, run_id).state
        if state in ("ended", "waiting") or time.monotonic() >= deadline:
            return report(run_id)
        time.sleep(POLL_SECONDS)


def follow(
    run_id: str, seconds: float | None = None, *, after: int = 0
) -> Iterator[dict[str, Any]]:
    """A run's events as they are recorded, until it has ended or waits for a person.

    With `seconds`, also until these are over. Events up to number `after` are left out. Raises
    InvalidRequest for an unknown run, and Unavailable.
    """
    return (event for event in glances(run_id, seconds, after=after) if event is not None)


def glances(run_id: str, seconds: float | None, *, after: int) -> Iterator[dict[str, Any] | None]:
    """As `follow`, with a None for each look at the journal that is over: time to show it."""
    deadline = None if seconds is None else time.monotonic() + seconds
    seen = after
    while True:
        with journal().read() as tx:
            state = journal_runs.get(tx, run_id).state
            fresh = list(events.of_run(tx, run_id, after=seen))
        for event in fresh:
            seen = event["n"]
            yield event
        if state in ("ended", "waiting") or (deadline and time.monotonic() >= deadline):
            return
        yield None
        time.sleep(POLL_SECONDS)


def answer(
    run_id: str,
    given: str,
    *,
    reason: str,
    by: str | None = None,
    plan: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Answers the question that a run waits for; to approve, `plan` names the plan by checksum.

    `evidence` is what `better-evidence` gives, as in a request. Raises InvalidRequest for an answer
    that is not offered and for evidence that is wrong (every problem at once; the question stays
    open), Refused where a second person has to answer, Unavailable, and NotSent where the answer
    was recorded and only Redis is missing: the run then goes on by itself, and answering again
    would be refused.
    """
    handle = _handle(by, reason=reason)
    typed = None if evidence is None else parse_evidence(dict(evidence)).model_dump(mode="json")
    decisions.answer(run_id, given, by=handle, reason=reason, plan=plan, evidence=typed)


def cancel(run_id: str, *, reason: str, by: str | None = None) -> bool:
    """Cancels a run; true if it ended at once, false if it asks first because it has written."""
    return decisions.cancel(run_id, by=_handle(by, reason=reason), reason=reason)


def resume(run_id: str, *, by: str | None = None) -> Resumed:
    """Sends what remains of a run at once, without waiting for recovery.

    A run that is worked on, waits for an answer or has ended is left alone; see the result. Raises
    InvalidRequest for an unknown run, Unavailable, and NotSent where only Redis is missing.
    """
    return decisions.resume(run_id, by=_handle(by))


def forget(run_id: str, *, by: str | None = None) -> None:
    """Destroys the personal data of an ended run. Raises InvalidRequest if it has not ended."""
    decisions.forget(run_id, by=_handle(by))


def sign_in(
    *,
    cookie: str | None = None,
    email: str | None = None,
    password: str | None = None,
    reason: str = "signed in again",
    by: str | None = None,
) -> dict[str, Any]:
    """Signs in to CustomersDot for all processes, and lets the runs go on that wait for it.

    `cookie` is that of a browser in which a person has signed in; without one, email and password
    are used, the configured ones unless others are given. Raises SignInExpired if that is not
    accepted, and InvalidRequest for a cookie that is none or for credentials that are missing.
    `may_write` is false where the account may only read, and None where that can't be told.
    """
    from handover import signing_in  # noqa: PLC0415 - loads the clients

    handle = _handle(by, reason=reason)
    if cookie is not None:
        may_write = signing_in.with_cookie(cookie, handle)
    else:
        may_write = signing_in.with_password(email, password, handle)
    return {
        "schema": "handover.signin/1",
        "how": "cookie" if cookie is not None else "password",
        "works": True,
        "problem": None,
        "may_write": may_write,
        **signing_in.let_runs_go_on(handle, reason),
    }


def check_sign_in() -> dict[str, Any]:
    """Whether CustomersDot takes the present sign-in, as a run would find out."""
    from handover import signing_in  # noqa: PLC0415 - loads the clients

    problem, may_write = signing_in.examined()
    return {
        "schema": "handover.signin/1",
        "how": "check",
        "works": problem is None,
        "problem": problem,
        "may_write": may_write,
        "answered": [],
        "left": [],
    }


def rewrap() -> int:
    """Puts every run's key under the newest master key and returns how many runs that were."""
    return keys.rewrap(journal())


def _handle(by: str | None, **words: str) -> str:
    """Who acts. Raises InvalidRequest if that is no handle, or what they say holds an address."""
    handle = acting(by)
    check_words(**words)
    return handle


def _opening(vault: Vault, typed: Request, key: str | None, by: str | None) -> journal_runs.Opening:
    canvas = canvas_for(typed.workflow)
    request = typed.model_dump(mode="json")
    request_hash = vault.fingerprint("request", json.dumps(request, sort_keys=True))
    return journal_runs.Opening(
        workflow=typed.workflow,
        canvas_version=canvas.version,
        step_names=canvas.step_names,
        ticket=typed.ticket,
        account=typed.account,
        requested_by=_handle(by),
        request=request,
        key=vault.fingerprint("key", key) if key else request_hash,
        request_hash=request_hash,
        key_given=key is not None,
        claims=(("account", typed.account), *(("person", email) for email in typed.people)),
        people=(*(("new", email) for email in typed.people), ("requester", typed.requester_email)),
        orphan_milliseconds=milliseconds(settings().orphan_seconds),
        supersedes=typed.supersedes_waiting,
    )
