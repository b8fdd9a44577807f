"""A documented step whose calls name the run that makes them."""

from collections.abc import Callable
from functools import wraps
from typing import Unpack

from clients.http import calls_named
from worker.context import StepContext
from worker.step import Body, Details, Step
from worker.step import step as engine_step


def step(**details: Unpack[Details]) -> Callable[[Body], Step]:
    """Makes a function a documented step; see `worker.step.step` for the details."""

    def decorate(body: Body) -> Step:
        @wraps(body)
        def named(context: StepContext) -> str | None:
            with calls_named(context.run_id):
                return body(context)

        return engine_step(**details)(named)

    return decorate
