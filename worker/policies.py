"""Settings that can only be judged by who knows the workflows."""

from config.settings import Settings, SettingsError
from domain.requests import WORKFLOWS


def checked(current: Settings) -> Settings:
    """The settings. Raises SettingsError for an approval of no workflow, which protects nothing."""
    known = ", ".join(WORKFLOWS)
    problems = [
        f"HANDOVER_APPROVAL: {name!r} is no workflow; known: {known}"
        for name in sorted(current.approval.keys() - WORKFLOWS.keys())
    ]
    if problems:
        raise SettingsError(problems)
    return current
