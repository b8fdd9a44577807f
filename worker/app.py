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
from config.settings import settings
from worker import presence, recovery
from worker.policies import checked
from worker.runtime import journal

app = Celery("handover")
app.config_from_object(celery_config(checked(settings())))


@setup_logging.connect  # type: ignore[untyped-decorator]
def _set_up_logging(**_: Any) -> None:
    # That somebody listens here keeps Celery from setting up its own.
    set_up_logging(settings().log_level)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _start_recovery(**_: Any) -> None:
    # Whoever takes no runs is no help to them: people who look must not count it.
    takes_runs = settings().queue in app.amqp.queues.consume_from
    recovery.start("worker" if takes_runs else "drift")


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_recovery(**_: Any) -> None:
    recovery.stop()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def _wait_for_recovery(**_: Any) -> None:
    recovery.wait()


@celeryd_init.connect  # type: ignore[untyped-decorator]
def _begin_worker(**_: Any) -> None:
    # Before Celery's first warning, so that it is a line like every other.
    set_up_logging(settings().log_level)
    _report_errors()


@beat_init.connect  # type: ignore[untyped-decorator]
def _begin_beat(**_: Any) -> None:
    _report_errors()
    journal()
    presence.attend_beat()


def _report_errors() -> None:
    # A command line that only publishes need not wait for this import.
    from config.sentry import set_up_sentry  # noqa: PLC0415

    set_up_sentry(settings())
