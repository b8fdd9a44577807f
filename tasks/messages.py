"""How a step writes a message for somebody outside: rendered, guarded (G5), kept with the run."""

from domain.messages import KINDS, Message
from domain.snapshot import Pinned
from tasks.clients import zuora
from tasks.systems import request_of
from worker.context import StepContext
from worker.messages import written


def write_message(context: StepContext, name: str, /, **values: object) -> Message:
    """Writes a message of this run, once in this round of it, and returns it.

    `values` are those of the message, see `domain.messages.KINDS`; `name` is its reader's. Nobody
    is sent anything: support does that. Raises Refused (`discloses-sold-to`), Unavailable
    (`template`), LeaseLost, and what Zuora raises where no Sold To is pinned yet.
    """
    request = request_of(context)
    about = {
        "run": context.run_id,
        "ticket": request.ticket,
        "account": request.account,
        "workflow": request.workflow,
    }
    message = written(
        name,
        context.settings,
        {**about, **values},
        pinned_emails=_emails_on_record(context),
        recipient_email=_address_of(context, name),
    )
    context.keep_message(message)
    return message


def _emails_on_record(context: StepContext) -> list[str]:
    """The original Sold To's addresses: as pinned, else as verified, else as Zuora has them now."""
    if stored := context.sealed("pinned"):
        pinned = Pinned.model_validate(stored)
        customer = [pinned.customer.email] if pinned.customer else []
        return [pinned.contact.work_email, *customer]
    if verified := context.sealed("verified-sold-to"):
        return [str(verified["work_email"])]
    return [zuora().account(request_of(context).account).sold_to.work_email]


def _address_of(context: StepContext, name: str) -> str | None:
    """Whose message it is, where that is known for sure."""
    request = request_of(context)
    match KINDS[name].reader:
        case "requester":
            return request.requester_email
        case "new-contact":
            return request.subject
        case "sold-to":
            return _emails_on_record(context)[0]
        case _:
            return None
