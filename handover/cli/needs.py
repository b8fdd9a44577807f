"""What the request of each workflow needs, by the options that give it: read off its model."""

import textwrap

from domain.requests import WORKFLOWS, Request
from handover.cli.request_input import PLACES

_GROUPS = {
    "evidence": "EVIDENCE",
    "contact": "any of --new-first-name, --new-last-name, --new-email, --new-city, ...",
    "new_contact": "--new-first-name, --new-last-name, --new-email",
}
_IN_FILES_ONLY = "`{field}` (in a file)"
_UNUSED = {"fix-typo": ("evidence",)}
"""T1 to T4 stand in the place of V."""

_HEAD = """\
What a request needs besides --ticket, --account and --requester-email
(in brackets: what it may have):"""
_TAIL = """\
EVIDENCE is --approver-email with --comment, --invoice with --document, or, for
every kind, --evidence FILE. docs/examples has a file for each workflow and
kind; `handover explain WORKFLOW` tells what happens, in order."""

_OF_ALL = {*Request.model_fields} - {"evidence"}


def needs_text(width: int) -> str:
    """A table of the workflows, for `handover start --help`."""
    column = max(map(len, WORKFLOWS)) + 2
    lines = [_wrapped(name, needs(name), column, width) for name in WORKFLOWS]
    return "\n".join([_HEAD, *lines, _TAIL])


def needs(workflow: str) -> str:
    """The options of one workflow; in brackets those that it does without."""
    fields = {n: f for n, f in WORKFLOWS[workflow].model_fields.items() if n not in _OF_ALL}
    needed = [_option(name) for name, field in fields.items() if field.is_required()]
    rest = [name for name in fields if name not in _UNUSED.get(workflow, ())]
    if "reason_without_evidence" in fields:
        needed.append("EVIDENCE or --reason-without-evidence")
        rest = [name for name in rest if name not in ("evidence", "reason_without_evidence")]
    options = [_option(name) for name in rest]
    optional = [option for option in options if option not in needed]
    return ", ".join(needed) + (f" [{', '.join(optional)}]" if optional else "")


def _option(field: str) -> str:
    if field in _GROUPS:
        return _GROUPS[field]
    place = {path: name for name, path in PLACES.items()}.get((field,))
    return f"--{place.replace('_', '-')}" if place else _IN_FILES_ONLY.format(field=field)


def _wrapped(name: str, text: str, column: int, width: int) -> str:
    return textwrap.fill(
        f"{name:<{column}}{text}",
        width,
        initial_indent="  ",
        subsequent_indent=" " * (column + 2),
        break_on_hyphens=False,
        break_long_words=False,
    )
