"""C6 killed, cut off and disturbed at each of its steps: every write once, and one link at most."""

from collections.abc import Callable
from typing import Any

import pytest

import handover
from tests.faults.points import ANYWHERE, points_of, some
from tests.integration.workflows.test_change_contact_rename import (
    C5,
    RENAMED,
    SAVED,
    answer,
    asks,
    customer,
    settled,
    without_customer,
)
from tests.parts.customers import ask_for_link, link_gitlab, links, mails, sign_up, switch_off
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace, worker_of
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal import runs

READ_BACK = {
    "rename_customer": r"/customer/\d+/edit",
    "unlink_gitlab_account": r"/customer/\d+/unlink_gitlab_user",
}
LINK = "send_sign_in_link"
LINK_PATH = "/customers/sign_in/one_time"
POINTS = {
    **dict.fromkeys(READ_BACK, points_of(writes=True)),
    LINK: some(("after-claim", "checked"), (*ANYWHERE, "checked")),
}
"""Where a kill leaves nothing to ask. Around the sending of the link, see below."""


def begun(installation: Rehearsal) -> tuple[dict[str, Any], str]:
    """A fresh account and a run that is to rename."""
    account = without_customer(installation)
    return account, installation.start(account, rename_customer=True)


def finished_well(installation: Rehearsal, account: dict[str, Any], run_id: str) -> None:
    """Proved, every write once and in order, and one link."""
    report = installation.wait(run_id)
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    assert installation.written(account) == RENAMED
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]
    settled(installation, account)


# killed


@pytest.mark.rule("C6")
@pytest.mark.parametrize("step", POINTS)
def test_killed_in_our_code(installation: Rehearsal, trips: Trips, step: str) -> None:
    """A kill at each point, without waiting for the run before."""
    for account, run_id in [_killed(installation, trips, step, point) for point in POINTS[step]]:
        finished_well(installation, account, run_id)


def _killed(
    installation: Rehearsal, trips: Trips, step: str, point: str
) -> tuple[dict[str, Any], str]:
    trips.set(step, point)
    started = begun(installation)
    kill_and_replace(installation, trips.wait_hit(step, point))
    return started


@pytest.mark.rule("C6")
@pytest.mark.parametrize("point", ["hold_before_commit", "hold_after_commit"])
@pytest.mark.parametrize("step", READ_BACK)
def test_killed_on_the_wire(installation: Rehearsal, step: str, point: str) -> None:
    account, run_id = cut_off(installation, READ_BACK[step], point)
    finished_well(installation, account, run_id)


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    ("point", "sent", "given"),
    [("before-send", 0, "was-not-sent"), ("after-reply", 1, "was-sent")],
)
def test_killed_around_the_link_a_person_is_asked(
    installation: Rehearsal, trips: Trips, point: str, sent: int, given: str
) -> None:
    """It can't be read back, so it is never repeated without a word."""
    trips.set(LINK, point)
    account, run_id = begun(installation)
    kill_and_replace(installation, trips.wait_hit(LINK, point))
    report = installation.wait(run_id)
    assert asks(report) == "unknown-outcome"
    assert len(mails(installation, account["new"]["email"])) == sent
    answer(installation, report, given)
    finished_well(installation, account, run_id)


def cut_off(installation: Rehearsal, path: str, point: str) -> tuple[dict[str, Any], str]:
    """A run whose worker is killed while a request to that path is held."""
    fault = installation.control(
        "POST", "faults", {"system": "customersdot", "method": "POST", "path": path, "kind": point}
    )
    account, run_id = begun(installation)

    def held() -> list[Any]:
        found = installation.control("GET", f"faults/{fault['id']}")
        return list(found["held"])

    wait_until(held, 30, "a held request")
    with runtime.journal().read() as tx:
        owner = str(runs.get(tx, run_id).lease_owner)
    worker = worker_of(installation, int(owner.rpartition(":")[2]))
    worker.kill9_at_once()
    installation.control("POST", f"faults/{fault['id']}/release")
    worker.kill9()
    installation.add_worker()
    return account, run_id


# answers that are lost


@pytest.mark.rule("C6")
@pytest.mark.parametrize("kind", ["status_after", "reset"])
@pytest.mark.parametrize("step", READ_BACK)
def test_a_lost_answer_is_read_back(installation: Rehearsal, step: str, kind: str) -> None:
    lose(installation, READ_BACK[step], kind)
    account, run_id = begun(installation)
    finished_well(installation, account, run_id)


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    ("kind", "given"), [("status_after", "was-sent"), ("reset", "was-not-sent")]
)
def test_a_link_whose_answer_is_lost_is_asked_about(
    installation: Rehearsal, kind: str, given: str
) -> None:
    lose(installation, LINK_PATH, kind)
    account, run_id = begun(installation)
    report = installation.wait(run_id)
    assert asks(report) == "unknown-outcome"
    answer(installation, report, given)
    finished_well(installation, account, run_id)


def lose(installation: Rehearsal, path: str, kind: str) -> None:
    """The next POST to that path gets no answer that says what became of it.

    `reset`: nothing was done; `status_after`: it was done, and a gateway says 502.
    """
    place = {"system": "customersdot", "method": "POST", "path": path, "times": 1}
    more = {"code": 502} if kind == "status_after" else {}
    installation.control("POST", "faults", {**place, **more, "kind": kind})


# disturbed in the middle


def disturbed(
    installation: Rehearsal,
    trips: Trips,
    step: str,
    point: str,
    disturb: Callable[[dict[str, Any]], object],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The account and the report of a run, after somebody did something at that very moment."""
    trips.set(step, point)
    account, run_id = begun(installation)
    trips.wait_hit(step, point)
    installation.truth(account)
    disturb(account)
    trips.go(step, point)
    return account, installation.wait(run_id)


def signs_up(installation: Rehearsal, who: str) -> Callable[[dict[str, Any]], object]:
    """One of an account's people becomes a Customer."""
    return lambda account: sign_up(installation, account[who])


@pytest.mark.rule("C6", "G4")
def test_whoever_signs_up_right_before_the_rename_stops_it(
    installation: Rehearsal, trips: Trips
) -> None:
    """Nothing is written; the same request again is C5."""
    account, report = disturbed(
        installation,
        trips,
        "rename_customer",
        "after-claim",
        signs_up(installation, "new"),
    )
    assert (report["result"], installation.writes_by_run(account)[1:]) == ("stale", [])
    again = installation.wait(installation.start(account, rename_customer=True))
    assert again["result"] == "proved", again
    assert installation.writes_by_run(account)[-3:] == C5


@pytest.mark.rule("C4", "C5", "C6")
def test_email_has_already_been_taken_leads_into_c5(installation: Rehearsal, trips: Trips) -> None:
    """Somebody signed up between the look and the save, which is refused."""
    account, report = disturbed(
        installation,
        trips,
        "rename_customer",
        "before-send",
        signs_up(installation, "new"),
    )
    assert asks(report) == "half-applied"
    assert "already been taken" in report["question"]["text"]
    report = answer(installation, report, "plan-anew")
    assert report["result"] == "proved", report
    assert any("already been taken" in note for note in report["notes"])
    assert installation.writes_by_run(account)[-3:] == C5
    assert mails(installation, account["new"]["email"]) == []


@pytest.mark.rule("C6")
@pytest.mark.parametrize(("given", "left"), [("keep", "777"), ("unlink", "")])
def test_an_account_that_is_linked_meanwhile_is_asked_about(
    installation: Rehearsal, trips: Trips, given: str, left: str
) -> None:
    """Somebody linked another one before ours was unlinked: whose it is, a person says."""
    account, report = disturbed(
        installation, trips, "unlink_gitlab_account", "after-claim",
        lambda a: link_another(installation, a, "777"),
    )  # fmt: skip
    assert asks(report) == "half-applied"
    assert "uid" in report["question"]["text"]
    report = answer(installation, report, "plan-anew")
    assert asks(report) == "linked-gitlab-account"
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]  # their own
    report = answer(installation, report, given)
    assert report["result"] == "proved", report
    assert (customer(installation, account)["uid"] or "") == left


@pytest.mark.rule("C6")
def test_an_account_that_the_owner_links_before_the_rename_stops_it(
    installation: Rehearsal, trips: Trips
) -> None:
    """It would stay linked: the plan unlinks the one that it knows, and the login is theirs now."""
    account, report = disturbed(
        installation, trips, "rename_customer", "after-claim",
        lambda a: link_another(installation, a, "777", owner="sold_to"),
    )  # fmt: skip
    written = [one for one in installation.written_by(report["run"]) if one[0] != "comment"]
    assert (report["result"], written) == ("stale", [])
    assert "uid" in report["summary"]
    assert customer(installation, account)["email"] == account["sold_to"]["email"]
    assert mails(installation, account["new"]["email"]) == []


def link_another(
    installation: Rehearsal, account: dict[str, Any], uid: str, owner: str = "new"
) -> None:
    """Whoever reads that person's mail asks for a link and links an account."""
    ask_for_link(account[owner]["email"])
    link_gitlab(links(installation, account[owner]["email"])[0], uid)


@pytest.mark.rule("C6", "L1", "L2")
def test_no_link_goes_to_a_login_that_was_switched_off_meanwhile(
    installation: Rehearsal, trips: Trips
) -> None:
    account, report = disturbed(installation, trips, LINK, "after-claim", switch_off)
    assert asks(report) == "half-applied"
    assert mails(installation, account["new"]["email"]) == []
    report = answer(installation, report, "plan-anew")
    assert asks(report) == "login-disabled-on-purpose"
    report = answer(installation, report, "activate")
    assert report["result"] == "proved", report
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]


@pytest.mark.rule("C6", "C7")
def test_what_is_planned_anew_after_the_link_sends_no_other_one(
    installation: Rehearsal, trips: Trips
) -> None:
    account, report = disturbed(installation, trips, "prove_sold_to", "after-claim", switch_off)
    assert asks(report) == "not-proved"
    report = answer(installation, answer(installation, report, "plan-anew"), "activate")
    assert report["result"] == "proved", report
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]
    assert any("sent earlier in this run" in note for note in report["notes"])


@pytest.mark.rule("C6", "C7")
def test_a_ghost_with_the_previous_owners_email_is_not_proved(
    installation: Rehearsal, trips: Trips
) -> None:
    """Decision 9: such as a late call-back brings."""
    _, report = disturbed(
        installation,
        trips,
        "prove_sold_to",
        "after-claim",
        signs_up(installation, "sold_to"),
    )
    assert asks(report) == "not-proved"
    assert "no Customer has the previous owner's email" in report["question"]["text"]


@pytest.mark.rule("C6")
def test_an_email_that_waits_for_confirmation_stops_everything(installation: Rehearsal) -> None:
    """The box is ticked and CustomersDot parks the address all the same."""
    installation.control("PUT", "settings", {"skip_confirmation_works": False})
    try:
        account, run_id = begun(installation)
        report = installation.wait(run_id)
        assert asks(report) == "half-applied"
        assert "unconfirmed_email" in report["question"]["text"]
        installation.truth(account)  # its names have arrived in Zuora
        report = answer(installation, report, "plan-anew")
        assert asks(report) == "unconfirmed-email"
        assert handover.report(run_id)["question"]["rule"] == "C6"
    finally:
        installation.control("PUT", "settings", {"skip_confirmation_works": True})
    assert installation.written(account) == [SAVED]
    assert mails(installation, account["new"]["email"]) == []
