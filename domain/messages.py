"""Messages: what people outside of a run are told, rendered from templates behind one guard (G5).

A message has one reader and no copies: there is no way to add the Sold To, or anybody else, to it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jinja2 import StrictUndefined, TemplateError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.disclosure import check_discloses_nothing
from domain.errors import Defect, Unavailable

Reader = Literal[
    "requester", "sold-to", "new-contact", "account-manager", "legal", "billing", "support"
]
PROOFS = ("V1", "V2", "V3", "V4", "V5", "V6")
"""The rules of the proofs that may be offered instead of one that was refused."""


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered text for one reader. Support sends it; Handover sends nothing by itself."""

    name: str
    recipient_role: Reader
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One message. `required` are the values it needs, with an example of each to try it with.

    `optional` are those it may get, with what stands for them otherwise.
    """

    reader: Reader
    required: Mapping[str, object] = field(default_factory=dict)
    optional: Mapping[str, object] = field(default_factory=dict)

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """All values for a template. Raises Defect for one that is missing or unknown."""
        complete = {"name": "", **self.optional, **given}
        wrong = set(complete) ^ {"name", *COMMON, *self.required, *self.optional}
        if wrong:
            raise Defect(f"Values of a message are missing or unknown: {', '.join(sorted(wrong))}.")
        name = str(complete["name"]).strip()
        return {**complete, "greeting": f"Hello {name}," if name else "Hello,"}


COMMON: dict[str, object] = {
    "run": "ho-2222222222",
    "ticket": "4711",
    "account": "A00000001",
    "workflow": "change-contact",
    "portal_url": "https://customers.example",
    "sign_in_url": "https://customers.example/customers/sign_in?legacy=true",
}
"""What every template may use, with an example; besides, `name` (empty if unknown) and `greeting`.
"""

KINDS: dict[str, Kind] = {
    "self-service-guidance": Kind("requester"),  # C2
    "evidence-needed": Kind(  # V
        "requester",
        optional={
            "offers": PROOFS,
            "why": "",
            "gitlab_version": "",
            "namespace": "",
            "reseller": False,
        },
    ),
    "redact-activation-code": Kind("support"),  # V4
    "approval-request": Kind("sold-to"),  # V1
    "link-your-account": Kind("new-contact"),  # C6
    "sign-up-first": Kind("requester"),  # A2
    "one-membership": Kind("requester"),  # A6
    "confirm-give-up": Kind("new-contact", {"other_account": "A00000002"}),  # A6
    "done-new-contact": Kind("new-contact"),  # C7
    "licence-sent": Kind("requester"),  # G6, T6
    "typo-done": Kind("account-manager"),  # T7
    "legal-escalation": Kind(  # V8
        "legal", {"why": "The evidence is in doubt."}, {"evidence": ""}
    ),
    "billing-handover": Kind(  # S6
        "billing",
        {
            "zuora_account_id": "2c92c0f86a8dd422016a9e7a70116b0d",
            "what": "Give the Bill To a contact of its own.",
            "why": "One contact is both Sold To and Bill To.",
        },
        {"written": ("Create the membership",), "missing": ("Write the Sold To",)},
    ),
}
"""Every message, by name, with the rule that it serves."""

# What is rendered is Markdown for a ticket, and a template may be anybody's who edits the folder.
_TEMPLATES = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(
    name: str,
    template: str,
    values: Mapping[str, object],
    *,
    pinned_emails: Iterable[str],
    recipient_email: str | None,
) -> Message:
    """The message for its reader, if it tells them nothing of the contact on record (G5).

    Raises Refused (`discloses-sold-to`), Unavailable (`template`) for a template that can't be
    used, and Defect for values that the message does not have.
    """
    kind = KINDS[name]
    text = _rendered(name, template, kind.values(values))
    check_discloses_nothing(text, pinned_emails=pinned_emails, recipient_email=recipient_email)
    return Message(name, kind.reader, text)


def check_template(name: str, template: str) -> None:
    """Whether a template renders with every value and without any. Raises Unavailable.

    Names are looked for in all of it: a branch that is seldom taken must not fail in a run.
    """
    kind = KINDS[name]
    known = {"name", "greeting", *COMMON, *kind.required, *kind.optional}
    try:
        named = meta.find_undeclared_variables(_TEMPLATES.parse(template))
    except TemplateError as error:
        raise _unusable(name, error) from None
    if unknown := named - known:
        raise Unavailable(f"{name}.md: there is no {', '.join(sorted(unknown))}", code="template")
    examples = {**COMMON, **kind.required}
    for more in ({}, {"name": "Ada", **_without(kind.optional)}):
        _rendered(name, template, kind.values({**examples, **more}))


def _without(optional: Mapping[str, object]) -> dict[str, object]:
    """Each optional value the other way round: empty where it is something, and something else."""
    return {name: type(value)() if value else "14.1" for name, value in optional.items()}


def _rendered(name: str, template: str, values: Mapping[str, Any]) -> str:
    try:
        text = _TEMPLATES.from_string(template).render(values)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise _unusable(name, error) from None
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _unusable(name: str, error: Exception) -> Unavailable:
    line = getattr(error, "lineno", None)
    # The text of other errors may quote a value.
    why = str(error) if isinstance(error, UndefinedError) else type(error).__name__
    where = f", line {line}" if line else ""
    return Unavailable(
        f"{name}.md{where}: can't be rendered ({why}). Correct it in the folder of"
        " HANDOVER_MESSAGES; `handover doctor` tries them all.",
        code="template",
    )
