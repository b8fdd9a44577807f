"""Short temporary folders: a Unix socket's path may have no more than about 100 characters."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def short_folder(purpose: str) -> Iterator[Path]:
    """A folder (0700) with a short path, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"ho-{purpose}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
