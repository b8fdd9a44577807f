"""One installation behind the proxy, and one run per case through it, judged twice."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from time import sleep
from typing import Any

import handover
from tests.faults import verdict as judge
from tests.faults.bringing_on import bring_on, stopped
from tests.faults.kinds import sign_in, token
from tests.faults.matrix import SCENARIOS, Case, Learned, Scenario
from tests.faults.treatments import READ_SECONDS, WRITE_SECONDS
from tests.faults.verdict import Story, Verdict
from tests.parts.exchange import Call
from tests.parts.proxy import Proxy, proxy
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal

PATIENT = {
    "HANDOVER_READ_SECONDS": str(READ_SECONDS),
    "HANDOVER_WRITE_SECONDS": str(WRITE_SECONDS),
    "HANDOVER_CONNECT_SECONDS": "1",
    "HANDOVER_LEASE_SECONDS": "7",
    "HANDOVER_ORPHAN_SECONDS": "4",
    "HANDOVER_QUIET_SECONDS": "1.5",
    "HANDOVER_LAG_SECONDS": "8",
    "HANDOVER_RETRY_SECONDS": "0.1",
    "HANDOVER_MAX_ATTEMPTS": "4",
}
WORKERS = 4
AT_ONCE = 40
REFUSAL_HOLDS = 6.0
"""Seconds for which workers may keep in mind that a sign-in was refused to one of them."""


@dataclass
class Outcome:
    """What became of one case. `first` is how the run stopped the first time."""

    name: str
    heading: str
    first: str = ""
    answers: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Theatre:
    """An installation whose workers reach the sandbox through the proxy only."""

    def __init__(self, installation: Rehearsal, between: Proxy) -> None:
        self.installation = installation
        self.proxy = between

    def warm_up(self) -> None:
        """Makes every worker sign in, which is none of the job's calls."""
        for _ in range(20):
            with ThreadPoolExecutor(WORKERS) as pool:
                calls = list(pool.map(self._calls_of, [SCENARIOS["login"]] * WORKERS))
            if not any(sign_in(call) or token(call) for call in chain(*calls)):
                return

    def learn(self) -> Learned:
        """The calls of every scenario, from a run of each in which nothing else goes wrong."""
        with ThreadPoolExecutor(len(SCENARIOS)) as pool:
            return dict(zip(SCENARIOS, pool.map(self._calls_of, SCENARIOS.values()), strict=True))

    def play(self, cases: Sequence[Case]) -> Iterator[Outcome]:
        """Every case, many at once; yields what became of each.

        All workers share one sign-in, so those about signing in are played one after the other,
        at the end.
        """
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from pool.map(self.play_one, [c for c in cases if not c.scenario.expired])
        for case in [c for c in cases if c.scenario.expired]:
            outcome = self.play_one(case)
            yield outcome
            if outcome.answers:
                sleep(REFUSAL_HOLDS)

    def play_one(self, case: Case) -> Outcome:
        """One run with one fault: judged where it stops, brought on without it, judged again."""
        outcome = Outcome(case.name, case.heading)
        try:
            self._play(case, outcome)
        except AssertionError as error:
            outcome.wrong.append(str(error))
        outcome.wrong = list(dict.fromkeys(outcome.wrong))
        return outcome

    def _play(self, case: Case, outcome: Outcome) -> None:
        account = self.installation.account(**case.scenario.account)
        story = Story(account, with_login=case.scenario.with_login, doubt=case.kind.doubt)
        request = self._request(case.scenario, account)
        fault = case.fault()
        run = handover.start(request).id
        self.proxy.introduce(run, *case.scenario.faults(), fault)
        report = stopped(run)
        fault.lifted = True
        outcome.first = _how(report)
        if not fault.hits:
            outcome.wrong.append("the fault did not strike: the job made no such call")
        if report["result"] != "proved":
            outcome.wrong += self._judge(story, report, case)
            report, outcome.answers = bring_on(run)
            story = replace(story, restored="restore" in outcome.answers)
        if report["state"] == "ended" and report["result"] != "proved":
            outcome.wrong += self._judge(story, report, case)
            run = handover.start(request).id
            self.proxy.introduce(run)
            report, _ = bring_on(run)
        outcome.wrong += self._judge(story, report)
        self.proxy.forget(run)

    def _judge(
        self, story: Story, report: dict[str, Any], struck_by: Case | None = None
    ) -> list[str]:
        """What is wrong where a run stopped because of a kind of fault, or in the end."""
        verdict = Verdict()
        verdict.expect(self.proxy.settle(report["run"]), "a late commit never came")
        truth = self.installation.truth(story.account)
        log = self.installation.writes(story.account)
        proved = report["result"] == "proved"
        judge.judge_writes(story, log, report["run"], verdict)
        judge.judge_intents(report, log, verdict)
        judge.judge_truth(story, truth, proved=proved, verdict=verdict)
        if struck_by:
            passes = struck_by.kind.passes and not struck_by.scenario.expired
            judge.judge_stop(report, log, verdict, passes=passes, lies=struck_by.kind.lies)
        else:
            verdict.expect(proved, f"not proved in the end: {_how(report)}, {report['summary']}")
            judge.judge_end(story, log, verdict)
        return verdict.wrong

    def _calls_of(self, scenario: Scenario) -> Sequence[Call]:
        account = self.installation.account(**scenario.account)
        run = handover.start(self._request(scenario, account)).id
        self.proxy.introduce(run, *scenario.faults())
        wrong = self._judge(Story(account, scenario.with_login), stopped(run))
        assert not wrong, f"a run of {scenario.name} that met no fault: {'; '.join(wrong)}"
        return self.proxy.calls(run)

    def _request(self, scenario: Scenario, account: dict[str, Any]) -> dict[str, Any]:
        request = self.installation.request(account)
        if scenario.by_invoice:
            invoice = self.installation.truth(account)["zuora"]["invoices"][0]
            request["evidence"] = {
                "kind": "invoice",
                "invoice": invoice["number"],
                "document": "attachment 1",
                "seen_by": "lee",
            }
        return request


def _how(report: dict[str, Any]) -> str:
    if report["state"] == "waiting":
        return f"asks {report['question']['kind']}"
    return str(report["result"] or report["state"])


@contextmanager
def theatre(redis: RedisServer, *, workers: int = WORKERS) -> Iterator[Theatre]:
    """An installation with its workers ready. At its end nothing may have leaked."""
    with (
        proxy() as between,
        rehearsal(redis, env={**PATIENT, **TWO_SYSTEMS, **between.env}) as made,
    ):
        between.upstream = made.sandbox.url
        for worker in [made.add_worker(app="tests.parts.detours") for _ in range(workers)]:
            worker.wait_ready()
        here = Theatre(made, between)
        here.warm_up()
        yield here
        assert handover.verify_audit()["holds"]
