"""What a run was given in proof, for whoever has to decide about it: unsealed, addresses masked."""

import re
from typing import Any

from domain.masking import mask_email
from worker.journal import runs, sealing
from worker.runtime import journal

_ADDRESS = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+")
_SECRET = {"text"}
"""A licence's text lets whoever has it use what was bought; no person has to look at it."""


def evidence(run_id: str) -> dict[str, Any]:
    """The newest evidence of a run, and why it was started without any if it was.

    Unsealed for this call only, with addresses masked and without a licence's text. Nothing once
    the run was forgotten. Raises InvalidRequest for an unknown run, and Unavailable.
    """
    with journal().read() as tx:
        runs.get(tx, run_id)
        request = sealing.get(tx, run_id, "request") or {}
        newest = sealing.get(tx, run_id, "evidence") or request.get("evidence")
    return {
        "schema": "handover.evidence/1",
        "run": run_id,
        "evidence": _shown({"kind": newest["kind"], **newest}) if newest else None,
        "reason_without_evidence": _shown(request.get("reason_without_evidence")),
    }


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        told = {name: part for name, part in value.items() if part is not None}
        return {n: "(sealed)" if n in _SECRET else _shown(part) for n, part in told.items()}
    return _ADDRESS.sub(lambda found: mask_email(found[0]), value) if value else None
