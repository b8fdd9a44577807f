"""Structured logs: one JSON object a line, with the run, step and attempt they belong to."""

import json
import logging
import sys
import time

CONTEXT = ("run_id", "step", "rule", "attempt", "fence", "outcome", "system", "status", "call")
"""The extra fields that a log line may carry. Anything else is left out, so nothing slips in."""


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON, without the text of exceptions.

    An exception's own text may quote data that we did not choose, so only its type and the place
    in our code are told.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record."""
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in CONTEXT if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = _innermost(record)
        return json.dumps(line, default=str, ensure_ascii=False)


def set_up_logging(level: str) -> None:
    """Sends all logs to stderr as JSON. Libraries that print addresses are kept to warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("urllib3", "requests", "kombu", "amqp", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _innermost(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
