"""Questions that somebody outside answers by what they do, and how one sees that they did.

While a run waits for such a question it rests: it holds no worker, no message and no claim. A
worker looks for it now and then and answers in its own name; a person may always be faster.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.settings import Settings
from domain.errors import Defect
from worker.journal.standing import Standing


class Resting:
    """What a look knows of its run. It reads only: the run's steps are for everything else."""

    def __init__(self, run_id: str, standing: Standing) -> None:
        self.run_id = run_id
        self._standing = standing

    @property
    def subject(self) -> str:
        """What the question is about for which the run rests: the one that it asked last."""
        return self._standing.questions[-1].subject or ""

    def request(self) -> dict[str, Any]:
        """The request as it was accepted. Raises Defect if the run was forgotten."""
        request = self.sealed("request")
        if request is None:
            raise Defect("The request of this run was forgotten.", code="forgotten")
        return dict(request)

    def sealed(self, name: str) -> Any:
        """The newest sealed value of that name, or None."""
        return self._standing.sealed(name)

    def answered_in_any_round(self, kind: str, subject: str = "") -> str | None:
        """The newest answer to a question of that kind and subject."""
        return self._standing.answered_in_any_round(kind, subject)

    def mark(self, value: str) -> str:
        """A sign for a value that doesn't tell it; the run's steps give it the same one."""
        return self._standing.mark(value)


@dataclass(frozen=True)
class Wait:
    """A question of one kind. `look` returns the answer that is seen, or None while there is none.

    `every` and `lifetime` are seconds: between two looks, and from the first wait to the end.
    `over` says to people, at that end, what was and what was not done.
    """

    kind: str
    look: Callable[[Resting], str | None]
    every: Callable[[Settings], float]
    lifetime: Callable[[Settings], float]
    over: str


_registry: dict[str, Wait] = {}


def register(wait: Wait) -> Wait:
    """Makes a wait known to the engine. Each is registered once."""
    if wait.kind in _registry:
        raise ValueError(f"the wait {wait.kind} is registered twice")
    _registry[wait.kind] = wait
    return wait


def of_kind(kind: str) -> Wait | None:
    """How a question of that kind is waited for; None for an ordinary question."""
    return _registry.get(kind)
