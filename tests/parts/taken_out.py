"""The product with one step taken out of one workflow: `TAKEN_OUT=workflow:step`.

To see which tests notice; `make taken-out` does it for every step. Both the process that starts
runs and its workers have to know, so tests/conftest.py imports this too where the variable is set.
"""

import os
from dataclasses import replace

from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker import canvas
from worker.app import app

__all__ = ["app"]


def _take_out(workflow: str, step: str) -> None:
    whole = canvas.canvas_for(workflow)
    rest = tuple(one for one in whole.steps if one.name != step)
    assert len(rest) == len(whole.steps) - 1, f"{workflow} has no step {step}"
    canvas._registry[whole.workflow, whole.version] = replace(whole, steps=rest)


_take_out(*os.environ["TAKEN_OUT"].split(":"))
