"""Which Handover this is."""

from functools import lru_cache
from importlib import metadata


@lru_cache(maxsize=1)
def version() -> str:
    """The version that is installed; `unknown` where the code runs without being installed."""
    try:
        return metadata.version("handover")
    except metadata.PackageNotFoundError:
        return "unknown"
