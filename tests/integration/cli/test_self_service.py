"""`handover start self-service`: by options, by the example, and previewed."""

from tests.integration.cli.operators import Operator
from tests.parts.environment import ROOT

EXAMPLE = str(ROOT / "docs" / "examples" / "self-service.yaml")


def options(ops: Operator) -> tuple[str, ...]:
    """A request by options, for somebody who is no Customer."""
    return (
        *("--ticket", "4712", "--account", ops.number, "--access", "portal-account"),
        *("--new-first-name", "Robin", "--new-last-name", "Ash"),
        *("--new-email", "robin.ash@nobody.example"),
        *("--requester-email", "robin.ash@nobody.example"),
    )


def test_a_preview_says_that_the_customer_is_next(ops: Operator) -> None:
    """Nothing is planned before they acted."""
    called = ops("start", "self-service", *options(ops), "--plan-only")
    assert called.code == 7
    assert "the customer acts" in called.out


def test_a_run_waits_for_the_customer(ops: Operator) -> None:
    """Exit 7, with the answers and the message."""
    called = ops("start", "self-service", *options(ops), "--wait", "60")
    assert called.code == 7, called.err
    assert "waits for the customer" in called.out
    run = called.out.split()[1].rstrip(":")
    assert "one-time sign-in link" in ops("messages", run).out
    told = ops("questions").out
    assert f"handover answer {run} email-taken --reason TEXT" in told
    assert ops("cancel", run, "--reason", "only a try").code == 0


def test_a_wrong_access_is_named_with_its_option(ops: Operator) -> None:
    called = ops("start", "self-service", *options(ops), "--access", "a friend")
    assert called.code == 64
    assert "access (--access): must be 'portal-account' or 'owners-mailbox'" in called.err


def test_the_example_is_accepted(ops: Operator) -> None:
    assert ops("start", "--file", EXAMPLE, "--account", ops.number, "--plan-only").code == 7


def test_a_preview_for_somebody_who_is_a_customer_needs_evidence(ops: Operator) -> None:
    """C4 is foreseen: the portal would say that the email has been taken."""
    new = ops.account["new"]
    known = ("--new-email", new["email"])
    called = ops("start", "self-service", *options(ops), *known, "--plan-only")
    assert called.code == 3
    ticket = ops.account["ticket"]
    approval = (
        *("--approver-email", ops.account["sold_to"]["email"]),
        *("--comment", str(ticket["approved"]), "--ticket", str(ticket["id"])),
    )
    called = ops("start", "self-service", *options(ops), *known, *approval, "--plan-only")
    assert called.code == 2
    assert "Let the new contact manage the billing account" in called.out
