"""Where a run stands when a step of it begins: read at once, because a step needs most of it.

Nothing here can change while a lease is held, except by the one who holds it: questions are
answered while nobody works, and only a lease may seal and write. A wish to cancel may come at any
time; it is looked at again with every intent to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from domain.errors import Defect
from worker.journal import questions, runs, sealing, writes
from worker.journal.database import Tx
from worker.journal.vault import RunKey

MARK_LENGTH = 12


@dataclass
class Standing:
    """A run's row, its questions and writes (oldest first), and its sealed values.

    `answers` are those of its present round.
    """

    run: Row[Any]
    questions: Sequence[Row[Any]]
    answers: dict[str, str]
    writes: Sequence[Row[Any]]
    run_key: RunKey | None
    ciphertexts: dict[str, str]
    opened: dict[str, Any] = field(default_factory=dict, repr=False)

    def sealed(self, name: str) -> Any:
        """The newest sealed value of that name, or None if there is none or it was forgotten."""
        if name not in self.opened:
            ciphertext = self.ciphertexts.get(name)
            found = self.run_key.unseal(ciphertext) if self.run_key and ciphertext else None
            self.opened[name] = found
        return self.opened[name]

    def answered_in_any_round(self, kind: str, subject: str = "") -> str | None:
        """The newest answer to a question, whatever round it was asked in."""
        asked = [q for q in self.questions if (q.kind, q.subject or "") == (kind, subject)]
        return next((str(q.answer) for q in reversed(asked) if q.answer), None)

    def mark(self, value: str) -> str:
        """A sign for a value that this run alone gives to it, and that doesn't tell the value.

        Raises Defect if the run was forgotten.
        """
        if self.run_key is None:
            raise Defect("This run was forgotten.", code="forgotten")
        return self.run_key.commit(value)[:MARK_LENGTH]


def read(tx: Tx, run_id: str) -> Standing:
    """Where a run stands now. Raises InvalidRequest if there is no such run."""
    run = runs.get(tx, run_id)
    asked = questions.of_run(tx, run_id)
    return Standing(
        run=run,
        questions=asked,
        answers=questions.answered(tx, run_id, run.round) if asked else {},
        writes=writes.of_run(tx, run_id) if run.writes else [],
        run_key=sealing.key_of(tx, run_id),
        ciphertexts=sealing.newest(tx, run_id),
    )
