"""The product's Celery app with the tests' ticket system connected: `-A tests.parts.notes_app`."""

from config.settings import settings
from tasks import clients as _clients  # noqa: F401 - connects the real one first
from tests.parts.tickets import DeskClient
from worker.app import app
from worker.ticket_notes import connect

connect(lambda: DeskClient(settings().zendesk_url))

__all__ = ["app"]
