"""The last phase of every scan: what it means, recorded and told once.

New findings are told in the transaction that says so: who dies in between tells them once more,
rather than never.
"""

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from config.sentry import tell_of_drift
from domain.drift.findings import summary
from domain.drift.kinds import Kind
from worker.journal import findings, scans, suspects
from worker.journal.database import Tx
from worker.runtime import owner
from worker.scans.piece import Piece

log = logging.getLogger(__name__)
MOST_NAMED = 50
"""Findings whose ids are told; of further ones the number is."""


def close(piece: Piece, kinds: Collection[Kind]) -> None:
    """Ends a scan that has looked for some kinds of drift."""
    with piece.finishing() as finishing:
        tx = finishing.tx
        open_ = findings.open_by_kind(tx, kinds)
        counts = findings.counts_of(tx, piece.scan_id)
        looked = suspects.outcomes(tx, piece.scan_id)
        unreadable = looked.get(suspects.UNREADABLE, 0)
        # Of proved runs, which have no suspects, their pieces have counted it.
        all_unreadable = unreadable + scans.counts(tx, piece.scan_id).get("unreadable", 0)
        _tell(tx, piece.scan_id, kinds)
        finishing.end(
            result="drift" if open_ or all_unreadable else "clean",
            summary=summary(open_, counts["new"], counts["resolved"], all_unreadable),
            counts={
                **counts,
                "open": sum(open_.values()),
                "suspects": sum(looked.values()),
                "in_flight": looked.get(suspects.LEFT, 0),
                "unreadable": unreadable,
            },
        )


def _tell(tx: Tx, scan_id: str, kinds: Collection[Kind]) -> None:
    news = findings.to_tell(tx, kinds)
    if not news:
        log.info("nothing new is out of step")
        return
    by_kind, ids = Counter(row.kind for row in news), _named(news)
    log.warning(
        "%d findings to look at: %s; %s",
        len(news),
        ", ".join(f"{count} {kind}" for kind, count in sorted(by_kind.items())),
        " ".join(ids),
    )
    tell_of_drift(scan_id, by_kind, ids)
    findings.mark_told(tx, [row.id for row in news], scan_id, actor=owner())


def _named(news: Sequence[Row[Any]]) -> list[str]:
    ids = [str(row.id) for row in news[:MOST_NAMED]]
    return ids if len(news) <= MOST_NAMED else [*ids, f"and {len(news) - MOST_NAMED} more"]
