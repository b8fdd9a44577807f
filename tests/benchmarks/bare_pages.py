"""The pages of a scan, merely fetched and parsed: what its rate is measured against.

The same requests that the pieces of a scan made, by as many processes, with `requests` alone:
nothing is checked, hashed, joined or written down.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing import get_context
from typing import Any

from clients.customersdot_bulk import COLUMNS
from clients.zoql import Window, created_in
from clients.zuora_bulk import BATCH, FIELDS
from tests.benchmarks.recording import BareScript

Spec = Mapping[str, Any]
JSON = {"Accept": "application/json"}


class Fetcher(BareScript):
    """One process's session with both systems."""

    def fetch(self, spec: Spec, width: int) -> int:
        """All pages of one piece; returns the number of calls."""
        return self._range(spec, width) if "model" in spec else self._window(spec)

    def account_ids(self, spec: Spec) -> list[str]:
        """The ids on the first page of a window of accounts."""
        return [row["Id"] for row in self._query(*_first(spec))["records"]]

    def _window(self, spec: Spec) -> int:
        action, body, calls = *_first(spec), 1
        while not (page := self._query(action, body))["done"]:
            action, body = "queryMore", {"queryLocator": page["queryLocator"]}
            body["conf"] = {"batchSize": BATCH}
            calls += 1
        return calls

    def _query(self, action: str, body: Any) -> Any:
        answer = self._session.post(
            f"{self._url}/zuora/v1/action/{action}",
            json=body,
            headers={"Authorization": self._bearer},
            timeout=300,
        )
        assert answer.ok, answer.status_code
        return answer.json()

    def _range(self, spec: Spec, width: int) -> int:
        model, high = spec["model"], spec["high"]
        lows = range(spec["low"], high + 1, width)
        for low in lows:
            until = min(low + width - 1, high)
            params = [
                ("f[id][1][o]", "between"),
                *(("f[id][1][v][]", str(value)) for value in ("", low, until)),
                *(("sort", "id"), ("per", str(until - low + 1)), ("json", "1")),
                *(("schema[only][]", name) for name in COLUMNS[model]),
            ]
            path = f"{self._url}/customersdot/admin/{model}/export"
            answer = self._session.get(path, params=params, headers=JSON, timeout=300)
            assert answer.ok, answer.status_code
            answer.json()
        return len(lows)


def _first(spec: Spec) -> tuple[str, Any]:
    window = Window.model_validate(spec["window"])
    query = created_in(spec["what"], FIELDS[spec["what"]], window)
    return "query", {"queryString": query, "conf": {"batchSize": BATCH}}


def signed_in(url: str, env: Mapping[str, str]) -> Fetcher:
    """A session that both systems know."""
    made = Fetcher(url, env)
    made.sign_in()
    return made


def fetched(
    specs: Sequence[Spec], url: str, env: Mapping[str, str], *, processes: int, width: int
) -> tuple[float, int]:
    """The seconds that all pages took, signing in left out, and the number of calls."""
    context = get_context("spawn")
    ready = context.Barrier(processes + 1)
    with context.Pool(processes, _begin, (url, dict(env), width, ready)) as pool:
        ready.wait()
        begun = time.perf_counter()
        calls = sum(pool.imap_unordered(_fetch, specs))
        return time.perf_counter() - begun, calls


_here: dict[str, Any] = {}


def _begin(url: str, env: Mapping[str, str], width: int, ready: Any) -> None:
    _here.update(fetcher=signed_in(url, env), width=width)
    ready.wait()


def _fetch(spec: Spec) -> int:
    calls: int = _here["fetcher"].fetch(spec, _here["width"])
    return calls


def looked_at(
    account_ids: Iterable[str], env: Mapping[str, str], *, processes: int
) -> tuple[float, int]:
    """The seconds that the confirming reads of these accounts took, one by one, and their calls."""
    context = get_context("spawn")
    ready = context.Barrier(processes + 1)
    with context.Pool(processes, _begin_looking, (dict(env), ready)) as pool:
        ready.wait()
        begun = time.perf_counter()
        calls = sum(pool.imap_unordered(_look, account_ids))
        return time.perf_counter() - begun, calls


def _begin_looking(env: Mapping[str, str], ready: Any) -> None:
    import os  # noqa: PLC0415 - the settings are read when the clients are imported

    os.environ.update(env)
    from tasks.drift import confirming  # noqa: PLC0415

    _here.update(look=confirming.differences_now)
    ready.wait()


def _look(account_id: str) -> int:
    from tasks.drift.clients import calls_counted  # noqa: PLC0415

    made: list[str] = []
    with calls_counted(made.append):
        _here["look"](account_id)
    return len(made)
