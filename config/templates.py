"""The texts of messages: files that an operations team can edit.

Handover brings one for each message. A folder of one's own (HANDOVER_MESSAGES) may replace any of
them; what is not in it stays as it came.
"""

from pathlib import Path

OURS = Path(__file__).parent / "messages"


def template(name: str, folder: Path | None) -> str:
    """The text of a message's template. Raises OSError and UnicodeDecodeError."""
    own = folder / f"{name}.md" if folder else None
    return (own if own and own.exists() else OURS / f"{name}.md").read_text(encoding="utf-8")


def strangers(folder: Path) -> list[str]:
    """Files of a folder that no message uses: most likely misspelt."""
    known = {path.name for path in OURS.glob("*.md")}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)
