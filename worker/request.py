"""A delivered step as the worker's main process sees it.

A step that is killed can't say so itself; the main process does, and names the run it was for.
"""

from contextlib import AbstractContextManager
from typing import Any

from celery.worker.request import Request

from config.work import working_on


class StepRequest(Request):  # type: ignore[misc]
    """What becomes of one message. How often the step was tried, only the journal knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A message brings the limit of whoever sent it; ours is the one that we were set up with.
        self.time_limits = (None, None)

    def on_timeout(self, *args: Any, **kwargs: Any) -> None:
        """Called when the step has worked for longer than `task_time_limit`."""
        with self._named():
            super().on_timeout(*args, **kwargs)

    def on_failure(self, *args: Any, **kwargs: Any) -> Any:
        """Called when the step's process was lost, or when it ended otherwise than by our rules."""
        with self._named():
            return super().on_failure(*args, **kwargs)

    def _named(self) -> AbstractContextManager[None]:
        run = {"run_id": str(self.args[0])} if self.args else {}
        step = self.name.removeprefix("handover.")
        return working_on(**run, step=step, rule=self.task.rule)


class PieceRequest(StepRequest):
    """The same for a piece of a scan."""

    def _named(self) -> AbstractContextManager[None]:
        named = dict(zip(("scan_id", "step", "piece"), self.args, strict=False))
        if "step" in named:
            named["step"] = f"drift-{named['step']}"
        return working_on(**named)
