"""Drift, for scripts: scans, what they found, and what a person does about it.

from handover import drift

for finding in drift.findings(new=True):
    print(finding.id, finding.kind, finding.account, finding.next_command)
"""

from handover.drift.deciding import acknowledge
from handover.drift.lists import finding, findings, overview, scans

__all__ = ["acknowledge", "finding", "findings", "overview", "scans"]
