"""Sending a licence or an activation code (T6, G6), and seeing that the mail left."""

from datetime import UTC, datetime, timedelta

from domain import questions_typos as questions
from domain.errors import NeedsPerson
from domain.mail import MailVerdict, verdict
from domain.requests import FixTypo, Request, SendLicence
from tasks.applying import apply_changes_of
from tasks.clients import mailgun
from tasks.messages import write_message
from tasks.step import step
from tasks.systems import request_of
from worker.apply import POLL_SECONDS
from worker.context import StepContext
from worker.journal.writes import NOTHING_DONE
from worker.runtime import milliseconds

CLOCKS_APART = timedelta(seconds=30)
"""By how much Mailgun's clock may be behind ours."""

SENDING = ("resend_licence", "forward_licence")
NOT_YET = (MailVerdict.UNKNOWN, MailVerdict.TEMPORARY)


@step(title="Send the licence again", phase="applying", rules=("T6",))
def resend_licence(context: StepContext) -> str:
    """Resends a code to the corrected Sold To, or forwards a licence to the corrected address."""
    return apply_changes_of(context, "resend_licence")


@step(title="Forward the licence", phase="applying", rules=("G6",))
def forward_licence(context: StepContext) -> str:
    """Forwards one licence or code to the one address that was asked for."""
    return apply_changes_of(context, "forward_licence")


@step(title="See in the mail log that the mail left", phase="proving", rules=("T6", "G6"))
def see_mail_leave(context: StepContext) -> str:
    """Waits for the log to show the delivery to the right address; without it a person says so."""
    sent_at = _sent_at(context)
    if sent_at is None:
        return "nothing was sent"
    found = _verdict(context, sent_at)
    if context.answered_in_any_round(questions.MAIL_NOT_SEEN, found) == questions.ARRIVED.id:
        return "a person says that it arrived"
    if found == MailVerdict.DELIVERED:
        context.note("mail.left", with_step=True, verdict=str(found))
        return "the mail log shows it delivered to the right address"
    now = context.now()
    if found in NOT_YET and now < sent_at + milliseconds(context.settings.mail_seconds):
        context.not_before(now, POLL_SECONDS, "the mail log does not show the mail yet")
    raise NeedsPerson(questions.mail_not_seen(found))


@step(title="Tell the requester that it was sent", phase="proving", rules=("G6", "G5"))
def tell_requester(context: StepContext) -> str:
    """Writes the message for whoever asked; support sends it."""
    write_message(context, "licence-sent")
    return "a message for the requester is written"


@step(title="Tell the Account Manager", phase="proving", rules=("T7", "G5"))
def tell_account_manager(context: StepContext) -> str:
    """Writes the message that asks them to correct SFDC too; support sends it."""
    write_message(context, "typo-done", sent=_sent_at(context) is not None)
    return "a message for the Account Manager is written"


def _sent_at(context: StepContext) -> int | None:
    """When this run sent its last mail, or may have, in milliseconds, in whichever round."""
    tries = [w for w in context.writes() if w.step in SENDING]
    return max((w.intended_at for w in tries if w.outcome not in NOTHING_DONE), default=None)


def _verdict(context: StepContext, sent_at: int) -> str:
    log = mailgun()
    if log is None:
        return questions.NOT_CONFIGURED
    since = datetime.fromtimestamp(sent_at / 1000, UTC) - CLOCKS_APART
    until = datetime.fromtimestamp(context.now() / 1000, UTC) + CLOCKS_APART
    return verdict(log.events_for(_destination(request_of(context)), since, until))


def _destination(request: Request) -> str:
    """Where the mail has to arrive. Raises TypeError for a request that sends nothing."""
    match request:
        case FixTypo():
            return request.corrected_email
        case SendLicence():
            return request.destination_email
    raise TypeError(type(request).__name__)
