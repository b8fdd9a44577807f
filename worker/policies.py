"""Settings that can only be judged by who knows the workflows and the questions."""

from collections.abc import Collection
from difflib import get_close_matches

from config.settings import Settings, SettingsError
from domain.question_kinds import ANSWERS
from domain.requests import WORKFLOWS


def checked(current: Settings) -> Settings:
    """The settings. Raises SettingsError for what protects nothing.

    That is an approval of no workflow, and a second person for no question or for no answer to it.
    """
    problems = [_no_workflow(name) for name in sorted(current.approval.keys() - WORKFLOWS.keys())]
    problems += filter(None, map(_no_question, current.second_person))
    if problems:
        raise SettingsError(problems)
    return current


def _no_workflow(name: str) -> str:
    return (
        f"HANDOVER_APPROVAL: {name!r} is no workflow and protects nothing; {_hint(name, WORKFLOWS)}"
    )


def _no_question(entry: str) -> str:
    """What is wrong with an entry of HANDOVER_SECOND_PERSON; empty where nothing is."""
    kind, names_answer, answer = entry.partition("=")
    if kind not in ANSWERS:
        what, hint = f"{kind!r} is no question", _hint(kind, ANSWERS)
    elif names_answer and answer not in ANSWERS[kind]:
        what, hint = f"{answer!r} is no answer to {kind}", _hint(answer, ANSWERS[kind])
    else:
        return ""
    return f"HANDOVER_SECOND_PERSON: {what} and protects nothing; {hint}"


def _hint(name: str, known: Collection[str]) -> str:
    """The nearest one and all others."""
    close = get_close_matches(name, known, n=1)
    nearest = f"did you mean {close[0]}? " if close else ""
    return f"{nearest}known: {', '.join(known)}"
