"""`handover drift`: what both systems disagree about, since when, and what to do about it."""

import click

from handover.cli import drift_decide, drift_look, drift_report, drift_scan

_LIST = "handover drift list --new"


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]}, epilog=f"\b\nExample:\n  {_LIST}"
)
def drift() -> None:
    """Find accounts on which the systems disagree."""


for _command in (
    *(drift_scan.scan, drift_look.listed, drift_look.show, drift_report.report),
    *(drift_decide.fix, drift_decide.acknowledge, drift_look.scans, drift_scan.cancel),
):
    drift.add_command(_command)
