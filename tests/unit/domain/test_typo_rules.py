"""The rules of a typo fix as functions: T1, T4, T5, and what may stand on a ticket (T3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.licences import CloudActivation
from domain.requests import FixTypo, parse_request
from domain.tickets import Comment, Ticket
from domain.typos import (
    masked_log,
    not_confirmed_because,
    require_mistyped_sold_to,
    require_subscription,
    require_unused,
)
from tests.unit.domain.worlds import SOLD_TO, account, contact, subscription

MISTYPED, RIGHT, MANAGER = "olga@odl.test", "olga@old.test", "alma@sales.test"
INTERNAL = ("gitlab.example", "SALES.test")
TICKET = Ticket(id="4711", status="open", requester_id="9", updated_at="2026-11-23T08:00:00Z")


def typo() -> FixTypo:
    made = parse_request(
        {
            "workflow": "fix-typo",
            "ticket": "4711",
            "account": "A00000001",
            "requester_email": MANAGER,
            "subscription": "A-S00000001",
            "mistyped_email": MISTYPED,
            "corrected_email": RIGHT,
            "confirmed_in": "42",
        }
    )
    assert isinstance(made, FixTypo)
    return made


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    ("domains", "why"),
    [
        (("sales.test",), ""),
        (("test.example", "test"), ""),
        (("ales.test",), "not-internal"),
        (("emea.sales.test",), "not-internal"),
        ((), "not-internal"),
    ],
)
def test_only_who_is_of_the_house_asks_for_a_typo_fix(domains: tuple[str, ...], why: str) -> None:
    assert not_confirmed_because(typo(), TICKET, said(RIGHT), domains) == why


def said(body: str, **changed: object) -> Comment:
    fields = {
        "id": "42",
        "author_id": "9",
        "author_email": MANAGER,
        "author_verified": True,
        "public": True,
        "body": body,
        "created_at": "2026-11-23T08:00:00Z",
    }
    return Comment.model_validate({**fields, **changed})


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    "body",
    [
        f"It is {RIGHT}.",
        f"Please use <{RIGHT.upper()}>, thank you",
        RIGHT,
        f"{RIGHT}\nnot {MISTYPED}",
        f"mailto:{RIGHT}",
    ],
)
def test_a_comment_that_spells_the_address_out(body: str) -> None:
    assert not_confirmed_because(typo(), TICKET, said(body), INTERNAL) == ""


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    ("comment", "why"),
    [
        (None, "no-such-comment"),
        (said(RIGHT, author_id="10"), "not-the-requester"),
        (said(RIGHT, author_email="boss@sales.test"), "another-requester"),
        (said(RIGHT, author_verified=False), "author-not-verified"),
        (said("Yes, please."), "address-not-in-comment"),
        (said(f"x{RIGHT}"), "address-not-in-comment"),
        (said(f"not.{RIGHT}"), "address-not-in-comment"),
        (said(f"{RIGHT}.example"), "address-not-in-comment"),
        (said(f"{RIGHT}-2"), "address-not-in-comment"),
        (said("olga@oldxtest"), "address-not-in-comment"),
    ],
)
def test_a_comment_that_does_not(comment: Comment | None, why: str) -> None:
    assert not_confirmed_because(typo(), TICKET, comment, INTERNAL) == why


@pytest.mark.rule("T1")
def test_one_used_code_is_enough() -> None:
    unused = CloudActivation(
        id="1", billing_account_id="7", subscription_name="A-S1", activated=False
    )
    require_unused([unused])
    with pytest.raises(Refused, match="cloud activation 2 "):
        require_unused([unused, unused.model_copy(update={"id": "2", "activated": True})])


@pytest.mark.rule("T5")
def test_whose_email_it_has_to_be() -> None:
    for email in (MISTYPED, MISTYPED.upper(), RIGHT):
        require_mistyped_sold_to(typo(), account(contact(SOLD_TO, work_email=email)))
    with pytest.raises(Refused) as refused:
        require_mistyped_sold_to(typo(), account(contact(SOLD_TO, work_email="else@old.test")))
    assert refused.value.rule == "T5"


@pytest.mark.rule("T5", "G6")
@pytest.mark.parametrize("rule", ["T5", "G6"])
def test_a_subscription_by_number_or_id_on_this_account(rule: str) -> None:
    """Refused by the rule of the workflow that asked."""
    for name in ("A-S00000001", "s1"):
        require_subscription(name, [subscription()], rule=rule)
    with pytest.raises(Refused, match=f"\\({rule}\\)") as refused:
        require_subscription("A-S00000002", [subscription()], rule=rule)
    assert refused.value.rule == rule


@pytest.mark.rule("T3")
@pytest.mark.parametrize(
    "line",
    [
        f"failed 550: 5.1.1 <{MISTYPED}> does not exist",
        f"failed 550: no user {MISTYPED.upper()}, sorry",
        "failed 550: 5.1.1 olga: user unknown",
        "failed 498: No MX for odl.test",
        "failed 550 to another.person@old.test",
    ],
)
def test_no_address_stays_readable(line: str) -> None:
    masked = masked_log(line, MISTYPED).lower()
    for part in ("olga", "odl.test", "another.person"):
        assert part not in masked
    assert masked.startswith("failed")


@pytest.mark.rule("T3")
@given(st.emails(), st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_around_it(email: str, before: str, after: str) -> None:
    assert email.lower() not in masked_log(f"{before} {email} {after}", email).lower()
