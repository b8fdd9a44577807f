"""The Celery app. `celery -A worker.app worker` and `celery -A worker.app beat` start from here."""

from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    celeryd_init,
    setup_logging,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from config.celery import celery_config
from config.logging import set_up_logging
from config.sentry import set_up_sentry
from config.settings import settings
from worker import presence, recovery
from worker.runtime import journal

app = Celery("handover")
app.config_from_object(celery_config(settings()))


@setup_logging.connect  # type: ignore[untyped-decorator]
def _set_up_logging(**_: Any) -> None:
    set_up_logging(settings().log_level)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _start_recovery(**_: Any) -> None:
    recovery.start()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_recovery(**_: Any) -> None:
    recovery.stop()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def _wait_for_recovery(**_: Any) -> None:
    recovery.wait()


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _report_errors(**_: Any) -> None:
    set_up_sentry(settings().sentry_dsn)


@beat_init.connect  # type: ignore[untyped-decorator]
def _open_journal(**_: Any) -> None:
    set_up_sentry(settings().sentry_dsn)
    journal()
    presence.attend_beat()
