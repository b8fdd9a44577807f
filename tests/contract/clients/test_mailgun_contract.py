"""Mailgun: both interfaces to the end, each way in which a mail ends, and what is forgotten."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from clients.mailgun import Mailgun
from clients.transport import Limits
from domain.errors import Defect, Refused, SignInExpired, Transient
from domain.mail import MailEvent, MailVerdict, verdict
from tests.contract.clients.sandbox_control import Sandbox

pytestmark = pytest.mark.usefixtures("no_pauses")

ADA = "ada.canary@fresh.example"


@pytest.fixture(params=["logs", "events"])
def either(request: pytest.FixtureRequest, sandbox: Sandbox) -> str:
    """Both interfaces; without the newer one the older one is asked."""
    sandbox.setting(mail_logs=request.param == "logs", mail_event_days=30)
    return str(request.param)


def seen(mailgun: Mailgun, address: str = ADA, days: float = 29) -> list[MailEvent]:
    now = datetime.now(UTC)
    return mailgun.events_for(address, now - timedelta(days=days), now)


def mail(
    sandbox: Sandbox, outcome: str = "delivered", recipient: str = ADA, age: float = 60
) -> None:
    body = {"recipient": recipient, "outcome": outcome, "age": age}
    sandbox.ask("POST", "/mail", json=body)


@pytest.mark.rule("T2")
@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["delivered"], MailVerdict.DELIVERED),
        (["no-mailbox"], MailVerdict.BOUNCED),
        (["suppressed"], MailVerdict.SUPPRESSED),
        (["no-mx", "no-mx-old"], MailVerdict.NO_MAIL_SERVER),
        (["greylisted"], MailVerdict.TEMPORARY),
        (["rejected"], MailVerdict.REJECTED),
        ([], MailVerdict.UNKNOWN),
        (["no-mailbox", "suppressed"], MailVerdict.BOUNCED),
        (["no-mailbox", "delivered"], MailVerdict.DELIVERED),
    ],
)
def test_what_became_of_a_mail(
    sandbox: Sandbox, mailgun: Mailgun, outcomes: list[str], expected: MailVerdict
) -> None:
    """Each row of the table, through either interface."""
    for outcome in outcomes:
        mail(sandbox, outcome)
    found = seen(mailgun)
    assert len(found) == len(outcomes)
    assert verdict(found) is expected


@pytest.mark.usefixtures("either")
def test_a_bounce_in_full(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """Time, code and the other server's words, the same from both."""
    before = datetime.now(UTC)
    mail(sandbox, "no-mailbox", age=3600)
    (event,) = seen(mailgun)
    assert (event.event, event.severity, event.reason) == ("failed", "permanent", "bounce")
    assert (event.code, event.recipient) == (550, ADA)
    assert event.message.startswith("5.1.1 ")
    assert abs(event.at - (before - timedelta(hours=1))) < timedelta(seconds=5)


def test_pages_to_the_end(sandbox: Sandbox, mailgun: Mailgun, either: str) -> None:
    """More than a page; the next one is named even behind the last."""
    for age in range(105):
        mail(sandbox, age=100 + age)
    times = [event.at for event in seen(mailgun)]
    assert len(times) == 105
    assert times == sorted(times)


@pytest.mark.usefixtures("either")
def test_only_the_address_that_was_asked_for(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """In any letter case, and nobody else's."""
    mail(sandbox, recipient="bob@fresh.example")
    mail(sandbox)
    assert len(seen(mailgun, ADA.upper())) == 1


@pytest.mark.usefixtures("either")
def test_a_mail_of_this_very_moment(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """The end of the span is in it, although one format has no parts of a second."""
    mail(sandbox, age=0)
    assert len(seen(mailgun)) == 1


@pytest.mark.rule("T2")
def test_what_is_no_longer_kept_is_unknown(mailgun: Mailgun) -> None:
    """A bounce of 45 days ago has left no trace: not delivered, not bounced."""
    found = seen(mailgun, "ole.oldfeild@heathmills.example", days=60)
    assert verdict(found) is MailVerdict.UNKNOWN


def test_the_older_interface_remembers_less(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """So the newer one is asked first."""
    mail(sandbox, "no-mailbox", age=10 * 86_400)
    assert len(seen(mailgun)) == 1
    sandbox.setting(mail_logs=False)
    assert seen(mailgun) == []


@pytest.mark.parametrize("code", [400, 403, 404, 405])
def test_logs_that_are_not_to_be_had(sandbox: Sandbox, mailgun: Mailgun, code: int) -> None:
    mail(sandbox)
    sandbox.fault("status", system="mailgun", path="analytics", code=code, times=None)
    assert len(seen(mailgun)) == 1


def test_neither_is_to_be_had(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """That is no empty log."""
    sandbox.fault("status", system="mailgun", code=403, times=None)
    with pytest.raises(Refused) as refused:
        seen(mailgun)
    assert refused.value.code == "mailgun-permission"


def test_a_log_that_breaks_off_is_no_log(sandbox: Sandbox, mailgun: Mailgun) -> None:
    """A page that fails later must not look like the end."""
    for age in range(101):
        mail(sandbox, age=100 + age)
    sandbox.fault("status", system="mailgun", path="analytics", code=404, after=1, times=None)
    with pytest.raises(Defect):
        seen(mailgun)


def test_a_key_that_does_not_count(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/mailgun"
    with pytest.raises(SignInExpired, match="HANDOVER_MAILGUN"):
        Mailgun(url, "customers.gitlab.com", "wrong", limits=Limits(read=1)).check()


def test_a_domain_that_is_not_ours(sandbox: Sandbox) -> None:
    """Its events are a 404: a wrong setting, and no empty log."""
    sandbox.setting(mail_logs=False)
    url = f"{sandbox.url}/mailgun"
    with pytest.raises(Defect):
        Mailgun(url, "other.example", "sandbox-mailgun-key", limits=Limits(read=1)).check()


def test_no_address_in_errors_and_logs(
    sandbox: Sandbox, mailgun: Mailgun, caplog: pytest.LogCaptureFixture
) -> None:
    """It stands in every query, and every answer quotes it."""
    caplog.set_level(logging.DEBUG)
    mail(sandbox, "no-mailbox")
    sandbox.setting(mail_logs=False)
    seen(mailgun)
    body = f'{{"message": "{ADA} is wrong"}}'
    sandbox.fault("status", system="mailgun", code=418, body=body, times=None)
    with pytest.raises(Defect) as defect:
        seen(mailgun)
    sandbox.ask("DELETE", "/faults")
    sandbox.fault("truncated", system="mailgun", times=None)
    with pytest.raises(Transient) as transient:
        seen(mailgun)
    assert "canary" not in f"{defect.value} {transient.value} {caplog.text}"
    assert "/v3/{domain}/events" in caplog.text


@pytest.mark.parametrize("address", ["", "ada", "ada@\nfresh.example"])
def test_what_is_no_address_is_not_asked_for(mailgun: Mailgun, address: str) -> None:
    with pytest.raises(Refused) as refused:
        seen(mailgun, address)
    assert refused.value.code == "mailgun-address"


def test_the_check(mailgun: Mailgun) -> None:
    mailgun.check()
