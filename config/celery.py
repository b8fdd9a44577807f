"""Celery's configuration: early acknowledgement, no prefetching, JSON only, no result backend.

Messages are hints. The journal decides what runs, so nothing here has to be exactly-once; the
choices keep a worker alive through a Redis outage and its queue free of needless copies.
"""

from typing import Any

from config.schedule import beat_schedule
from config.settings import Settings


def celery_config(settings: Settings) -> dict[str, Any]:
    """The configuration of the Celery app for these settings."""
    return {
        "broker_url": settings.redis_url,
        "include": (
            *("tasks.canvases", "tasks.drift.scans", "worker.beats", "worker.scans.scheduled"),
            *("worker.scans.work", "worker.ticket_notes", "worker.watching"),
        ),
        "task_default_queue": settings.queue,
        # Ordinary workers don't look into that queue: a scan never takes a run's place.
        "task_routes": {"handover.drift.work": {"queue": settings.drift_queue}},
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # A message that is held unacknowledged when Redis drops makes a 5.7.0 worker exit.
        "task_acks_late": False,
        "worker_disable_prefetch": True,
        "worker_prefetch_multiplier": 1,
        # A step's last act is to publish the next one; that outlasts a short outage.
        "task_publish_retry_policy": {
            "max_retries": 20,
            "interval_start": 0.1,
            "interval_step": 0.2,
            "interval_max": 1.0,
        },
        "task_time_limit": settings.step_limit_seconds,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "timezone": "UTC",
        "beat_schedule": beat_schedule(settings),
    }
