"""Small private files (0600) that are either there as a whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Put `text` in the place of whatever `path` held. Readers see the old or the new text."""
    with _beside(path, text) as new:
        new.replace(path)


def create_private(path: Path, text: str) -> bool:
    """Create `path`, unless it exists: then it is left as it is, and the answer is False.

    Of several processes that try at once, exactly one creates it.
    """
    with _beside(path, text) as new:
        try:
            path.hardlink_to(new)
        except FileExistsError:
            return False
    return True


@contextmanager
def _beside(path: Path, text: str) -> Iterator[Path]:
    """A complete new file in the same folder, removed afterwards if it still has its own name."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
