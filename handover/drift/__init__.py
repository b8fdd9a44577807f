"""Drift, for scripts: scans, what they found, and what a person does about it.

from handover import drift

for finding in drift.findings(new=True):
    print(finding.id, finding.kind, finding.account, finding.next_command)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handover.drift.deciding import acknowledge
    from handover.drift.fixing import Fix, fix
    from handover.drift.lists import finding, findings, one_scan, overview, scans
    from handover.drift.reports import Acknowledgement, Detail, Finding, Report, Scan
    from handover.drift.scanning import ScanNotSent, cancel, follow, scan

__all__ = [
    "Acknowledgement",
    "Detail",
    "Finding",
    "Fix",
    "Report",
    "Scan",
    "ScanNotSent",
    "acknowledge",
    "cancel",
    "finding",
    "findings",
    "fix",
    "follow",
    "one_scan",
    "overview",
    "scan",
    "scans",
]

_PLACES = {
    "deciding": ("acknowledge",),
    "fixing": ("Fix", "fix"),
    "lists": ("finding", "findings", "one_scan", "overview", "scans"),
    "reports": ("Acknowledgement", "Detail", "Finding", "Report", "Scan"),
    "scanning": ("ScanNotSent", "cancel", "follow", "scan"),
}
"""Where each name is defined."""


def __getattr__(name: str) -> Any:
    """Loads a part when it is first used: who lists findings needs neither clients nor Celery."""
    place = next((place for place, names in _PLACES.items() if name in names), None)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"handover.drift.{place}"), name)
