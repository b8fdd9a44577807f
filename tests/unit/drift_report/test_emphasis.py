"""What of two values differs: that and nothing else is emphasised."""

from typing import Any

import pytest

from handover.drift.report.emphasis import Shown, emphasised


@pytest.mark.parametrize(
    ("value", "other", "shown"),
    [
        ("a***@x***.de", "c***@x***.de", Shown("", "a", "***@x***.de")),
        ("a***@x***.de", "a***@x***.com", Shown("a***@x***.", "de")),
        ("a***@x***.de", "a***@y***.de", Shown("a***@", "x", "***.de")),
        ("a***", "a***, b***", Shown("a***")),
        ("a***, b***", "a***", Shown("a***", ", b***")),
        ("a***", None, Shown("", "a***")),
        ("a***", "a***", Shown("", "a***", alike=True)),
        (None, "a***", Shown(void="not set")),
        ("", "a***", Shown(void="empty")),
        ([], ["a***"], Shown(void="empty")),
        (True, False, Shown("", "yes")),
        (17, 18, Shown("1", "7")),
        (["a***", "b***"], ["a***"], Shown("a***", ", b***")),
    ],
)
def test_only_what_differs_is_emphasised(value: Any, other: Any, shown: Shown) -> None:
    assert emphasised(value, other, differs=True) == shown


def test_what_does_not_differ_is_not_emphasised() -> None:
    assert emphasised("a***", "b***", differs=False) == Shown("a***")
    assert emphasised(None, "b***", differs=False) == Shown(void="not set")
