"""A save that may have landed, and a plan made anew before anybody could see whether it did."""

import handover
from tests.faults.bringing_on import bring_on
from tests.faults.test_kill import DOCUMENTED
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace


def test_last_save_is_owed_after_a_login_in_doubt(installation: Rehearsal, trips: Trips) -> None:
    """L2 landed and nobody recorded it: the new plan still saves the original Sold To last (G2)."""
    account = installation.account(login_activated=False)
    trips.set("activate_login", "after-reply")
    run_id = installation.start(account)
    worker = trips.wait_hit("activate_login", "after-reply")
    assert not handover.cancel(run_id, reason="second thoughts", by="kim")
    kill_and_replace(installation, worker)
    report, answers = bring_on(run_id)
    assert (report["result"], answers) == ("proved", ["plan-anew"]), report
    assert installation.written(account) == DOCUMENTED
