"""The join of both sides in SQL: which accounts disagree, and in what.

It says of the pages what `domain.drift.differences` says of one account that is read live; a test
draws worlds and has both judge them. It goes through the accounts of a range in the order of their
ids and finds everything else by indexes, so that no side is held in memory. The statements are one
text for SQLite and PostgreSQL.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text

from domain.drift.differences import Identity
from domain.drift.kinds import Kind
from tasks.drift.scratch import Scratch

Suspicion = tuple[str, frozenset[Identity]]
"""An account's id and what the pages show; nothing, where they lack what is needed to tell."""

# Two signs have no effect but on the way that is taken. The limit: what is looked up here is looked
# up once for each account, and not once for each time that it is used below. The zero: the highest
# id is not looked for from the end of all ids.
_SIDES = """
SELECT a.id, a.sold_to_id AS sold_to, s.id IS NOT NULL AS known,
    coalesce(s.mailbox, '') AS mailbox, coalesce(s.name, '') AS name,
    coalesce(s.address, '') AS address,
    (SELECT max(c.id + 0) FROM drift_copy c WHERE c.scan_id = :scan
        AND c.zuora_contact_id = a.sold_to_id AND c.zuora_account_id = a.id) AS copy,
    (SELECT count(*) FROM drift_billing_account b WHERE b.scan_id = :scan
        AND b.zuora_account_id = a.id) AS billings,
    (SELECT count(*) FROM drift_customer k WHERE k.scan_id = :scan
        AND k.mailbox = s.mailbox) AS customers,
    (SELECT min(k.id) FROM drift_customer k WHERE k.scan_id = :scan
        AND k.mailbox = s.mailbox) AS customer,
    EXISTS (SELECT 1 FROM drift_billing_account b JOIN drift_membership m
        ON m.scan_id = :scan AND m.billing_account_id = b.id
        WHERE b.scan_id = :scan AND b.zuora_account_id = a.id) AS members
FROM drift_account a
LEFT JOIN drift_contact s ON s.scan_id = :scan AND s.id = a.sold_to_id
WHERE a.scan_id = :scan AND a.id >= :low {below} AND a.active
ORDER BY a.id LIMIT 9223372036854775807
"""
_JUDGED = """
SELECT a.id, a.sold_to, a.known, a.copy, a.billings, a.customers, a.customer, a.members,
    a.mailbox <> coalesce(c.mailbox, '') OR a.name <> coalesce(c.name, '')
        OR a.address <> coalesce(c.address, '') AS contact_differs,
    a.name <> coalesce(k.name, '') AS name_differs,
    k.login_on, k.unconfirmed,
    EXISTS (SELECT 1 FROM drift_membership m JOIN drift_billing_account b
        ON b.scan_id = :scan AND b.id = m.billing_account_id
        WHERE m.scan_id = :scan AND m.customer_id = a.customer
        AND b.zuora_account_id = a.id) AS manages,
    EXISTS (SELECT 1 FROM drift_membership m WHERE m.scan_id = :scan
        AND m.customer_id = a.customer) AS elsewhere
FROM ({sides}) AS a
LEFT JOIN drift_copy c ON c.scan_id = :scan AND c.id = a.copy
LEFT JOIN drift_customer k ON k.scan_id = :scan AND k.id = a.customer
"""
_WRONG = """
SELECT * FROM ({judged}) AS found
WHERE NOT known OR billings <> 1 OR NOT members OR copy IS NULL OR contact_differs
    OR customers <> 1 OR name_differs OR unconfirmed OR NOT login_on OR NOT manages
"""
_UNKNOWN = """
SELECT DISTINCT b.zuora_account_id AS id FROM drift_billing_account b
WHERE b.scan_id = :scan AND b.zuora_account_id >= :low {below}
    AND NOT EXISTS (SELECT 1 FROM drift_account a
        WHERE a.scan_id = :scan AND a.id = b.zuora_account_id)
"""
_COUNT = text("SELECT active, count(*) FROM drift_account WHERE scan_id = :scan GROUP BY active")
_EVERY = text(
    """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM drift_account
    WHERE scan_id = :scan) AS numbered
WHERE n % :many = 0 ORDER BY id
"""
)


def differing(scratch: Scratch, low: str, high: str | None) -> Iterator[Suspicion]:
    """The accounts from one id to another, which is not included, whose sides disagree."""
    bounds = {"scan": scratch.key, "low": low, **({} if high is None else {"high": high})}
    below = "" if high is None else "AND {} < :high"
    sides = _SIDES.format(below=below.format("a.id"))
    wrong = _WRONG.format(judged=_JUDGED.format(sides=sides))
    unknown = _UNKNOWN.format(below=below.format("b.zuora_account_id"))
    with scratch.reading() as conn:
        for row in conn.execute(text(wrong), bounds):
            yield row.id, frozenset(_identities(row))
        for (account,) in conn.execute(text(unknown), bounds):
            yield account, frozenset({(Kind.ONLY_IN_CUSTOMERSDOT.value, "")})


def counted(scratch: Scratch) -> tuple[int, int]:
    """How many accounts are active, and how many are not."""
    with scratch.reading() as conn:
        found = {bool(active): n for active, n in conn.execute(_COUNT, {"scan": scratch.key})}
    return found.get(True, 0), found.get(False, 0)


def bounds(scratch: Scratch, many: int) -> list[str]:
    """The ids that part the accounts into ranges of so many."""
    with scratch.reading() as conn:
        return list(conn.execute(_EVERY, {"scan": scratch.key, "many": many}).scalars())


def _identities(row: Row[Any]) -> Iterator[Identity]:
    if not row.billings:
        yield Kind.ONLY_IN_ZUORA.value, ""
        return
    if row.billings > 1:
        yield Kind.BILLING_ACCOUNT_TWICE.value, ""
    if not row.members:
        yield Kind.NOBODY_MANAGES.value, ""
    if row.known:
        yield from _about_contact(row)


def _about_contact(row: Row[Any]) -> Iterator[Identity]:
    if row.copy is None:
        yield Kind.COPY_MISSING.value, row.sold_to
    elif row.contact_differs:
        yield Kind.CONTACT_DIFFERS.value, row.sold_to
    if not row.customers:
        yield Kind.NO_CUSTOMER.value, row.sold_to
    elif row.customers > 1:
        yield Kind.CUSTOMER_TWICE.value, row.sold_to
    else:
        yield from _about_customer(row, str(row.customer))


def _about_customer(row: Row[Any], customer: str) -> Iterator[Identity]:
    if row.name_differs:
        yield Kind.CUSTOMER_DIFFERS.value, customer
    if row.unconfirmed:
        yield Kind.EMAIL_UNCONFIRMED.value, customer
    if not row.login_on:
        yield Kind.LOGIN_OFF.value, customer
    if not row.manages and row.elsewhere:
        yield Kind.MANAGES_ELSEWHERE.value, customer
    elif not row.manages and row.members:
        yield Kind.NOT_A_MEMBER.value, customer
