"""GitLab: users by uid, namespaces, and subscriptions that are there, hidden or empty."""

import pytest

from clients.gitlab import GitLab
from clients.transport import Limits
from domain.errors import Refused, SignInExpired, Transient
from domain.namespaces import GitLabUser, Namespace
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")


def as_(sandbox: Sandbox, token: str) -> GitLab:
    return GitLab(f"{sandbox.url}/gitlab", token, limits=Limits(read=1))


@pytest.mark.rule("C6")
def test_a_user(gitlab: GitLab) -> None:
    """The user behind a Customer's uid, by the names that anybody may see."""
    expected = GitLabUser(
        id="900001", username="orla.finchley", name="Orla Finchley", state="active"
    )
    assert gitlab.user("900001") == expected
    assert gitlab.user("999999") is None


@pytest.mark.parametrize("uid", ["", "orla", "1a", "-1", "1/../2", "\u0661\u0662", "9" * 19])
def test_a_uid_that_is_no_number_is_not_sent(sandbox: Sandbox, uid: str) -> None:
    """It is text in CustomersDot, and would be part of an address here."""
    sandbox.fault("refuse", system="gitlab", times=None)
    with pytest.raises(Refused) as refused:
        as_(sandbox, "sandbox-gitlab-admin").user(uid)
    assert refused.value.code == "gitlab-uid"
    assert sandbox.hits() == 0


@pytest.mark.rule("V5")
@pytest.mark.parametrize("key", ["9006", "fernhollow/twin"])
def test_a_subscription(gitlab: GitLab, key: str) -> None:
    """By number and by path; the slash of a path is part of the key."""
    found = known(gitlab.namespace_subscription(key))
    assert (found.plan_code, found.trial) == ("ultimate", False)
    counts = (found.seats_in_subscription, found.seats_in_use, found.max_seats_used)
    assert counts == (20, 11, 14)
    assert found.start_date < found.end_date


@pytest.mark.rule("V5")
@pytest.mark.parametrize(
    ("token", "key"),
    [
        ("sandbox-gitlab-admin", "irisbrook"),
        ("sandbox-gitlab-admin", "no-such"),
        ("sandbox-gitlab-plain", "heathmills"),
        ("sandbox-gitlab-owner", "doubledeal"),
    ],
)
def test_what_cannot_be_read_is_unknown(sandbox: Sandbox, token: str, key: str) -> None:
    """Nulls, 404 and 403 alike: none of them refuses anybody's proof."""
    assert as_(sandbox, token).namespace_subscription(key) is None


def test_a_namespace(gitlab: GitLab) -> None:
    expected = Namespace(id="9006", path="fernhollow/twin", name="Twin")
    assert gitlab.namespace("fernhollow/Twin") == gitlab.namespace("9006") == expected
    assert gitlab.namespace("no-such") is None


@pytest.mark.parametrize("key", ["", " ", "..", "/", "a//b", "a\nb"])
def test_a_key_that_is_none(gitlab: GitLab, key: str) -> None:
    with pytest.raises(Refused) as refused:
        gitlab.namespace_subscription(key)
    assert refused.value.code == "gitlab-namespace"


def test_a_token_that_does_not_count(sandbox: Sandbox) -> None:
    """Neither a proof nor an unknown: somebody has to give us another one."""
    for token in ("", "wrong"):
        with pytest.raises(SignInExpired, match="HANDOVER_GITLAB"):
            as_(sandbox, token).check()
        with pytest.raises(SignInExpired):
            as_(sandbox, token).namespace_subscription("9006")


def test_the_check_needs_no_record(gitlab: GitLab) -> None:
    gitlab.check()


@pytest.mark.parametrize("kind", ["login_page_200", "truncated", "reset", "status"])
def test_a_read_gets_over_it(sandbox: Sandbox, gitlab: GitLab, kind: str) -> None:
    sandbox.fault(kind, system="gitlab")
    assert gitlab.user("900001") is not None
    assert sandbox.hits() == 1


def test_being_asked_to_wait(sandbox: Sandbox, gitlab: GitLab) -> None:
    """A long wait goes back to the journal."""
    sandbox.fault("status", system="gitlab", code=429, headers={"Retry-After": "77"})
    with pytest.raises(Transient) as waits:
        gitlab.user("900001")
    assert (waits.value.code, waits.value.delay) == ("rate-limited", 77)
