"""The page's colours: what is to be read can be read, by day and by night (WCAG AA)."""

import re
from itertools import product
from pathlib import Path

import pytest

import handover.drift.report

STYLE = Path(handover.drift.report.__file__).with_name("page.css").read_text()
BY_DAY, BY_NIGHT, _ = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
TEXTS = [
    *product(("ink", "soft", "accent", "new", "known"), ("paper", "card")),
    ("ink", "mark"),
    ("ink", "code"),
]
SHAPES = [*product(("new", "known", "clean", "accent"), ("paper",)), ("soft", "card")]


def luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colours: dict[str, str], one: str, other: str) -> float:
    light, dark = sorted((luminance(colours[one]), luminance(colours[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [BY_DAY, BY_NIGHT], ids=["day", "night"])
def test_colours_stand_out(scheme: str) -> None:
    colours = dict(re.findall(r"--(\w+): #(\w+);", scheme))
    faint = [pair for pair in TEXTS if contrast(colours, *pair) < 4.5]
    faint += [pair for pair in SHAPES if contrast(colours, *pair) < 3]
    assert not faint
