"""The matrix: every call of the job times every kind of fault that can strike it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults import kinds
from tests.faults.kinds import KINDS, Kind
from tests.faults.treatments import says, says_until
from tests.parts.exchange import Call, Fault

FIRST_READ = "GET./customersdot/admin/billing_account.json"
FIRST_QUESTION = "GET./zuora/v1/accounts/ID"
SIGNED_IN = "POST./customersdot/admins/sign_in"
NEW_TOKEN = "POST./zuora/oauth/token"


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
        """What goes wrong in every run of this scenario, besides the case's own fault.

        Neither this worker's sign-in nor a newer one of another worker counts, only a new one.
        """
        if self.expired == "session":
            ended = says_until(SIGNED_IN, says(401, kinds.STRANGER))
            return [Fault(FIRST_READ, 1, ended, lasting=True)]
        if self.expired == "token":
            ended = says_until(NEW_TOKEN, says(401, {"message": "Authentication error"}))
            return [Fault(FIRST_QUESTION, 1, ended, lasting=True)]
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

    @property
    def heading(self) -> str:
        """The kind, and whether it strikes the job or signing in."""
        return f"{self.kind.name}{', signing in' if self.scenario.expired else ''}"

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


def some_cases(cases: Sequence[Case]) -> list[Case]:
    """Every kind and every call at least once, in few cases: first those that serve both.

    A call of several scenarios is struck in one of them. Cases about signing in can't be played at
    once, so they serve for what nothing else does.
    """
    spread = sorted(_spread(cases), key=lambda case: bool(case.scenario.expired))
    calls = {case.call for case in cases}
    kinds_left = {case.kind.name for case in cases}
    chosen: list[Case] = []
    for enough in (all, any):
        for case in spread:
            if enough((case.call in calls, case.kind.name in kinds_left)):
                chosen.append(case)
                calls.discard(case.call)
                kinds_left.discard(case.kind.name)
    return chosen


def _spread(cases: Sequence[Case]) -> list[Case]:
    """The cases in an order in which neighbours differ: the same one every time."""
    return random.Random(0).sample(cases, len(cases))
