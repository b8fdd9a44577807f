"""A plan that was made without a run, as it is shown."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from config.settings import settings
from domain.question_kinds import by_policy
from domain.requests import Request

if TYPE_CHECKING:
    from tasks.preview import Foreseen


def outlined(request: Request, found: "Foreseen") -> dict[str, Any]:
    """The plan, or the question that comes before one, masked."""
    plan, asked, current = found.plan, found.question, settings()
    if asked:
        approval = current.approval_for(request.workflow)
        asked = by_policy(asked, approval, current.second_person)
    return {
        "schema": "handover.preview/1",
        "changes": plan.outline() if plan else None,
        "notes": list(found.notes),
        "expectations": [e.title for e in plan.expectations] if plan else [],
        "evidence_question": found.evidence.text if found.evidence else None,
        "question": asked.text if asked else None,
        "answers": [asdict(answer) for answer in asked.answers] if asked else [],
    }
