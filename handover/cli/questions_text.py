"""Open questions of many runs, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from handover.cli.run_text import question_lines
from handover.cli.session import marks
from handover.cli.times import moment
from worker.telling.fates import written_text
from worker.telling.words import expiry_text


def questions_text(found: Sequence[Mapping[str, Any]]) -> str:
    """One paragraph per question: whose run, what it wrote, what is asked, of whom, and how."""
    return "\n\n".join(_paragraph(question) for question in found)


def _paragraph(asked: Mapping[str, Any]) -> str:
    rule = f" ({asked['rule']})" if asked["rule"] else ""
    head = click.style(f"{marks().asks} {asked['run']}: {asked['kind']}{rule}", bold=True)
    about = (
        f"  {asked['workflow']} of account {asked['account']}, ticket {asked['ticket']}, started by"
        f" {asked['requested_by']}"
    )
    when = f"  asked {moment(asked['asked_at'])}{expiry_text(asked, moment)}"
    done = f"  {written_text('Written so far', asked['written'], asked['written_perhaps'])}"
    return "\n".join([head, about, when, done, *question_lines(asked)])
