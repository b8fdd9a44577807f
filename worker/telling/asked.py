"""What is said about a question wherever one is shown."""

import json
from typing import Any

from sqlalchemy import Row

from worker.journal.database import Tx
from worker.journal.questions import no_second_person


def question_parts(tx: Tx, row: Row[Any]) -> dict[str, Any]:
    """What is said about a question wherever one is shown."""
    return {
        "kind": row.kind,
        "rule": row.rule,
        "text": row.text.replace(" RUN ", f" {row.run_id} "),  # commands, ready to be copied
        "answers": json.loads(row.answers),
        "second_person": row.second_person,
        "no_second_person": no_second_person(tx, row),
        "asked_at": row.asked_at,
        "expires_at": row.expires_at,
        "overdue": overdue(tx, row),
    }


def overdue(tx: Tx, question: Row[Any]) -> bool:
    """Whether an open question should have been answered by now."""
    ended = question.expires_at is not None and question.expires_at <= tx.now
    return ended or question.overdue_at is not None
