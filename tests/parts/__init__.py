"""Real processes for tests: Redis, PostgreSQL, the sandbox and Celery workers.

Every process runs under Handover's guard, so nothing outlives the test session, not even one that
is killed.
"""

from handover.embedded.ports import free_port
from tests.parts.postgres import PostgresServer, postgres_server
from tests.parts.redis import RedisServer, redis_server
from tests.parts.sandbox import SandboxProcess, sandbox_process
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, beat_process, worker_process

__all__ = [
    "PostgresServer",
    "RedisServer",
    "SandboxProcess",
    "WorkerProcess",
    "beat_process",
    "free_port",
    "postgres_server",
    "redis_server",
    "sandbox_process",
    "wait_until",
    "worker_process",
]
