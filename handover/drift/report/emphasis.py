"""What of two masked values differs, so that a reader's eye finds it."""

from dataclasses import dataclass
from itertools import takewhile
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in three parts, of which the middle one differs from the other side's.

    `void` stands for a value that is none. `alike`: the values differ, but not their masked forms.
    """

    before: str = ""
    differs: str = ""
    after: str = ""
    void: str = ""
    alike: bool = False


def emphasised(value: Any, other: Any, *, differs: bool) -> Shown:
    """A value beside the one of the other side; `differs` says whether what they stand for does."""
    text = words(value)
    if not text:
        return Shown(void="not set" if value is None else "empty")
    if not differs:
        return Shown(before=text)
    against = words(other)
    if text == against:
        return Shown(differs=text, alike=True)
    begin = _alike(text, against)
    end = len(text) - _alike(text[begin:][::-1], against[begin:][::-1])
    return Shown(text[:begin], text[begin:end], text[end:])


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def words(value: Any) -> str:
    """A value as people read it. What is none, or empty, has no words."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(words, value))
        case _:
            return str(value).strip()
