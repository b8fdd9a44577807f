"""What the answer to a write of rails_admin means (facts: customersdot, B3)."""

import re
from urllib.parse import urljoin, urlsplit

from clients.answers import Answer
from clients.http import undocumented
from clients.rails_pages import refusal_reasons
from clients.rails_session import SignedOut, not_allowed, raise_if_signed_out
from domain.errors import OutcomeUnknown, Refused, Stale

NOTHING_DONE = frozenset({400, 405, 410, 413, 414, 415})
TAKEN = "has already been taken"
_FIELDS = (
    "Email|Work email|First name|Last name|Customer|Billing account|Address 1|Address 2|City|State"
    "|Country|Postal code|Login activated|Zendesk ticket link|Destination email address"
)
_RAILS_OWN = re.compile(
    rf"({_FIELDS}) (has already been taken|can't be blank|is invalid|must exist|must be blank"
    r"|is too (long|short) \([a-z]+ is \d+ characters?\)|is not included in the list)"
    r"|Cannot delete record because (a )?dependent [a-z ]+ exists?"
)


def needs_fresh_page(answer: Answer, base_url: str) -> bool:
    """Whether the token or the session did not count. Nothing was written then."""
    try:
        raise_if_signed_out(answer, base_url)
    except SignedOut:
        return True
    return answer.status == 422


def raise_unless_accepted(answer: Answer, base_url: str) -> None:
    """Returns only if the server says that it did it: a redirect to one of its own admin pages.

    Raises Refused, Stale where the record is gone, Defect where the request was turned away
    unread, and OutcomeUnknown for everything that nothing documents.
    """
    if answer.status in {302, 303} and _leads_to_admin(answer, base_url):
        return
    if answer.status == 403:
        raise not_allowed(answer)
    if answer.status == 404:
        raise gone(answer)
    if answer.status == 406:
        raise _refused(answer)
    if answer.status in NOTHING_DONE:
        raise undocumented(answer)
    text = f"{answer.title}: undocumented answer, status {answer.status}; read back"
    raise OutcomeUnknown(text)


def gone(answer: Answer) -> Stale:
    """The error for a record that does not exist, or no longer."""
    return Stale(f"{answer.title}: there is no such record", code="missing")


def _refused(answer: Answer) -> Refused:
    reasons = refusal_reasons(answer.text)
    code = "already-taken" if any(TAKEN in reason for reason in reasons) else "not-accepted"
    text = f"{answer.title}: not accepted: {'; '.join(_harmless(reasons)) or 'no reason given'}"
    return Refused(text, code=code)


def _harmless(reasons: list[str]) -> list[str]:
    """The reasons in Rails' own words. Any other may name people, and this text is stored."""
    known = [reason for reason in reasons if _RAILS_OWN.fullmatch(reason)]
    return known if len(known) == len(reasons) else [*known, "see the page for a reason of its own"]


def _leads_to_admin(answer: Answer, base_url: str) -> bool:
    """Whether a redirect stays among the admin pages; to another host it counted as a sign-in."""
    target = urlsplit(urljoin(base_url + "/", answer.header("Location")))
    return f"{target.path}/".startswith(f"{urlsplit(base_url).path}/admin/")
