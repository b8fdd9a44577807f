"""The world moves while a run is under way: hand-made changes, other runs, a missing sync."""

import pytest

import handover
from config.settings import settings
from domain.errors import Locked, Refused
from tests.faults.conftest import with_two_workers
from tests.faults.test_kill import DOCUMENTED
from tests.parts.billing import STRANGER, Billing
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import SANDBOX_LAG, Rehearsal, rehearsal
from tests.parts.trips import Trips

RESTORED = [*DOCUMENTED[:3], ("billing_account_contact", "update"), *DOCUMENTED[3:]]


def test_hand_made_change_before_the_first_write(installation: Rehearsal, trips: Trips) -> None:
    """Somebody changes the Sold To between plan and first write: stale, nothing is written."""
    account = installation.account()
    trips.set("create_membership", "after-claim")
    run_id = installation.start(account)
    trips.wait_hit("create_membership", "after-claim")
    Billing(installation).make_sold_to(account, STRANGER)
    trips.go("create_membership", "after-claim")
    report = installation.wait(run_id)
    assert (report["result"], report["exit_code"]) == ("stale", 5)
    assert installation.writes_by_run(account) == []


def test_hand_made_change_after_a_write(installation: Rehearsal, trips: Trips) -> None:
    """The same after the first write: a question, the account stays claimed, nothing more."""
    account = installation.account()
    trips.set("remove_previous_membership", "after-claim")
    run_id = installation.start(account)
    trips.wait_hit("remove_previous_membership", "after-claim")
    Billing(installation).make_sold_to(account, STRANGER)
    trips.go("remove_previous_membership", "after-claim")
    report = installation.wait(run_id)
    assert (report["state"], report["question"]["kind"]) == ("waiting", "half-applied")
    assert installation.writes_by_run(account) == DOCUMENTED[:1]
    with pytest.raises(Locked, match=run_id):
        installation.start(account, ticket="4712")
    handover.answer(run_id, "leave", reason="Billing will finish it", by="lee")
    assert installation.wait(run_id)["result"] == "stale"
    assert installation.writes_by_run(account) == DOCUMENTED[:1]


def test_two_runs_for_one_account(installation: Rehearsal) -> None:
    """One wins; the other is told at once who holds the account."""
    account, other = installation.account(), installation.account()
    run_id = installation.start(account)
    with pytest.raises(Locked) as caught:
        installation.start({**account, "new": other["new"]}, ticket="4712")
    assert caught.value.holder == run_id
    assert installation.wait(run_id)["result"] == "proved"


def test_same_account_by_number_and_by_id(installation: Rehearsal, trips: Trips) -> None:
    """An account named by its id is held by a run that named it by number."""
    account, other = installation.account(), installation.account()
    trips.set("create_membership", "after-claim")
    run_id = installation.start(account)
    trips.wait_hit("create_membership", "after-claim")
    by_id = {**account, "account_number": account["account_id"], "new": other["new"]}
    with pytest.raises(Locked, match=run_id):
        installation.start(by_id, ticket="4712")
    trips.go("create_membership", "after-claim")
    assert installation.wait(run_id)["result"] == "proved"


def test_same_request_again_is_the_same_run(installation: Rehearsal) -> None:
    """Triggering twice is triggering once, until the run has ended."""
    account = installation.account()
    first = installation.start(account)
    again = handover.start(installation.request(account))
    assert (again.id, again.new) == (first, False)
    assert installation.wait(first)["result"] == "proved"


@pytest.mark.rule("C5", "C7")
def test_back_and_forth(installation: Rehearsal) -> None:
    """A→B, B→A and A→B again are three runs, each proved."""
    account = installation.account()
    for giver, taker in (("sold_to", "new"), ("new", "sold_to"), ("sold_to", "new")):
        said = {"sold_to": "approved", "new": "asked"}[giver]
        theirs = {**account["ticket"], "approved": account["ticket"][said]}
        turned = {**account, "sold_to": account[giver], "new": account[taker], "ticket": theirs}
        report = installation.wait(installation.start(turned))
        assert report["result"] == "proved", report
        assert installation.sold_to(account) == account[taker]["email"]


@pytest.mark.rule("L3")
@pytest.mark.parametrize("replacement", ["overwrite", "repoint"])
def test_unchanged_save_that_starts_no_sync(redis_server: RedisServer, replacement: str) -> None:
    """L3 does not help: a person says restore, S takes the original back, and the order goes on."""
    arguments = ["--lag", SANDBOX_LAG, "--unchanged-save-syncs", "no"]
    arguments += ["--sold-to-replacement", replacement]
    with rehearsal(
        redis_server, sandbox_arguments=arguments, env={"HANDOVER_LAG_SECONDS": "2"}
    ) as made:
        with_two_workers(made)
        account = made.account(login_activated=False)
        run_id = made.start(account)
        report = made.wait(run_id)
        assert report["question"]["kind"] == "sold-to-not-restored"
        assert made.sold_to(account) == account["new"]["email"], "the login's save replaced it"
        handover.answer(run_id, "restore", reason="as planned", by="lee")
        report = made.wait(run_id)
        assert report["result"] == "proved", report
        assert made.written(account) == RESTORED


@pytest.mark.rule("G1", "G2", "L3")
@pytest.mark.parametrize("replacement", ["overwrite", "repoint"])
def test_original_sold_to_comes_back(redis_server: RedisServer, replacement: str) -> None:
    """Between L3 and S the original is the Sold To, after a lag and whichever way G1 replaces."""
    arguments = ("--lag", "0.6", "--sold-to-replacement", replacement)
    with rehearsal(
        redis_server, sandbox_arguments=arguments, env={"HANDOVER_QUIET_SECONDS": "2"}
    ) as made:
        trips = Trips(made.state)
        made.env["HANDOVER_TRIPS"] = str(trips.folder)
        made.add_worker().wait_ready()
        account = made.account(login_activated=False)
        (trips.folder / "remove_previous_membership.before-claim").touch()
        run_id = made.start(account)
        trips.wait_hit("remove_previous_membership", "before-claim")
        assert made.sold_to(account) == account["sold_to"]["email"]
        trips.go("remove_previous_membership", "before-claim")
        assert made.wait(run_id)["result"] == "proved"
        assert made.sold_to(account) == account["new"]["email"]


def test_customersdot_down(installation: Rehearsal) -> None:
    """While CustomersDot is away the run keeps trying, then asks; the answer lets it finish."""
    account = installation.account()
    fault = installation.control(
        "POST", "faults", {"system": "customersdot", "kind": "refuse", "times": None, "path": ""}
    )
    run_id = installation.start(account)
    report = installation.wait(run_id, 90)
    assert report["question"]["kind"] == "keeps-failing"
    installation.control("DELETE", f"faults/{fault['id']}")
    handover.answer(run_id, "retry", reason="it is back", by="kim")
    assert installation.wait(run_id)["result"] == "proved"


def test_cancel_before_and_after_the_first_write(installation: Rehearsal, trips: Trips) -> None:
    """Before a write cancelling ends the run; after one it asks, and plan-anew finishes it."""
    account = installation.account()
    trips.set("create_membership", "after-claim")
    run_id = installation.start(account)
    trips.wait_hit("create_membership", "after-claim")
    assert handover.cancel(run_id, reason="wrong ticket", by="kim")
    trips.go("create_membership", "after-claim")
    assert installation.wait(run_id)["exit_code"] == 9

    trips.set("update_sold_to", "after-claim")
    run_id = installation.start(account)
    trips.wait_hit("update_sold_to", "after-claim")
    assert not handover.cancel(run_id, reason="second thoughts", by="kim")
    trips.go("update_sold_to", "after-claim")
    report = installation.wait(run_id)
    assert report["question"]["kind"] == "half-applied"
    handover.answer(run_id, "plan-anew", reason="go on after all", by="lee")
    report = installation.wait(run_id)
    assert (report["result"], report["round"]) == ("proved", 2), report
    assert installation.sold_to(account) == account["new"]["email"]


def test_nothing_is_sent_after_cancel_was_asked(installation: Rehearsal, trips: Trips) -> None:
    """A worker that has checked and not yet sent finds out that the run is to be cancelled."""
    account = installation.account()
    trips.set("update_sold_to", "checked")
    run_id = installation.start(account)
    trips.wait_hit("update_sold_to", "checked")
    assert not handover.cancel(run_id, reason="second thoughts", by="kim")
    trips.go("update_sold_to", "checked")
    report = installation.wait(run_id)
    assert report["question"]["kind"] == "half-applied"
    assert installation.sold_to(account) == account["sold_to"]["email"]
    handover.answer(run_id, "leave", reason="as it is", by="kim")
    assert handover.report(run_id)["exit_code"] == 9


def test_a_stale_read_back_is_no_reason_to_send_again(installation: Rehearsal) -> None:
    """A write that was accepted and can't be seen yet is looked for, not repeated."""
    account = installation.account()
    path = "/billing_account_contact.*json"
    fault = {"system": "customersdot", "method": "GET", "path": path, "kind": "stale_read"}
    installation.control("POST", "faults", {**fault, "times": 1, "after": 2, "seconds": 30})
    report = installation.wait(installation.start(account))
    assert report["result"] == "proved", report
    parked = [e["data"] for e in installation.events(report["run"]) if e["kind"] == "step.parked"]
    assert "accepted, but not to be seen yet" in [data["why"] for data in parked]
    assert installation.writes_by_run(account).count(("billing_account_contact", "update")) == 1
    assert ("billing_account_contact", "unchanged-save") not in installation.written(account)


def test_the_quiet_time_counts_from_the_landing(installation: Rehearsal) -> None:
    """A write that took long to answer is not proved sooner for that."""
    account = installation.account()
    path = r"/billing_account_contact/\d+/edit"
    fault = {"system": "customersdot", "method": "POST", "path": path, "kind": "latency"}
    installation.control("POST", "faults", {**fault, "seconds": 1.0})
    run_id = installation.start(account)
    assert installation.wait(run_id)["result"] == "proved"
    events = {(e["kind"], e["step"]): e["at"] for e in installation.events(run_id)}
    landed = events["write.outcome", "update_sold_to"]
    assert events["proof.held", "prove_sold_to"] >= landed + 1000 * settings().quiet_seconds


def test_with_two_people_nobody_answers_their_own_run(redis_server: RedisServer) -> None:
    """Where the settings want two people, the starter can stop a run and do nothing else to it."""
    approval = {"HANDOVER_APPROVAL": '{"change-contact": "two-people"}'}
    with rehearsal(redis_server, env=approval) as made:
        made.add_worker().wait_ready()
        run_id = made.start(made.account(shared_contact=True))
        assert made.wait(run_id)["question"]["kind"] == "shared-contact"
        with pytest.raises(Refused, match="Somebody other than kim"):
            handover.answer(run_id, "change-both", reason="sure", by="kim")
        handover.answer(run_id, "change-both", reason="sure", by="lee")
        report = made.wait(run_id)
        assert report["question"]["kind"] == "approve-plan"
        checksum = report["plan_checksum"]
        handover.answer(run_id, "approve", reason="fine", by="lee", plan=checksum[:12])
        assert made.wait(run_id)["result"] == "proved"


def test_stop_after_a_write_asks_what_becomes_of_it(installation: Rehearsal, trips: Trips) -> None:
    """No answer ends a run that has written as if it had not."""
    account = installation.account(shared_contact=True)
    run_id = installation.start(account)
    assert installation.wait(run_id)["question"]["kind"] == "shared-contact"
    trips.set("remove_previous_membership", "after-claim")
    handover.answer(run_id, "change-both", reason="sure", by="lee")
    trips.wait_hit("remove_previous_membership", "after-claim")
    handover.cancel(run_id, reason="wait", by="kim")
    trips.go("remove_previous_membership", "after-claim")
    assert installation.wait(run_id)["question"]["kind"] == "half-applied"
    handover.answer(run_id, "plan-anew", reason="again", by="lee")
    assert installation.wait(run_id)["question"]["kind"] == "shared-contact"
    handover.answer(run_id, "stop", reason="no", by="kim")
    assert handover.report(run_id)["question"]["kind"] == "half-applied"
    handover.answer(run_id, "leave", reason="as it is", by="kim")
    assert handover.report(run_id)["exit_code"] == 9


def test_forgotten_run_still_verifies(installation: Rehearsal) -> None:
    """Forgetting destroys what was sealed; the chain of events holds all the same."""
    account = installation.account()
    run_id = installation.start(account)
    installation.wait(run_id)
    handover.forget(run_id, by="kim")
    assert handover.report(run_id)["plan"] is None
    assert handover.verify_audit()["holds"]
