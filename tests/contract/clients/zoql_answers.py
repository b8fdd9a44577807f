"""Answers to queries that a test writes itself, for the sandbox to give."""

import json

from tests.contract.clients.sandbox_control import Sandbox

QUERY = {"system": "zuora", "path": "/v1/action/query$"}
MORE = {"system": "zuora", "path": "/v1/action/queryMore$"}
ROW = {
    "Id": "8a" * 16,
    "AccountNumber": "A1",
    "Status": "Active",
    "CreatedDate": "2020-01-01T00:00:00.000-08:00",
}


def rows(count: int) -> list[dict[str, str]]:
    """So many accounts that differ in their ids."""
    return [{**ROW, "Id": f"{number:032x}"} for number in range(count)]


def answer(sandbox: Sandbox, body: object, where: dict[str, str] = QUERY, code: int = 200) -> None:
    """The next answer to a query."""
    sandbox.fault("status", code=code, body=json.dumps(body), **where)
