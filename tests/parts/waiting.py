"""Waiting for something to become true, with a generous deadline instead of a sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(
    predicate: Callable[[], T],
    timeout: float = 30,
    message: str | Callable[[], str] = "the condition",
    *,
    pause: float = 0.02,
) -> T:
    """Call `predicate` until its result is true, and return that result.

    Raises AssertionError with `message` (built only then when it is a function) after `timeout`
    seconds. An exception of `predicate` is not swallowed.
    """
    deadline = time.monotonic() + timeout
    while not (result := predicate()):
        if time.monotonic() > deadline:
            text = message if isinstance(message, str) else message()
            raise AssertionError(f"waited {timeout:g} s in vain for: {text}")
        time.sleep(pause)
    return result
