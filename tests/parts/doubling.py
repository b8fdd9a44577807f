"""The product's own Celery app on a broker that delivers every message twice."""

from typing import Any

from kombu.transport.redis import Channel

from worker.app import app

__all__ = ["app"]

_put: Any = Channel._put


def _put_twice(self: Channel, queue: str, message: Any, **kwargs: Any) -> None:
    _put(self, queue, message, **kwargs)
    if not queue.startswith("_"):
        _put(self, queue, message, **kwargs)


setattr(Channel, "_put", _put_twice)  # noqa: B010 - the type checker forbids it otherwise
