"""What a mail log proves: each kind of event alone, and together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mail import MailEvent, MailVerdict, log_text, verdict

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def event(kind: str, severity: str = "", reason: str = "", code: int | None = None) -> MailEvent:
    values = {"severity": severity, "reason": reason, "code": code, "message": "said so"}
    return MailEvent(event=kind, at=NOON, recipient="ada@new.test", **values)


DELIVERED = event("delivered", code=250)
BOUNCED = event("failed", "permanent", "bounce", 550)
SUPPRESSED = event("failed", "permanent", "suppress-bounce", 605)
NO_MX = event("failed", "temporary", "generic", 498)
NO_MX_AT_LAST = event("failed", "temporary", "old", 498)
GREYLISTED = event("failed", "temporary", "generic", 450)
REJECTED = event("rejected")
ACCEPTED = event("accepted")
IN_ORDER = (
    (DELIVERED, MailVerdict.DELIVERED),
    (event("opened"), MailVerdict.DELIVERED),
    (BOUNCED, MailVerdict.BOUNCED),
    (SUPPRESSED, MailVerdict.SUPPRESSED),
    (NO_MX, MailVerdict.NO_MAIL_SERVER),
    (NO_MX_AT_LAST, MailVerdict.NO_MAIL_SERVER),
    (GREYLISTED, MailVerdict.TEMPORARY),
    (REJECTED, MailVerdict.REJECTED),
    (ACCEPTED, MailVerdict.UNKNOWN),
)
RANK = list(MailVerdict)


@pytest.mark.rule("T2")
@pytest.mark.parametrize(("seen", "expected"), IN_ORDER)
def test_one_event(seen: MailEvent, expected: MailVerdict) -> None:
    assert verdict([seen]) is expected


@pytest.mark.rule("T2")
def test_nothing_found_is_unknown() -> None:
    """The log forgets: silence is no delivery."""
    assert verdict([]) is MailVerdict.UNKNOWN


@pytest.mark.rule("T2")
@given(st.lists(st.sampled_from(IN_ORDER), min_size=1).flatmap(st.permutations))
def test_the_weightiest_event_decides(seen: list[tuple[MailEvent, MailVerdict]]) -> None:
    """In whatever order they stand; a delivery before all, since a stranger may have the mail."""
    expected = min((kind for _, kind in seen), key=RANK.index)
    assert verdict(one for one, _ in seen) is expected


@pytest.mark.rule("T2")
@pytest.mark.parametrize(
    "seen",
    [
        event("failed", "permanent", "suppress-bounce", 550),
        event("failed", "permanent", "generic", 550),
        event("failed", "temporary", "bounce", 550),
        event("failed", "permanent", "bounce", 552),
        event("failed", "permanent", "bounce"),
        event("permanent_fail", "permanent", "bounce", 550),
        SUPPRESSED,
        NO_MX_AT_LAST,
    ],
)
def test_what_looks_like_the_proof_and_is_none(seen: MailEvent) -> None:
    """Only a permanent bounce with 550 says that the mailbox does not exist."""
    assert verdict([seen]) is not MailVerdict.BOUNCED


@pytest.mark.parametrize("reason", ["suppress-complaint", "suppress-unsubscribe"])
def test_other_lists_suppress_too(reason: str) -> None:
    assert verdict([event("failed", "permanent", reason, 607)]) is MailVerdict.SUPPRESSED


@pytest.mark.rule("T3")
def test_the_log_as_text() -> None:
    """One line for each event, the oldest first, each with what the server said."""
    later = BOUNCED.model_copy(update={"at": NOON + timedelta(hours=1), "message": "5.1.1\n no"})
    assert log_text([later, DELIVERED]).splitlines() == [
        "2026-11-23T12:00:00+00:00 ada@new.test: delivered 250: said so",
        "2026-11-23T13:00:00+00:00 ada@new.test: failed permanent bounce 550: 5.1.1 no",
    ]
    assert log_text([]) == ""
