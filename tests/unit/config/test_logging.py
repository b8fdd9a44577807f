"""What a log line says, and what it leaves out."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pytest

from config.logging import set_up_logging
from config.work import current_work, working_on

CANARY = "ada.lovelace@canary.example"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process logs, with everything put back in the end."""
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions, logging.lastResort
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    set_up_logging("info")
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level, logging.raiseExceptions, logging.lastResort = before


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Every line, read as JSON."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raise_about(email: str) -> None:
    """Raises with an address in the text, caused by another error that has it too."""
    try:
        dict[str, str]()[email]
    except KeyError as error:
        raise ValueError(email) from error


def test_a_line_says_when_where_and_what(written: io.StringIO) -> None:
    """In UTC, with milliseconds."""
    logging.getLogger("worker.step").info("step %s", "done")
    (line,) = lines(written)
    assert line.pop("at").endswith("Z")
    assert line == {"level": "info", "logger": "worker.step", "message": "step done"}


def test_a_line_names_the_work_in_hand_whoever_writes_it(written: io.StringIO) -> None:
    """Clients know nothing of runs, and their lines name them all the same."""
    with working_on(run_id="ho-1", step="plan", rule="A2"), working_on(attempt=1):
        logging.getLogger("clients.http").info("sent")
    logging.getLogger("clients.http").info("sent")
    inside, outside = lines(written)
    assert {k: inside[k] for k in ("run_id", "step", "rule", "attempt")} == {
        "run_id": "ho-1",
        "step": "plan",
        "rule": "A2",
        "attempt": 1,
    }
    assert "run_id" not in outside


def test_a_thread_in_a_copy_of_the_context_is_named_alike(written: io.StringIO) -> None:
    """As the one that prolongs a lease."""
    with working_on(run_id="ho-1"):
        log = logging.getLogger("worker.step")
        thread = threading.Thread(target=copy_context().run, args=(log.info, "prolonged"))
        thread.start()
        thread.join()
    assert lines(written)[0]["run_id"] == "ho-1"


def test_only_listed_fields_are_work() -> None:
    """A field that could hold anything can't be bound by mistake."""
    with pytest.raises(ValueError, match="email"), working_on(email=CANARY):
        pass
    assert current_work() == {}


def test_an_exception_is_told_by_type_and_place(written: io.StringIO) -> None:
    """Neither its own text nor that of its cause."""
    try:
        raise_about(CANARY)
    except ValueError:
        logging.getLogger("worker.step").exception("a defect", extra={"who": CANARY})
    (line,) = lines(written)
    assert (line["exception"], line["cause"]) == ("ValueError", "KeyError")
    assert line["frames"][-1].startswith(f"{__name__}:raise_about:")
    assert "canary" not in written.getvalue()


def test_of_other_packages_the_sentence_is_kept_and_not_its_values(written: io.StringIO) -> None:
    """urllib3 quotes paths with their queries, Celery the text of a task's error."""
    logging.getLogger("urllib3.connectionpool").warning("bad headers (url=%s): %d", CANARY, 3)
    told = {"name": "t", "id": "1", "description": "raised", "exc": CANARY}
    logging.getLogger("celery.app.trace").error("Task %(name)s[%(id)s] %(exc)s", told)
    logging.getLogger("celery.apps.worker").info("%s ready.", "worker1@here")
    logging.getLogger("celery.apps.worker").error(f"no: {CANARY} (3)")  # noqa: G004
    assert [line["message"] for line in lines(written)] == [
        "bad headers (url=…): 3",
        "Task t[1] …",
        "worker1@here ready.",
        "no: … (3)",
    ]
    assert "canary" not in written.getvalue()


def test_a_line_that_does_not_fit_its_values_breaks_nothing(written: io.StringIO) -> None:
    """Python would print the values to stderr."""
    logging.getLogger("worker.step").info("two: %s %s", CANARY)  # noqa: PLE1206
    logging.getLogger("worker.step").info("odd", extra={"call": {"what": object()}})
    assert [line["message"] for line in lines(written)] == ["two: %s %s", "odd"]
    assert "canary" not in written.getvalue()


def test_warnings_and_what_nobody_caught_are_lines_like_every_other(written: io.StringIO) -> None:
    """Kind and place, not the text."""
    warnings.warn(CANARY, UserWarning, stacklevel=1)
    thread = threading.Thread(target=raise_about, args=(CANARY,))
    thread.start()
    thread.join()
    warned, uncaught = lines(written)
    assert warned["message"].endswith(": UserWarning")
    assert (uncaught["level"], uncaught["exception"]) == ("critical", "ValueError")
    assert "canary" not in written.getvalue()
