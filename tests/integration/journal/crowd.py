"""Many at once: threads that begin together, and processes of their own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

CROWD = 6
T = TypeVar("T")


def together(work: Callable[[int], T], count: int = CROWD) -> list[T | Exception]:
    """What each of several threads got that began at the same moment: a result or its error."""
    barrier = threading.Barrier(count)

    def one(number: int) -> T | Exception:
        barrier.wait()
        try:
            return work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at what it was
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def in_processes(work: Callable[..., Any], *arguments: Any, count: int = 3) -> list[Any]:
    """What each of several fresh processes got. `work` is a function of a module."""
    context = get_context("spawn")
    with context.Pool(count) as pool:
        pending = [pool.apply_async(work, arguments) for _ in range(count)]
        return [result.get(60) for result in pending]
