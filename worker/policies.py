"""Settings that can only be judged by who knows the workflows."""

from difflib import get_close_matches

from config.settings import Settings, SettingsError
from domain.requests import WORKFLOWS


def checked(current: Settings) -> Settings:
    """The settings. Raises SettingsError for an approval of no workflow, which protects nothing."""
    if problems := [_unknown(name) for name in sorted(current.approval.keys() - WORKFLOWS.keys())]:
        raise SettingsError(problems)
    return current


def _unknown(name: str) -> str:
    close = get_close_matches(name, WORKFLOWS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(WORKFLOWS)}"
    return f"HANDOVER_APPROVAL: {name!r} is no workflow and protects nothing; {hint}"
