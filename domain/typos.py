"""Fixing a typo in an email (T): what has to be true before anything is changed."""

import re
from collections.abc import Iterable

from domain.errors import Refused
from domain.licences import CloudActivation
from domain.masking import mask_email, mask_word
from domain.records import ZuoraAccount, ZuoraSubscription, domain_of, same_email
from domain.requests import FixTypo
from domain.tickets import Comment, Ticket

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")
_IN_A_WORD = r"[\w.+-]"
SHORTEST_WORD = 3


def require_subscription(
    name: str, subscriptions: Iterable[ZuoraSubscription], *, rule: str
) -> None:
    """Raises Refused unless the subscription that a licence was for is this account's.

    `rule` is T5 for a typo, and G6 for a licence that is sent to somebody.
    """
    if all(name not in (one.number, one.id) for one in subscriptions):
        raise Refused(
            f"The account has no subscription of that name ({rule}). Check it on the ticket:"
            " `handover find --subscription` names the account that it is on.",
            rule=rule,
            code="subscription-not-on-account",
        )


def require_mistyped_sold_to(request: FixTypo, account: ZuoraAccount) -> None:
    """Raises Refused unless the account's Sold To has the mistyped email, or is corrected already.

    Anybody else's email is another matter, for which ownership has to be verified (V).
    """
    found = account.sold_to.work_email
    if same_email(found, request.mistyped_email) or same_email(found, request.corrected_email):
        return
    raise Refused(
        "The account's Sold To has another email than the mistyped one (T5), so that this is no"
        " typo of theirs. Check both spellings; for another person use `handover start"
        " change-contact`, for a Bill To `handover start update-sold-to`.",
        rule="T5",
        code="mistyped-email-not-sold-to",
    )


def require_unused(activations: Iterable[CloudActivation]) -> None:
    """T1: raises Refused where an instance has used the code: whoever has the mail acted on it."""
    if used := [one.id for one in activations if one.activated]:
        raise Refused(
            f"The activation code of cloud activation {', '.join(used)} has been used (T1), so the"
            " mail has reached somebody. This is no typo any more: find out who activated it, and"
            " use `handover start change-contact` with evidence of ownership.",
            rule="T1",
            code="activation-code-used",
        )


def not_confirmed_because(
    request: FixTypo, ticket: Ticket, comment: Comment | None, internal: Iterable[str]
) -> str:
    """T4: why the comment does not confirm the right address, as a word; empty where it does.

    It has to be written by the ticket's requester, under the verified address that the request
    names, and to spell the corrected address out. That address is of an `internal` domain or of one
    below it: an outsider's wish to have another address is a change of contact, which needs V.
    """
    if comment is None:
        return "no-such-comment"
    if comment.author_id != ticket.requester_id:
        return "not-the-requester"
    if not same_email(comment.author_email, request.requester_email):
        return "another-requester"
    if not _is_of(comment.author_email, internal):
        return "not-internal"
    if not comment.author_verified:
        return "author-not-verified"
    return "" if _names(comment.body, request.corrected_email) else "address-not-in-comment"


def _is_of(email: str, domains: Iterable[str]) -> bool:
    found = domain_of(email)
    return any(f".{found}".endswith(f".{domain.lower()}") for domain in domains)


def _names(text: str, email: str) -> bool:
    """Whether a text has the address, and not just a longer one around it."""
    # A full stop behind it ends a sentence; with a letter after it the address goes on.
    whole = rf"(?<!{_IN_A_WORD}){re.escape(email.strip())}(?![\w-]|\.\w)"
    return re.search(whole, text, re.IGNORECASE) is not None


def masked_log(text: str, mistyped_email: str) -> str:
    """A mail log's text with every address masked, and the parts of the mistyped one on their own.

    A server may repeat the name before the @ or the domain behind it.
    """
    masked = _ADDRESS.sub(lambda found: mask_email(found.group()), text)
    local, _, domain = mistyped_email.strip().rpartition("@")
    for part in (local, domain):
        if len(part) >= SHORTEST_WORD:
            alone = rf"(?<!{_IN_A_WORD}){re.escape(part)}(?![\w-])"
            masked = re.sub(
                alone, mask_word(part).replace("\\", r"\\"), masked, flags=re.IGNORECASE
            )
    return masked
