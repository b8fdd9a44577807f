"""What another system says, made fit to be shown: in one line, not too long, emails masked."""

import re

from domain.masking import mask_email

LONGEST = 300
_EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+(?:@|%40)[^\s@<>\"'(),;:=]+", re.IGNORECASE)


def presentable(text: str) -> str:
    """The text with each email in its masked form, white space joined, cut at 300 characters."""
    masked = _EMAIL.sub(lambda found: _masked(found.group()), " ".join(text.split()))
    return masked if len(masked) <= LONGEST else masked[: LONGEST - 1] + "…"


def _masked(email: str) -> str:
    return mask_email(re.sub("%40", "@", email, flags=re.IGNORECASE))
