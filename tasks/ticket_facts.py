"""Who wrote what a piece of evidence refers to, by the ticket system (V1, V3, V6)."""

from typing import Any

from clients.zendesk import Zendesk
from domain.errors import Refused
from domain.evidence import CommentFact
from domain.requests import ContactApproval, Evidence, InvoiceProof, ResellerPart, ResellerVouch
from tasks.clients import zendesk


def ticket_facts(ticket: str, evidence: Evidence) -> dict[str, Any]:
    """The comments that the evidence names; nothing where no ticket system is configured.

    `ticket` is the request's. What comments say is not kept: a person reads that.
    """
    client = zendesk()
    if client is None:
        return {}
    match evidence:
        case ContactApproval():
            return {"comments": _comments(client, (evidence.ticket or ticket, evidence.comment))}
        case ResellerVouch() | InvoiceProof() if evidence.reseller is not None:
            return _of_reseller(client, ticket, evidence.reseller)
        case _:
            return {}


def _of_reseller(client: Zendesk, ticket: str, part: ResellerPart) -> dict[str, Any]:
    theirs = part.ticket or ticket
    said = _comments(client, (theirs, part.comment))
    if part.authorised_in is not None:
        return {"comments": said + _comments(client, (ticket, part.authorised_in))}
    return {"comments": said, "opened_by": _opener(client, theirs)}


def _comments(client: Zendesk, place: tuple[str, str]) -> tuple[CommentFact, ...]:
    """A comment as the rules see it; none where we may not read that ticket."""
    ticket, number = place
    try:
        found = client.comment(ticket, number)
    except Refused as error:
        if error.code != "ticket-unknown":
            return ()
        found = None
    if found is None:
        return (CommentFact(ticket=ticket, id=number, exists=False),)
    seen = CommentFact(
        ticket=ticket,
        id=number,
        author_email=found.author_email,
        author_verified=found.author_verified,
        public=found.public,
    )
    return (seen,)


def _opener(client: Zendesk, ticket: str) -> str | None:
    """The address of who opened a ticket, None where we can't tell."""
    try:
        who = client.user(client.ticket(ticket).requester_id)
    except Refused:
        return None
    return who.email or None if who else None
