"""GitLab: who may see a user's address and a namespace's subscription, and what they see."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Control, gitlab

OWNER, PLAIN = "sandbox-gitlab-owner", "sandbox-gitlab-plain"
SUBSCRIPTION = "api/v4/namespaces/{}/gitlab_subscription"


def status(box: Control, token: str, path: str) -> int:
    return gitlab(box.root, token).call("GET", path).status_code


def test_an_address_is_for_admins(box: Control) -> None:
    """Everybody sees the name, admins the address; the seeded Sold To has a user."""
    shown = gitlab(box.root).get("api/v4/users/900001")
    assert (shown["username"], shown["state"]) == ("orla.finchley", "active")
    assert shown["email"] == "orla.finchley@brightwater.example"
    plain = gitlab(box.root, PLAIN).get("api/v4/users/900001")
    assert plain["name"] == "Orla Finchley"
    assert "email" not in plain


@pytest.mark.parametrize("key", ["999999", "orla", "1a"])
def test_an_unknown_user(box: Control, key: str) -> None:
    answer = gitlab(box.root).call("GET", f"api/v4/users/{key}")
    assert (answer.status_code, answer.json()) == (404, {"message": "404 User Not Found"})


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_token_is_needed(box: Control, token: str) -> None:
    assert status(box, token, "api/v4/users/900001") == 401


@pytest.mark.parametrize("key", ["9006", "fernhollow%2Ftwin", "fernhollow%2ftwin"])
def test_a_subscription(box: Control, key: str) -> None:
    """By number and by encoded path; the answer does not say whose it is."""
    shown = gitlab(box.root, OWNER).get(SUBSCRIPTION.format(key))
    assert shown["plan"]["code"] == "ultimate"
    assert shown["usage"] == {
        "seats_in_subscription": 20,
        "seats_in_use": 11,
        "max_seats_used": 14,
        "seats_owed": 0,
    }
    assert set(shown) == {"plan", "usage", "billing"}
    assert "fernhollow" not in str(shown)


def test_a_plain_slash_is_another_path(box: Control) -> None:
    assert status(box, OWNER, SUBSCRIPTION.format("fernhollow/twin")) == 404


@pytest.mark.parametrize(
    ("token", "key", "expected"),
    [
        (OWNER, "9008", 200),
        (PLAIN, "9008", 404),
        (OWNER, "9010", 403),
        (PLAIN, "9010", 200),
        ("sandbox-gitlab-admin", "9010", 200),
        ("sandbox-gitlab-admin", "no-such", 404),
    ],
)
def test_who_may_see_it(box: Control, token: str, key: str, expected: int) -> None:
    """Owner and admin; others meet a 404 where the namespace is private, else a 403."""
    assert status(box, token, SUBSCRIPTION.format(key)) == expected


def test_no_subscription_is_a_200_with_nothing(box: Control) -> None:
    """Every inner value is null."""
    shown = gitlab(box.root).get(SUBSCRIPTION.format("irisbrook"))
    inner = [value for part in shown.values() for value in part.values()]
    assert inner == [None] * len(inner)
    assert len(inner) == 13


def test_a_namespace(box: Control) -> None:
    shown = gitlab(box.root, OWNER).get("api/v4/namespaces/fernhollow%2Ftwin")
    assert (shown["id"], shown["path"]) == (9006, "twin")
    assert shown["full_path"] == "fernhollow/twin"


def test_what_a_test_plants(box: Control) -> None:
    """A namespace and a user by the control; a generated account's uid has its user."""
    made: dict[str, Any] = box.post("namespaces", full_path="newly/made", plan_code="premium")
    assert gitlab(box.root).get(SUBSCRIPTION.format(made["id"]))["plan"]["code"] == "premium"
    person = {"first_name": "Ida", "last_name": "Idle", "email": "ida@idle.example"}
    box.post("gitlab-users", uid="77", state="blocked", **person)
    assert gitlab(box.root).get("api/v4/users/77")["state"] == "blocked"
    box.account(sold_to_uid="78")
    assert gitlab(box.root).get("api/v4/users/78")["id"] == 78
