"""A folder whose modules would hide ours from the children that we start in it."""

import importlib.util
from pathlib import Path

from domain.errors import Unavailable

_OURS = ("clients", "config", "domain", "handover", "sandbox", "tasks", "worker")


def refuse_shadows(folder: Path) -> None:
    """Raise Unavailable when `folder` holds a module named like one of ours that isn't ours.

    Python, and Celery once more, look for modules in the working directory before all others.
    """
    for name in _OURS:
        spec = importlib.util.find_spec(name)
        ours = Path(spec.origin) if spec and spec.origin else None
        for found in (folder / f"{name}.py", folder / name / "__init__.py"):
            if ours and found.exists() and not found.samefile(ours):
                raise Unavailable(
                    f"{found} would be imported in place of Handover's own `{name}`."
                    " Start Handover in another folder."
                )
