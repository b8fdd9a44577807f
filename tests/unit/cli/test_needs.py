"""`handover start --help`: what the request of each workflow needs, by option."""

import pytest

from domain.requests import WORKFLOWS
from handover.cli.needs import needs, needs_text
from handover.cli.request_input import _WITHOUT_NEW_CONTACT, PLACES


@pytest.mark.parametrize("width", [60, 78])
def test_every_workflow_stands_there_within_the_width(width: int) -> None:
    lines = needs_text(width).splitlines()
    assert max(map(len, lines)) <= max(width, 80)
    listed = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert listed == list(WORKFLOWS)


def test_what_is_needed_comes_before_what_may_be_given() -> None:
    assert needs("fix-typo") == (
        "--subscription, --mistyped-email, --corrected-email, --confirmed-in"
        " [`mail_log` (in a file)]"
    )
    assert needs("confirm-login") == "--contact-email, EVIDENCE or --reason-without-evidence"
    needed, _, optional = needs("change-contact").partition(" [")
    assert "--self-service-ruled-out" in needed
    assert optional == "--rename-customer, --another-link, --reverses]"


def test_no_option_is_left_without_a_workflow() -> None:
    """But those of evidence and of what all need, which are named once, and postal fields."""
    told = needs_text(200)
    groups = ("evidence",), ("contact", "address")
    named = [
        n for n, place in PLACES.items() if place[:1] not in groups and place[:2] not in groups
    ]
    missing = [n for n in named if f"--{n.replace('_', '-')}" not in told]
    assert missing == []
    assert {*_WITHOUT_NEW_CONTACT} <= {*PLACES}
