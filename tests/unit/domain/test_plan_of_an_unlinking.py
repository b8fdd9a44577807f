"""C6: whose GitLab account is linked to the Customer who is renamed, and what becomes of it."""

import pytest

from domain.errors import NeedsPerson
from domain.plans.renaming import SEND_LINK
from tests.unit.domain.test_plan_of_a_rename import (
    OLD,
    RENAMED,
    change,
    expected,
    here,
    ids,
    later,
    plan_for,
)
from tests.unit.domain.worlds import customer


@pytest.mark.rule("C6")
def test_an_account_that_was_linked_since_the_link_stays() -> None:
    """Who has the link may have linked it: that is what the link is for."""
    linked = customer(RENAMED, uid="777")
    plan = later(here(new_customer=linked, sold_to_customer=None, written=(SEND_LINK,)))
    assert ids(plan) == ["update-sold-to"]
    assert any("777" in note and "stays" in note for note in plan.notes)


@pytest.mark.rule("C6", "C7")
@pytest.mark.parametrize(
    ("given", "planned", "proved"),
    [
        ("unlink", ["unlink-gitlab-account", SEND_LINK, "update-sold-to"], "777"),
        ("keep", [SEND_LINK, "update-sold-to"], "501"),
    ],
)
def test_an_account_that_was_linked_before_the_link_is_asked_about(
    given: str, planned: list[str], proved: str
) -> None:
    """Nobody but the previous owner could sign in: it is theirs, unless a person knows better."""
    now = here(new_customer=customer(RENAMED, uid="777"), sold_to_customer=None)
    with pytest.raises(NeedsPerson) as caught:
        later(now)
    assert caught.value.question.key == "linked-gitlab-account:777"
    plan = later(now, {caught.value.question.key: given})
    assert ids(plan) == planned
    assert expected(plan)[f"linked-to-gitlab-user:{proved}"] == ({"linked": False},)


@pytest.mark.rule("C6")
@pytest.mark.parametrize("uid", ["501", ""])
def test_the_rename_wants_the_account_that_the_plan_knows(uid: str) -> None:
    """Another one would stay linked to a login that is somebody else's then."""
    plan = plan_for(here(sold_to_customer=customer(OLD, uid=uid)))
    assert change(plan, "rename-customer").before[0]["uid"] == uid
