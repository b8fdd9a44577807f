"""The matrix: every call of the job times every kind of fault that can strike it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults import kinds
from tests.faults.kinds import KINDS, Kind
from tests.faults.treatments import says
from tests.parts.exchange import Call, Fault

FIRST_READ = "GET./customersdot/admin/billing_account.json"
FIRST_QUESTION = "GET./zuora/v1/accounts/ID"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One shape of the job. `expired` makes its first call meet an expired sign-in."""

    name: str
    with_login: bool
    by_invoice: bool = False
    expired: str = ""

    @property
    def account(self) -> dict[str, Any]:
        """What to order from the sandbox."""
        return {"login_activated": not self.with_login}

    def faults(self) -> list[Fault]:
        """What goes wrong in every run of this scenario, besides the case's own fault."""
        if self.expired == "session":
            return [Fault(FIRST_READ, 1, says(401, kinds.STRANGER))]
        if self.expired == "token":
            return [Fault(FIRST_QUESTION, 1, says(401, {"message": "Authentication error"}))]
        return []

    def is_about(self, call: Call) -> bool:
        """Whether a call belongs to this scenario's cases: signing in, or the job itself."""
        signing_in = {"session": kinds.sign_in, "token": kinds.token}
        if self.expired:
            return signing_in[self.expired](call)
        return kinds.zuora(call) or kinds.admin(call)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("login", with_login=True, by_invoice=True),
        Scenario("plain", with_login=False),
        Scenario("session", with_login=False, expired="session"),
        Scenario("token", with_login=False, expired="token"),
    )
}


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one call: `scenario@call#number@kind`, by which it can be run again."""

    scenario: Scenario
    call: str
    kind: Kind

    @property
    def name(self) -> str:
        """How to ask for it."""
        return f"{self.scenario.name}@{self.call}@{self.kind.name}"

    @classmethod
    def named(cls, name: str) -> "Case":
        """The case of that name. Raises KeyError for an unknown scenario or kind."""
        scenario, call, kind = name.split("@")
        return cls(SCENARIOS[scenario], call, KINDS[kind])

    def fault(self) -> Fault:
        """A fresh fault for one run."""
        name, _, number = self.call.rpartition("#")
        kind = self.kind
        return Fault(name, int(number), kind.treat, lasting=kind.lasting, detour=kind.detour)


Learned = dict[str, Sequence[Call]]
"""The calls of each scenario, in order."""


def every_case(learned: Learned) -> Iterator[Case]:
    """Each call with each kind that can strike it."""
    for name, calls in learned.items():
        scenario = SCENARIOS[name]
        for call in filter(scenario.is_about, calls):
            for kind in KINDS.values():
                if kind.strikes(call):
                    yield Case(scenario, call.title, kind)


def some_cases(cases: Sequence[Case], *, kinds_each: int = 1) -> list[Case]:
    """Every kind and every call at least `kinds_each` times, in as few cases as is simple.

    Kinds take turns at the calls, so that a longer list does not always hit the first ones.
    """
    calls = dict.fromkeys((case.scenario.name, case.call) for case in cases)
    left_calls = dict.fromkeys(calls, kinds_each)
    left_kinds = {case.kind.name: kinds_each for case in cases}
    chosen: list[Case] = []
    for both in (True, False):
        for case in _spread(cases):
            call = (case.scenario.name, case.call)
            due = (left_calls[call] > 0, left_kinds[case.kind.name] > 0)
            if all(due) if both else any(due):
                chosen.append(case)
                left_calls[call] -= 1
                left_kinds[case.kind.name] -= 1
    return chosen


def _spread(cases: Sequence[Case]) -> list[Case]:
    """The cases in an order in which neighbours differ: the same one every time."""
    return random.Random(0).sample(cases, len(cases))
