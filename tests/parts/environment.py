"""The environment of the processes that tests start."""

import importlib.metadata
import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("HANDOVER_", "ZUORA_", "CUSTOMERSDOT_")
_ALSO_OURS = ("DATABASE_URL", "REDIS_URL", "SENTRY_DSN", "SENTRY_ENVIRONMENT")


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without any setting of Handover's, plus `extra`.

    A developer's own settings must not reach a test. The checkout is put on PYTHONPATH only where
    the project isn't installed.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and name not in _ALSO_OURS
    }
    if not _installed():
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return {**kept, **(extra or {})}


def _installed() -> bool:
    try:
        importlib.metadata.distribution("handover")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
