"""The neighbours as the steps see them: what a change, a guard or an expectation finds there."""

from collections.abc import Callable
from functools import cached_property

from domain.errors import Defect
from domain.plan import Plan
from domain.requests import Request, parse_request
from domain.snapshot import Pinned
from tasks.looking import Clients, Look
from worker.apply import View
from worker.context import StepContext


class Neighbours:
    """Zuora and CustomersDot for one planned run; with nothing to do, the plan alone is read."""

    def __init__(
        self, plan: Plan, request: Callable[[], Request], pinned: Callable[[], Pinned]
    ) -> None:
        self.plan = plan
        self._request = request
        self._pinned = pinned

    @classmethod
    def of(cls, context: StepContext) -> "Neighbours":
        """The neighbours for the run of a step."""
        return cls(
            context.plan(),
            request=lambda: request_of(context),
            pinned=lambda: pinned_of(context),
        )

    @cached_property
    def request(self) -> Request:
        """The typed request."""
        return self._request()

    @cached_property
    def pinned(self) -> Pinned:
        """The original Sold To."""
        return self._pinned()

    def look(self, clients: Clients | None = None) -> View:
        """A fresh view: whatever it is asked is read once, by the runs' clients or by others."""
        return Look(self, clients)


def request_of(context: StepContext) -> Request:
    """The typed request of a run."""
    return parse_request(context.request())


def pinned_of(context: StepContext) -> Pinned:
    """The original Sold To of a run. Raises Defect if no snapshot was taken."""
    stored = context.sealed("pinned")
    if stored is None:
        raise Defect("The original Sold To was not pinned.", code="not-pinned")
    return Pinned.model_validate(stored)
