"""What the list of questions says of each: enough to decide without looking further."""

from typing import Any

from handover.cli.questions_text import questions_text

ASKED: dict[str, Any] = {
    "run": "ho-7kq2mw9xpd",
    "workflow": "change-contact",
    "ticket": "4711",
    "account": "A00000001",
    "requested_by": "kim",
    "kind": "half-applied",
    "rule": "C7",
    "text": "The run stopped.",
    "answers": [
        {"id": "plan-anew", "meaning": "the rest is planned anew", "second_person": True},
        {"id": "leave", "meaning": "the run ends here", "second_person": False},
    ],
    "second_person": False,
    "no_second_person": ["kim"],
    "asked_at": 1_700_000_000_000,
    "expires_at": None,
    "overdue": False,
    "plan_checksum": None,
    "written": ["Create the membership", "Activate the login"],
    "written_perhaps": ["Send the link"],
    "for_you": True,
}


def test_all_that_is_needed_to_decide() -> None:
    """Account, ticket, workflow, rule; what is written; what each answer does, and whose it is."""
    told = questions_text([ASKED])
    for part in (
        "ho-7kq2mw9xpd: half-applied (C7)",
        "change-contact of account A00000001, ticket 4711, started by kim",
        "Written so far: Create the membership; Activate the login.",
        "Sent, and it is not known whether it landed: Send the link.",
        "plan-anew: the rest is planned anew (a second person)",
        "leave: the run ends here",
        "handover answer ho-7kq2mw9xpd leave --reason TEXT",
    ):
        assert part in told


def test_nothing_is_written_yet() -> None:
    told = questions_text([ASKED | {"written": [], "written_perhaps": []}])
    assert "Written so far: nothing." in told
    assert "not known" not in told


def test_who_brought_the_evidence_is_no_second_person_either() -> None:
    told = questions_text([ASKED | {"second_person": True, "no_second_person": ["kim", "lee"]}])
    assert "Somebody other than kim and lee has to answer." in told
