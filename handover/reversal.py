"""Taking back the transfer of an earlier run: who the new contact then is.

A reversal is a change-contact like any other, with a ticket, evidence and a plan of its own. Only
who comes back is known already: the Sold To whom the earlier run replaced, as it pinned them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from domain.errors import InvalidRequest, Refused
from domain.plans.renaming import RENAME, SEND_LINK
from domain.records import same_email
from worker.journal import events, reversals, runs, sealing, writes
from worker.journal.database import Tx
from worker.runtime import journal

WORKFLOW = "change-contact"
_CONTACT = {"first_name": "first_name", "last_name": "last_name", "email": "work_email"}


def is_reversal(request: Mapping[str, Any]) -> bool:
    """Whether a request names a run that it takes back."""
    return request.get("workflow") == WORKFLOW and bool(request.get("reverses"))


def completed(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request; one that reverses a run is filled in. Raises as `filled`, and Unavailable."""
    if not is_reversal(request):
        return dict(request)
    with journal().read() as tx:
        return filled(tx, request)


def filled(tx: Tx, request: Mapping[str, Any]) -> dict[str, Any]:
    """The request with what the run that it reverses knows: account, new contact, C5 or C6.

    Raises InvalidRequest where that run is no transfer that could be taken back, or the request
    contradicts it, and Refused where its personal data was destroyed.
    """
    taken_back = _proved_transfer(tx, str(request["reverses"]))
    pinned, plan = (sealing.get(tx, taken_back.id, name) for name in ("pinned", "plan"))
    if not pinned or not plan:
        raise Refused(
            f"Run {taken_back.id} was forgotten: who the Sold To was before it is not known any"
            " more. Start a change-contact without `reverses` and name the contact yourself.",
            code="forgotten",
        )
    accounts = (taken_back.account, plan["account_number"], plan["zuora_account_id"])
    original = {ours: pinned["contact"][theirs] for ours, theirs in _CONTACT.items()}
    problems = [
        *_contradictions(request, accounts, original),
        *_changed_since(tx, taken_back, accounts),
    ]
    if problems:
        raise InvalidRequest(problems)
    renamed = any(write.change_id == RENAME for write in writes.of_run(tx, taken_back.id))
    rest = {"rename_customer": True} if renamed else {}
    return {"account": taken_back.account, **rest, **request, "new_contact": original}


def _proved_transfer(tx: Tx, run_id: str) -> Row[Any]:
    try:
        run = runs.get(tx, run_id)
    except InvalidRequest:
        raise InvalidRequest(["reverses: there is no such run; `handover runs` lists them"]) from (
            None
        )
    if run.workflow != WORKFLOW or run.result != "proved":
        raise InvalidRequest(
            [
                f"reverses: run {run.id} is a {run.workflow} that is {run.result or run.state};"
                f" only a proved {WORKFLOW} can be taken back"
            ]
        )
    return run


def _contradictions(
    request: Mapping[str, Any], accounts: Sequence[str], original: Mapping[str, str]
) -> list[str]:
    problems = []
    account = str(request.get("account") or accounts[0])
    if account.strip().casefold() not in {one.casefold() for one in accounts}:
        problems.append("account: is another one than that of the run that `reverses` names")
    given = request.get("new_contact") or {}
    if not isinstance(given, Mapping) or not all(
        _same(field, given[field], original.get(field)) for field in given
    ):
        problems.append(
            "new_contact: is not the Sold To whom the run that `reverses` names replaced; leave it"
            " out, it is filled in"
        )
    return problems


def _same(field: str, given: object, original: str | None) -> bool:
    if original is None:
        return False
    if field == "email":
        return same_email(str(given), original)
    return str(given).strip() == original.strip()


def _changed_since(tx: Tx, taken_back: Row[Any], accounts: Sequence[str]) -> list[str]:
    """A later transfer comes first; reversals of this very run are the same wish again."""
    mine = set(reversals.named_in(list(events.of_run(tx, taken_back.id)))["reversed_by"])
    later = {
        run.id
        for account in dict.fromkeys(accounts)
        for run in runs.search(
            tx, since=taken_back.ended_at, account=account, workflow=WORKFLOW, result="proved"
        )
    } - mine
    return [
        f"reverses: run {run} has changed the contact since; take that one back first"
        for run in sorted(later)
        if _changed_something(tx, run)
    ]


def _changed_something(tx: Tx, run_id: str) -> bool:
    """Not where all was found done, and nothing but one more one-time link was sent."""
    return any(write.change_id != SEND_LINK for write in writes.of_run(tx, run_id))
