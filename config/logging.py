"""Structured logs: one JSON object a line, with the run, step, rule and attempt it belongs to.

Whoever writes a line does not have to say what it is about: `config.work` knows. Nothing slips in
by accident: extra fields are an allow-list, an exception is told by type and place, and of what
other packages say only the sentence is kept, without the values they put into it.
"""

import json
import logging
import re
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any

from config.work import current_work

EXTRAS = ("run_id", "system", "status", "call")
"""The extra fields that a log line may carry besides the work in hand."""

_OURS = ("handover", "tasks", "worker", "clients", "domain", "config")
_QUIET = ("urllib3", "requests", "kombu", "amqp", "alembic")
_TELLING = {"name", "id", "description", "runtime"}
"""What Celery says about a task, and not what the task was given or raised."""
_ADDRESS = re.compile(r"[^\s%]+(@|%40)[^\s%]+")
_MOST_FRAMES = 30


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON, without the text or variables of exceptions.

    An exception's own text may quote data that we did not choose.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        line |= current_work()
        line |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line |= _told(record.exc_info[1], record.exc_info[2])
        return json.dumps(line, default=lambda value: type(value).__name__)


def message_of(record: logging.LogRecord) -> str:
    """What a line says. Values that another package put into its sentence are left out."""
    if record.name == "py.warnings":
        return _warning(record)
    package = record.name.partition(".")[0]
    full = package in _OURS or (package == "celery" and record.levelno < logging.WARNING)
    try:
        return record.getMessage() if full else _without_values(record)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def set_up_logging(level: str) -> None:
    """Sends all logs, warnings and uncaught exceptions of this process to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Celery's pool has a logger that hands nothing on and so would print.
    logging.lastResort = handler
    # Python's own reports of what nobody caught quote the text, as does that of a broken log line.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda found: _uncaught(
        found.exc_type, found.exc_value, found.exc_traceback
    )


def _without_values(record: logging.LogRecord) -> str:
    # Some put their values in before they log; of those, what looks like an address goes.
    sentence, values = _ADDRESS.sub("…", str(record.msg)), record.args
    if isinstance(values, dict):
        return sentence % {k: v if k in _TELLING else "…" for k, v in values.items()}
    return sentence % tuple(_number_or_dots(v) for v in values) if values else sentence


def _number_or_dots(value: object) -> object:
    return value if isinstance(value, int | float) else "…"


def _warning(record: logging.LogRecord) -> str:
    """Kind and place of a warning: `file:line: Category`, without its text."""
    return ": ".join(record.getMessage().split(": ", 2)[:2])


def _told(error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "exception": type(error).__name__,
        "frames": [
            f"{frame.f_globals.get('__name__', '')}:{frame.f_code.co_name}:{line}"
            for frame, line in traceback.walk_tb(trace)
        ][-_MOST_FRAMES:],
    }
    cause = error and (error.__cause__ or error.__context__)
    return {**found, "cause": type(cause).__name__} if cause else found


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    error = error or kind()
    logging.getLogger("config").critical("nobody caught this", exc_info=(kind, error, trace))
