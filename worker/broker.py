"""The little that the engine asks Redis directly: is it there, and how long is the queue?"""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import settings
from domain.errors import Unavailable

PATIENCE_SECONDS = 2


def queue_length(name: str = "") -> int:
    """How many messages wait for a worker in the queue of runs, or in another.

    One quick try; raises Unavailable.
    """
    current = settings()
    try:
        with redis.Redis.from_url(
            current.redis_url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return int(client.llen(name or current.queue))
    except (redis.RedisError, ValueError) as error:
        raise Unavailable(
            f"Redis can't be reached ({type(error).__name__}). Check REDIS_URL and that a server"
            " runs there; `handover doctor` looks at both."
        ) from None
