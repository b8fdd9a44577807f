"""The product's own Celery app with a defect: reading an account fails, and says about whom.

For `-A` of a worker's process alone: importing it breaks the client in whoever imports it.
"""

import logging
import os
from typing import Any

from clients.zuora import Zuora
from worker.app import app

__all__ = ["app"]


def _account(_self: Zuora, _number: str) -> Any:
    whom = os.environ["TEST_ABOUT"]
    logging.getLogger("urllib3.connectionpool").warning("retrying (url=%s)", whom)
    raise ValueError(whom)


setattr(Zuora, "account", _account)  # noqa: B010 - the type checker forbids it otherwise
