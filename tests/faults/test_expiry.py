"""A→B, B→A and A→B again while sign-in and token run out in the middle of each run."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.bringing_on import bring_on
from tests.faults.conftest import with_two_workers
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal

TURNS = (("sold_to", "new"), ("new", "sold_to"), ("sold_to", "new"))
ANY_READ = {"kind": "expired_session", "method": "GET", "path": "^/(v1|admin)/"}
ANY_WRITE = {"kind": "expired_session", "method": "POST", "path": "^/admin/"}


QUIET = 2.0


@pytest.fixture
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation of its own, because its sign-ins run out."""
    with rehearsal(redis_server, env={**TWO_SYSTEMS, "HANDOVER_QUIET_SECONDS": str(QUIET)}) as made:
        yield with_two_workers(made)


@pytest.mark.parametrize("calls", [2, 9])
def test_revoked_in_mid_run(installation: Rehearsal, calls: int) -> None:
    """Sign-in and token are void from one request to the next, before reads and before a write."""
    account = installation.account(login_activated=False)
    for giver, taker in TURNS:
        orders = [
            _order(installation, ANY_READ, system="zuora", after=calls // 2),
            _order(installation, ANY_READ, system="customersdot", after=calls),
            _order(installation, ANY_WRITE, system="customersdot", after=1),
        ]
        _proved(installation, account, giver, taker)
        for order in orders:
            assert installation.control("GET", f"faults/{order['id']}")["hits"] == 1
        installation.control("DELETE", "faults")


def test_short_lives(installation: Rehearsal) -> None:
    """Sign-in and token live so briefly that none of them lasts for a whole run."""
    brief = {"session_ttl": QUIET / 2, "token_ttl": QUIET / 2}
    installation.control("PUT", "settings", brief)
    account = installation.account()
    for giver, taker in TURNS:
        _proved(installation, account, giver, taker)


def _proved(installation: Rehearsal, account: dict[str, Any], giver: str, taker: str) -> None:
    """A question about the sign-in is answered as an operator would, who has signed in again."""
    turned = {**account, "sold_to": account[giver], "new": account[taker]}
    report, _ = bring_on(installation.start(turned))
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    assert installation.sold_to(account) == account[taker]["email"]
    assert installation.members(account) == [account[taker]["customer_id"]]


def _order(installation: Rehearsal, fault: dict[str, Any], **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = installation.control("POST", "faults", {**fault, **more})
    return made
