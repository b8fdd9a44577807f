"""Whether what a run proved is still in place (D2).

All that its plan expected has to be found again, with one exception: people whom somebody has added
later as members are no undoing. One whom the run removed, and who is back, is; so is a member of
the plan who is gone.
"""

from domain.agreement import Fact
from domain.changes import Kind as ChangeKind
from domain.drift.differences import Difference
from domain.drift.kinds import Kind
from domain.masking import mask_state
from domain.plan import Expectation, Plan
from domain.records import State
from domain.snapshot import members_of


def still(plan: Plan, expectation: Expectation, found: State) -> Fact:
    """One thing that a run proved, and what is found now."""
    allowed = expectation.allowed
    account = _members_of(plan, expectation.name)
    if account and any(_only_joined(plan, account, state, found) for state in allowed):
        allowed = (*allowed, found)
    name, title = expectation.name, expectation.title
    return Fact(name=name, title=title, found=found, allowed=allowed)


def took_from(later: Plan, billing_account_id: str) -> bool:
    """Whether a later run, for another account, ended a membership here (A6)."""
    return any(
        change.kind is ChangeKind.DELETE
        and any(state.get("billing_account_id") == billing_account_id for state in change.before)
        for change in later.changes
    )


def undone(run_id: str, facts: tuple[Fact, ...]) -> Difference:
    """The difference that facts of a run are which no longer hold, each by its name."""
    expected: State = {}
    found: State = {}
    for fact in facts:
        wanted = fact.allowed[0] if fact.allowed else {}
        for side, state in ((expected, wanted), (found, fact.found)):
            side |= {f"{fact.name}: {field}": v for field, v in mask_state(state).items()}
    return Difference(
        kind=Kind.CHANGE_UNDONE,
        subject=run_id,
        fields=tuple(fact.name for fact in facts),
        shown={"expected": expected, "found": found},
    )


def _members_of(plan: Plan, name: str) -> str:
    """The billing account whose members an expectation is about; none for any other."""
    if name == "members":
        return plan.billing_account_id
    return name.removeprefix(members_of("")) if name.startswith(members_of("")) else ""


def _only_joined(plan: Plan, account: str, expected: State, found: State) -> bool:
    before, now = _customers(expected), _customers(found)
    removed = {
        str(state["customer_id"])
        for change in plan.changes
        if change.kind is ChangeKind.DELETE and change.target.model == "billing_account_membership"
        for state in change.before
        if state.get("billing_account_id") == account
    }
    return before <= now and not (now - before) & removed


def _customers(state: State) -> set[str]:
    return set(str(state.get("customers") or "").split(",")) - {""}
