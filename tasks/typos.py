"""Section “Fixing typos” (T1 to T4): what is looked at before anything changes."""

import time
from datetime import UTC, datetime, timedelta

from config.settings import settings
from domain import questions_typos as questions
from domain.errors import Defect, NeedsPerson
from domain.mail import MailVerdict, log_text, verdict
from domain.records import same_email
from domain.requests import FixTypo
from domain.typos import (
    masked_log,
    not_confirmed_because,
    require_mistyped_sold_to,
    require_unused,
)
from domain.windows import WriteWindow
from tasks.clients import customersdot, mailgun, zendesk, zuora
from tasks.evidence_facts import read_account_facts
from tasks.reading import billing_account_of, read_issued
from tasks.step import step
from tasks.systems import request_of
from tasks.verified import seal_verified
from worker.context import StepContext

MAIL_LOG_KEPT = timedelta(days=30)
"""What Mailgun keeps of a log; what is older is unknown."""


def _request(context: StepContext) -> FixTypo:
    request = request_of(context)
    if not isinstance(request, FixTypo):
        raise Defect("These steps belong to a typo fix.", code="not-a-typo-fix")
    return request


@step(title="See that the activation code is unused", phase="verifying", rules=("T1",))
def check_activation(context: StepContext) -> str:
    """Refuses where an instance has used the code; a licence file has none to look at."""
    request = _request(context)
    facts = read_account_facts(request)
    account = facts.account
    require_mistyped_sold_to(request, account)
    here = billing_account_of(customersdot(), account)
    issued = read_issued(zuora(), customersdot(), request, here.id)
    seal_verified(context, facts)
    if same_email(account.sold_to.work_email, request.corrected_email):
        return "the Sold To has the corrected email already; their code may well be used by now"
    require_unused(issued.activations)
    return "the activation code is unused" if issued.activations else "there is no activation code"


@step(title="See in the mail log that the licence mail failed", phase="verifying", rules=("T2",))
def check_mail_log(context: StepContext) -> str:
    """A bounce is the proof. A delivery, and whatever else the log says, is for a person."""
    request = _request(context)
    found, text = _mail_log(context, request)
    if found == MailVerdict.DELIVERED:
        if context.answered_in_any_round(questions.MAIL_DELIVERED) != questions.NO_STRANGER.id:
            raise NeedsPerson(questions.mail_delivered())
    elif found != MailVerdict.BOUNCED and not _seen_by_a_person(context, found):
        entry_given = request.mail_log is not None
        raise NeedsPerson(questions.mail_log_inconclusive(found, entry_given=entry_given))
    context.seal("mail-log", text or request.mail_log or "", with_step=True)
    context.note("mail-log.checked", with_step=True, verdict=str(found))
    return f"the mail log of the mistyped address says: {found}"


def _mail_log(context: StepContext, request: FixTypo) -> tuple[str, str]:
    """What became of the mail to the mistyped address, and the log's entries as text."""
    log = mailgun()
    if log is None:
        return questions.NOT_CONFIGURED, ""
    until = datetime.fromtimestamp(context.now() / 1000, UTC)
    events = log.events_for(request.mistyped_email, until - MAIL_LOG_KEPT, until)
    return verdict(events), log_text(events)


def _seen_by_a_person(context: StepContext, found: str) -> bool:
    """Whether somebody looked while the log said just this."""
    return context.answered_in_any_round(questions.MAIL_LOG, found) == questions.FAILED.id


@step(title="Record the error on the ticket", phase="verifying", rules=("T3",))
def record_error_on_ticket(context: StepContext) -> str:
    """An internal note with the log's entries as text, once, and every address masked."""
    request = _request(context)
    desk = zendesk()
    if desk is None:
        if context.answered_in_any_round(questions.RECORD) != questions.RECORDED.id:
            raise NeedsPerson(questions.record_by_hand())
        return "a person recorded it"
    entries = masked_log(str(context.sealed("mail-log") or ""), request.mistyped_email)
    marker = f"handover:{context.run_id}:T3"
    closes_at = time.monotonic() + context.settings.write_seconds
    window = WriteWindow(f"{context.run_id}.T3", closes_at)
    note = desk.add_internal_note(request.ticket, _note(entries), marker, window=window)
    context.note("error.recorded", with_step=True, comment=note)
    return f"recorded in comment {note}"


def _note(entries: str) -> str:
    if not entries.strip():
        return (
            "**Typo in an email (T3)**: the mail log has no entry left. A second person confirmed"
            " that the mail to the mistyped address failed."
        )
    quoted = "\n".join(f"    {line}" for line in entries.strip().splitlines())
    return (
        "**Typo in an email (T3)**: what the mail log says of the mail to the mistyped address,"
        f" with addresses masked:\n\n{quoted}"
    )


@step(title="See that the right address was confirmed", phase="verifying", rules=("T4",))
def confirm_address(context: StepContext) -> str:
    """The Account Manager's own comment spells the corrected address out, or a person says so."""
    request = _request(context)
    because = _not_confirmed_because(request)
    if because:
        if context.answered_in_any_round(questions.ADDRESS, because) == questions.CONFIRMED.id:
            return "a second person found the confirmation"
        raise NeedsPerson(questions.address_not_confirmed(because, request.confirmed_in))
    context.note("address.confirmed", with_step=True, comment=request.confirmed_in)
    return f"confirmed in comment {request.confirmed_in}"


def _not_confirmed_because(request: FixTypo) -> str:
    desk = zendesk()
    if desk is None:
        return questions.NOT_CONFIGURED
    ticket = desk.ticket(request.ticket)
    comment = desk.comment(request.ticket, request.confirmed_in)
    return not_confirmed_because(request, ticket, comment, settings().internal_domains)
