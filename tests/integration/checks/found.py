"""Findings of one check, in short."""

from collections.abc import Callable, Iterator
from typing import Any

from config.settings import Settings, settings
from handover.checks.finding import Finding, Status


def found(check: Callable[[Settings], Iterator[Finding]], **values: Any) -> list[Finding]:
    """What a check finds with these settings; without any, with those of the environment."""
    return list(check(Settings(**values) if values else settings()))


def of(findings: list[Finding], status: Status) -> list[str]:
    """What the findings of one status say."""
    return [finding.says for finding in findings if finding.status is status]
