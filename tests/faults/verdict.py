"""The judge: what a run did, by the sandbox's write log and its truth, never by our own journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entry = dict[str, Any]
MEMBER, LOGIN, LAST, REMOVED, SOLD_TO = range(5)
ORDER = ("create membership", "activate login", "save original last", "remove member", "Sold To")
ABOUT_TROUBLE = ("half-applied", "keeps-failing", "sign-in")
ABOUT_THE_WORLD = (
    *("not-proved", "nobody-to-save-last", "sold-to-not-restored", "evidence-refused"),
)
NAMES = ("first_name", "last_name", "work_email")


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of one account: its people, and whether the job has to activate a login."""

    account: Mapping[str, Any]
    with_login: bool
    restored: bool = False
    """A person answered that the original Sold To shall be written back (L3, S)."""
    doubt: bool = False
    """A fault left a write's outcome unknown, so the same values may have been sent twice."""

    @property
    def due(self) -> list[int]:
        """The documented order of this job, as positions in ORDER."""
        with_login = [MEMBER, LOGIN, LAST, REMOVED, SOLD_TO]
        return with_login if self.with_login else [MEMBER, REMOVED, SOLD_TO]


@dataclass
class Verdict:
    """What is wrong with a run, in plain words. Nothing: then it is as it should be."""

    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: object, otherwise: str) -> None:
        """Notes a violation unless it holds."""
        if not holds:
            self.wrong.append(otherwise)


def judge_writes(story: Story, log: Sequence[Entry], run: str, verdict: Verdict) -> None:
    """I1, I2, I4 and I9: order, effect, nobody left out, nothing but the plan.

    A save that changed nothing shows as `unchanged-save`. It is what L3 is. Elsewhere it is a
    repetition with equal values: accepted once, where the other side committed after our deadline,
    whenever that was (docs/weak-points.md).
    """
    ours = [entry for entry in log if str(entry["request_id"] or "").startswith(run)]
    verdict.expect(len(ours) == len(log), "a request wrote that names another run, or none")
    at, effects, repeats = -1, [], 0
    for entry in ours:
        position = _position(story, entry)
        if position is None:
            verdict.wrong.append(f"undocumented write: {entry['action']} of {entry['model']}")
            continue
        equal = position in effects and entry["action"] == "unchanged-save"
        late = equal and story.doubt
        verdict.expect(late or position >= at, f"{ORDER[position]} came after {ORDER[at]}")
        at = max(at, position)
        if position in effects:
            repeats += 1
            verdict.expect(equal or story.restored, f"{ORDER[position]} took effect twice")
        else:
            effects.append(position)
    verdict.expect(repeats <= (1 if story.doubt else 0) + story.restored, "sent again without need")
    verdict.expect(effects == story.due[: len(effects)], f"order: {[ORDER[e] for e in effects]}")
    verdict.expect(_never_without_member(story, log), "the account had no member")


def judge_intents(report: Mapping[str, Any], log: Sequence[Entry], verdict: Verdict) -> None:
    """I7: whatever was written had been recorded as an intent of its own."""
    known = {write["write"].replace(".", "-")[:64] for write in report["writes"]}
    verdict.expect({e["request_id"] for e in log} <= known, "written without an intent")


def judge_truth(story: Story, truth: Mapping[str, Any], *, proved: bool, verdict: Verdict) -> None:
    """I3 and I4: the Sold To is the old or the new one, and after a proof everything is right."""
    account, zuora, customersdot = story.account, truth["zuora"], truth["customersdot"]
    found = _names(zuora["sold_to"])
    old, new = _wanted(account["sold_to"]), _wanted(account["new"])
    verdict.expect(found in (old, new), "the Sold To is somebody else")
    verdict.expect(_names(zuora["bill_to"]) == _wanted(account["bill_to"]), "the Bill To changed")
    known = {account[who]["customer_id"] for who in ("sold_to", "bill_to", "new")}
    verdict.expect(
        {c["id"] for c in customersdot["customers"]} <= known, "a Customer came into being"
    )
    members = {m["customer_id"] for m in customersdot["memberships"]}
    verdict.expect(members <= known - {None}, "a stranger is a member")
    verdict.expect(members, "the account has no member")
    if proved:
        sold_to = account["sold_to"]["contact_id"]
        copies = [c for c in customersdot["contacts"] if c["zuora_contact_id"] == sold_to]
        logins = {c["id"]: c["login_activated"] for c in customersdot["customers"]}
        verdict.expect(found == new, "proved, and the Sold To is not the new contact")
        verdict.expect(members == {account["new"]["customer_id"]}, "proved with wrong members")
        verdict.expect([_names(c) for c in copies] == [new], "proved with another copy")
        verdict.expect(logins.get(account["new"]["customer_id"]), "proved without a login")


def judge_stop(
    report: Mapping[str, Any],
    log: Sequence[Entry],
    verdict: Verdict,
    *,
    passes: bool = False,
    lies: bool = False,
) -> None:
    """I6: proved, at a question that has a cause, or ended with nothing written.

    Trouble that `passes` needs nobody. Only a system that `lies` can make a run ask about the
    world; no account here gives cause for a question about people or roles.
    """
    state, result = report["state"], report["result"]
    verdict.expect(state in ("ended", "waiting"), f"the run is stuck: {state}")
    if state == "waiting":
        kind = report["question"]["kind"]
        allowed = ABOUT_TROUBLE + (ABOUT_THE_WORLD if lies else ())
        verdict.expect(kind in allowed, f"asks without cause: {kind}")
    if state == "ended" and result != "proved":
        verdict.expect(not log, f"ended as {result} although it had written")
        verdict.expect(result in ("refused", "failed", "stale"), f"ended as {result}")
    verdict.expect(not passes or result == "proved", "trouble that passes was not got over")


def judge_end(story: Story, log: Sequence[Entry], verdict: Verdict) -> None:
    """In the end every documented write was made."""
    made = {_position(story, entry) for entry in log}
    verdict.expect(made >= set(story.due), "proved although a documented write is missing")


def _position(story: Story, entry: Entry) -> int | None:
    account, after = story.account, entry["after"]
    match entry["model"], entry["action"]:
        case "billing_account_membership", "create":
            same = after["customer_id"] == account["new"]["customer_id"]
            return MEMBER if same else None
        case "billing_account_membership", "delete":
            same = entry["record_id"] == str(account["sold_to"]["membership_id"])
            return REMOVED if same else None
        case "customer", ("update" | "unchanged-save"):
            return _save_of_a_customer(account, entry)
        case "billing_account_contact", ("update" | "unchanged-save"):
            its = entry["record_id"] == str(account["sold_to"]["copy_id"])
            if not its or not set(after) <= set(NAMES):
                return None
            back = after.get("work_email") == account["sold_to"]["email"]
            return (LAST if story.restored else None) if back else SOLD_TO
    return None


def _save_of_a_customer(account: Mapping[str, Any], entry: Entry) -> int | None:
    new, old = (str(account[who]["customer_id"]) for who in ("new", "sold_to"))
    if entry["record_id"] == new and set(entry["after"]) <= {"login_activated"}:
        return LOGIN
    return LAST if entry["record_id"] == old and not entry["after"] else None


def _never_without_member(story: Story, log: Sequence[Entry]) -> bool:
    members = 1
    for entry in log:
        if entry["model"] == "billing_account_membership":
            members += 1 if entry["action"] == "create" else -1
            if not members:
                return False
    return True


def _names(contact: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(contact[name]) for name in NAMES)


def _wanted(party: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(party[name]) for name in ("first_name", "last_name", "email"))
