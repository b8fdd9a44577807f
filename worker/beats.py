"""Scheduled jobs. Each writes one row per job and time slot, so that a second beat does no harm."""

import json

from celery import shared_task
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from config.schedule import Job, jobs
from config.settings import settings
from worker.journal import audit
from worker.journal.database import Tx
from worker.journal.schema import slots
from worker.runtime import journal, owner


@shared_task(name="handover.beat.export_heads")  # type: ignore[untyped-decorator]
def export_heads() -> None:
    """Writes the heads of all event chains to a file beside the journal.

    A chain alone can't show that its tail was cut; heads that are kept elsewhere can. Ship the file
    to another machine.
    """
    from config.sentry import cron_monitor  # noqa: PLC0415 - see worker.app

    job = next(job for job in jobs(settings()) if job.name == "export-heads")
    with cron_monitor(job):
        _export_heads(job)


def _export_heads(job: Job) -> None:
    with journal().write() as tx:
        if not take_slot(tx, job.name, job.slot(tx.now)):
            return
        heads = {"at": tx.now, "heads": audit.heads_of(tx)}
    with (settings().state_dir / "heads.jsonl").open("a") as file:
        file.write(json.dumps(heads) + "\n")


def take_slot(tx: Tx, job: str, slot: int) -> bool:
    """Takes a time slot of a job, named by its start: true for exactly one caller per slot."""
    try:
        with tx.conn.begin_nested():
            row = {"job": job, "slot": slot, "taken_at": tx.now, "taken_by": owner()}
            tx.conn.execute(insert(slots).values(**row))
    except IntegrityError:
        return False
    return True
