"""The figures of one moment, as prometheus-client collects them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from config.version import version
from domain.errors import HandoverError
from handover.metrics import catalogue as of
from handover.metrics.drift import DriftFigures
from handover.metrics.reading import Reader
from handover.metrics.work import work_figures


class JournalCollector(Collector):
    """Reads the journal whenever it is asked; nothing is counted in between.

    So any process can serve the figures, and none is lost with a process. Where the journal can't
    be read, `handover_up` is 0 and its figures are missing: zeros would say something else.
    """

    def __init__(self, current: Settings, complain: Callable[[str], object]) -> None:
        self._reader = Reader(current)
        self._complain = complain
        self._drift = DriftFigures()
        self.problem = ""
        """Why the last look failed; empty when it did not."""

    def describe(self) -> Iterable[Metric]:
        """Every metric without samples, so that a registry knows the names without a look."""
        return [figure.family() for figure in of.FIGURES]

    def collect(self) -> Iterator[Metric]:
        """The figures now."""
        yield of.BUILD.family([((version(),), 1)])
        found = self._look()
        yield of.UP.family([((), int(not self.problem))])
        yield from found

    def _look(self) -> list[Metric]:
        self.problem = ""
        try:
            with self._reader.look() as tx:
                return [*self._drift.read(tx), *work_figures(tx)]
        except HandoverError as error:
            self.problem = str(error)
        except SQLAlchemyError as error:  # such as a role that may not read a table
            self.problem = f"The journal can't be read ({type(error).__name__})."
        self._complain(self.problem)
        return []


def as_text(collector: Collector) -> str:
    """The figures now, in the Prometheus text format."""
    return generate_latest(collector).decode()


def as_json(collector: Collector) -> dict[str, Any]:
    """The figures now, for scripts."""
    return {"schema": "handover.metrics/1", "metrics": [_told(one) for one in collector.collect()]}


def _told(family: Metric) -> dict[str, Any]:
    return {
        "name": f"{family.name}_total" if family.type == "counter" else family.name,
        "type": family.type,
        "help": family.documentation,
        "samples": [{"labels": one.labels, "value": float(one.value)} for one in family.samples],
    }
