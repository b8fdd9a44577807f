"""The page that people read every morning: one file of HTML that needs nothing else.

It asks nobody for anything: its policy allows only its own style and script, by their hashes. It
works from a file, on paper, and without the script but for filtering and copying.
"""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from handover.drift.report import headline, rows
from handover.drift.report.moments import moment
from handover.drift.report.trend import trend
from handover.drift.reports import Report

__all__ = ["render"]

_HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(_HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_LEGEND = (
    ("new", "new"),
    ("known", "known before"),
    ("clean", "no drift"),
    ("unknown", "failed, cancelled or not all read"),
    ("running", "still running"),
    ("nobody", "no scan: not known"),
)


def render(report: Report) -> str:
    """The whole page. What people wrote is escaped, what is personal was masked before."""
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    basis = headline.basis(report)
    looked_at = basis.opened_at if basis else None
    found = [rows.row(finding, looked_at) for finding in report.findings]
    return _PAGES.get_template("page.html").render(
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        made_at=moment(report.made_at),
        headline=headline.headline(report),
        source=headline.source(report),
        others=list(headline.others(report)),
        notices=list(headline.notices(report)),
        trend=trend(headline.full(report), report.made_at),
        legend=_LEGEND,
        kinds=list(report.totals.by_kind.items()),
        states=[state for state in rows.STATES if any(row.state == state for row in found)],
        rows=found,
        left_out=report.left_out,
    )


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded and nothing sent; only these two texts count as style and script."""
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)};"
        " base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
