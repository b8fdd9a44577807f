"""Whether this process has the journal's keys: with others, its locks would hold nobody off."""

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRequest
from worker.journal import credentials, sealing
from worker.journal.database import Journal, Tx
from worker.journal.schema import key_checks

_PROBE = "the keys of this journal"


def check_keys(journal: Journal) -> None:
    """Compares the keys with those that the journal was begun with.

    Raises InvalidRequest for another lookup key, and Unavailable where no master key fits.
    """
    with journal.read() as tx:
        known = _known(tx)
    if not known:
        with journal.write() as tx:
            _remember(tx)
            known = _known(tx)
    journal.vault.open(known["master"])
    if known["lookup"] != journal.vault.fingerprint(_PROBE):
        raise InvalidRequest(
            ["HANDOVER_LOOKUP_KEY: is not the key that this journal was begun with"]
        )


def rewrap(journal: Journal) -> int:
    """Puts every run's key under the newest master key, so that older ones can go.

    What all processes share, sign-ins and tokens, is sealed anew with them. Returns how many runs
    there were.
    """
    with journal.write() as tx:
        tx.conn.execute(
            update(key_checks)
            .where(key_checks.c.name == "master")
            .values(value=tx.vault.rewrap(_known(tx)["master"]))
        )
        credentials.rewrap_all(tx)
        return sealing.rewrap_all(tx)


def _known(tx: Tx) -> dict[str, str]:
    return {row.name: row.value for row in tx.conn.execute(select(key_checks))}


def _remember(tx: Tx) -> None:
    _, wrapped = tx.vault.new_run_key()
    rows = [
        {"name": "master", "value": wrapped},
        {"name": "lookup", "value": tx.vault.fingerprint(_PROBE)},
    ]
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(insert(key_checks), rows)
    except IntegrityError:
        return  # another process was the first to open this journal
