"""The plans of fix-typo (T5, T6) and send-licence (G6): which changes, in which order, and when."""

from typing import Any

import pytest

from domain.changes import Kind
from domain.errors import InvalidRequest, NeedsPerson, Refused, Stale
from domain.licences import CloudActivation, Licence
from domain.plan import Plan
from domain.plans import fix_typo, send_licence
from domain.requests import FixTypo, SendLicence, parse_request, warnings_for
from domain.snapshot import Issued, Snapshot
from tests.unit.domain.worlds import (
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    SOLD_TO,
    account,
    contact,
    customer,
    membership_of,
    snapshot,
)

RIGHT = "olga@right.test"
CODE = CloudActivation(
    id="5", billing_account_id="7", subscription_name="A-S00000001", activated=False
)
FILE = Licence(id="6", billing_account_id="7", email="olga@old.test", offline_cloud=True)
RENAMED = customer(OLD_CUSTOMER, email=RIGHT)
CORRECTED = contact(SOLD_TO, work_email=RIGHT)
COMMON = {
    "ticket": "4711",
    "account": "A00000001",
    "requester_email": "alma@sales.test",
    "subscription": "A-S00000001",
}


def typo(**changed: Any) -> FixTypo:
    made = parse_request(
        {
            **COMMON,
            "workflow": "fix-typo",
            "mistyped_email": "olga@old.test",
            "corrected_email": RIGHT,
            "confirmed_in": "42",
            **changed,
        }
    )
    assert isinstance(made, FixTypo)
    return made


def sending(destination: str = "buyer@elsewhere.test") -> SendLicence:
    approval = {"kind": "contact-approval", "approver_email": "olga@old.test", "comment": "81"}
    made = parse_request(
        {
            **COMMON,
            "workflow": "send-licence",
            "destination_email": destination,
            "evidence": approval,
        }
    )
    assert isinstance(made, SendLicence)
    return made


def world(*issued: CloudActivation | Licence, **changed: Any) -> Snapshot:
    """Olga's email is the mistyped one, and nobody has the right one."""
    found = Issued(
        activations=tuple(one for one in issued if isinstance(one, CloudActivation)),
        licences=tuple(one for one in issued if isinstance(one, Licence)),
        reseller_domain=changed.pop("reseller_domain", ""),
    )
    return snapshot(**{"new_customer": None, "new_history": (), "issued": found, **changed})


def plan(
    now: Snapshot, first: Snapshot | None = None, answers: dict[str, str] | None = None
) -> Plan:
    return fix_typo.derive(typo(), now, (first or now).pin(), answers or {})


def ids(made: Plan) -> list[str]:
    return [change.id for change in made.changes]


def asked(now: Snapshot) -> str:
    with pytest.raises(NeedsPerson) as question:
        plan(now)
    return question.value.question.kind


@pytest.mark.rule("T5", "T6", "G4")
def test_the_customer_before_the_contact_before_the_mail() -> None:
    made = plan(world(CODE))
    assert ids(made) == ["rename-customer", "update-sold-to", "resend-activation-5"]
    rename, contact_change, send = made.changes
    assert rename.values == {"email": RIGHT}
    customers = [
        next(g.allowed for g in change.guards if g.name == "customer-with-new-email")
        for change in (rename, contact_change)
    ]
    assert customers == [({},), ({"id": "11"},)]
    sold_to = next(g.allowed for g in send.guards if g.name == "zuora-sold-to")
    assert [state["work_email"] for state in sold_to] == [RIGHT]
    assert contact_change.judge is not None  # S5: the mail waits for Zuora


@pytest.mark.rule("T6")
def test_a_licence_file_is_forwarded_and_never_resent() -> None:
    (send,) = plan(world(FILE)).changes_of("resend_licence")
    assert (send.id, send.kind, send.action) == ("forward-licence-6", Kind.SEND, "forward")
    assert send.values == {"email": RIGHT}


@pytest.mark.rule("T6")
def test_what_is_no_file_to_send() -> None:
    """The licence behind a code, and a trial's."""
    cloud, trial = (
        FILE.model_copy(update={"id": i, kind: True})
        for i, kind in (("7", "cloud"), ("8", "trial"))
    )
    assert ids(plan(world(CODE, cloud, trial)))[-1] == "resend-activation-5"
    assert ids(plan(world(cloud, trial))) == ["rename-customer", "update-sold-to"]


@pytest.mark.rule("T6")
def test_one_of_several_by_a_persons_word() -> None:
    now = world(CODE, FILE)
    with pytest.raises(NeedsPerson) as question:
        plan(now)
    asked_for = question.value.question
    assert [one.id for one in asked_for.answers] == ["activation-5", "licence-6", "stop"]
    made = plan(now, answers={asked_for.key: "licence-6"})
    assert ids(made)[-1] == "forward-licence-6"


@pytest.mark.rule("T5")
def test_a_new_plan_goes_on_where_the_first_one_stopped() -> None:
    first = world(CODE)
    half = world(CODE, sold_to_customer=None, new_customer=RENAMED)
    assert ids(plan(half, first)) == ["update-sold-to", "resend-activation-5"]
    whole = half.model_copy(update={"account": account(CORRECTED)})
    assert ids(plan(whole, first)) == ["resend-activation-5"]
    sent = whole.model_copy(update={"written": ("resend-activation-5",)})
    assert ids(plan(sent, first)) == []


@pytest.mark.rule("T6")
def test_nothing_is_sent_again_for_what_was_right_before() -> None:
    done = world(CODE, sold_to_customer=RENAMED, new_customer=RENAMED, account=account(CORRECTED))
    made = plan(done)
    assert ids(made) == []
    assert any("before this run began" in note for note in made.notes)


@pytest.mark.rule("T1")
def test_a_code_that_was_used_meanwhile() -> None:
    with pytest.raises(Refused) as refused:
        plan(world(CODE.model_copy(update={"activated": True})))
    assert refused.value.rule == "T1"


@pytest.mark.rule("T5")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"new_customer": NEW_CUSTOMER}, "corrected-email-taken"),
        ({"sold_to_customer": None}, "mistyped-email-without-customer"),
    ],
)
def test_two_customers_or_none(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(world(CODE, **changed))
    assert refused.value.code == code


@pytest.mark.rule("T5", "G1")
def test_whoever_manages_another_account_is_not_saved() -> None:
    elsewhere = (membership_of("11", "8"),)
    assert asked(world(CODE, members=(), sold_to_memberships=elsewhere)) == (
        "sold-to-manages-elsewhere"
    )


@pytest.mark.rule("T5")
def test_an_email_that_waits_is_never_left_behind() -> None:
    waiting = customer(OLD_CUSTOMER, unconfirmed_email="x@y.test")
    assert asked(world(CODE, sold_to_customer=waiting)) == "unconfirmed-email"


@pytest.mark.rule("T5")
def test_a_sold_to_whom_nobody_knows() -> None:
    first = world(CODE)
    stranger = contact(SOLD_TO, first_name="Else")
    with pytest.raises(Stale):
        plan(world(CODE, account=account(stranger)), first)


@pytest.mark.rule("G1", "T5")
def test_the_bill_to_has_the_right_email_already() -> None:
    """By G1 the save may then write to the Bill To, which the plan says."""
    now = world(CODE)
    with_right = now.account.bill_to.model_copy(update={"work_email": RIGHT})
    made = plan(now.model_copy(update={"account": account(bill_to=with_right)}))
    bill_to = next(e.allowed for e in made.expectations if e.name == "zuora-bill-to")
    assert len(bill_to) == 2


@pytest.mark.rule("T5")
def test_how_long_an_address_may_be() -> None:
    """74 characters pass, 80 pass with a warning, 81 do not."""
    long = [f"{'a' * 60}@{'b' * (size - 66)}.test" for size in (74, 80, 81)]
    assert [len(one) for one in long] == [74, 80, 81]
    assert warnings_for(typo(corrected_email=long[0])) == []
    assert len(warnings_for(typo(corrected_email=long[1]))) == 1
    with pytest.raises(InvalidRequest, match="81 characters"):
        typo(corrected_email=long[2])


@pytest.mark.rule("G6")
def test_one_mail_and_nothing_else() -> None:
    now = world(CODE)
    made = send_licence.derive(sending(), now, now.pin(), {})
    assert ids(made) == ["forward-activation-5"]
    assert made.changes[0].values == {"email": "buyer@elsewhere.test"}
    again = now.model_copy(update={"written": ("forward-activation-5",)})
    assert ids(send_licence.derive(sending(), again, now.pin(), {})) == []


@pytest.mark.rule("G6")
@pytest.mark.parametrize("destination", ["a@resale.test", "a@Resale.TEST"])
def test_never_to_the_domain_of_the_reseller(destination: str) -> None:
    now = world(CODE, reseller_domain="resale.test")
    with pytest.raises(Refused) as refused:
        send_licence.derive(sending(destination), now, now.pin(), {})
    assert refused.value.code == "destination-at-reseller"
    assert send_licence.derive(sending("a@resale.test.example"), now, now.pin(), {}).changes


@pytest.mark.rule("G6")
def test_a_customer_who_pays_may_have_it_at_home() -> None:
    now = world(FILE)
    assert send_licence.derive(sending("new@old.test"), now, now.pin(), {}).changes


@pytest.mark.rule("G6")
def test_nothing_was_issued() -> None:
    now = world()
    with pytest.raises(Refused) as refused:
        send_licence.derive(sending(), now, now.pin(), {})
    assert refused.value.code == "nothing-to-send"
