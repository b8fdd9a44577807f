"""Email addresses as mailboxes: which spellings mean the same one."""

import unicodedata

import idna


def mailbox(email: str) -> str:
    """One spelling for all of a mailbox: lower case, composed, its domain as the DNS knows it.

    Not `casefold`, which would also take straße for strasse: those are two mailboxes. What stands
    before the @ is left alone otherwise: `+tag` and dots may make another mailbox.
    """
    local, at, domain = _composed(email).strip().lower().rpartition("@")
    return f"{local}{at}{_in_ascii(domain)}"


def spellings(email: str) -> tuple[str, ...]:
    """The address as it is given, then composed and with the other forms of its domain.

    A system that compares text keeps whichever form somebody typed.
    """
    given = email.strip()
    local, at, domain = _composed(given).rpartition("@")
    forms = (domain, _in_ascii(domain), _in_unicode(domain))
    return tuple(dict.fromkeys([given, *(f"{local}{at}{form}" for form in forms)]))


def as_known(email: str, known: str) -> str:
    """The address as a system has it already, where only the form of the domain differs.

    To a system that compares text the other form would be somebody else.
    """
    only_the_form = mailbox(email) == mailbox(known) and email.lower() != known.lower()
    return known if only_the_form else email


def _composed(email: str) -> str:
    return email if email.isascii() else unicodedata.normalize("NFC", email)


def _in_ascii(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _in_unicode(domain: str) -> str:
    if "xn--" not in domain.lower():
        return domain
    try:
        return idna.decode(domain.lower())
    except idna.IDNAError:
        return domain
