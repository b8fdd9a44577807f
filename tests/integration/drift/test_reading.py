"""Pages become rows: what is read twice, moves, or expires in between does no harm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from clients.zoql import Window
from clients.zuora_bulk import BulkPage
from config.settings import settings
from domain.errors import Defect, Stale, Transient
from tasks.drift import planning, reading, scratch
from tests.integration.drift.scanning import NoSandbox, scanning
from tests.parts.folders import short_folder
from worker import runtime
from worker.journal import scans, scratch_schema

WINDOW = {"after": None, "before": "2026-01-01T00:00:00Z"}
PAGES = [[{"Id": f"a{page}{n}", "Status": "Active"} for n in range(3)] for page in range(4)]


@dataclass
class Held:
    """A piece in the hands of this very test."""

    scan_id: str
    spec: Mapping[str, Any]
    cursor: str | None = None
    attempt: int = 1
    rows: int = 0
    calls: list[str] = field(default_factory=list)
    begun_anew: int = 0

    @property
    def lease(self) -> "Held":
        """The lease, of which only the attempt is asked."""
        return self

    def call(self, system: str) -> None:
        """Counts a call."""
        self.calls.append(system)

    def counts(self, *, rows: int) -> None:
        """Counts rows."""
        self.rows += rows

    def progress(self, cursor: str, *, rows: int) -> None:
        """Records how far it is."""
        self.cursor, self.rows = cursor, self.rows + rows

    def begin_anew(self) -> None:
        """Forgets how far it was."""
        self.cursor, self.rows, self.begun_anew = None, 0, self.begun_anew + 1


class Zuora:
    """A window of four pages, some of whose locators are gone the first time."""

    def __init__(self, *expired: str, always: bool = False) -> None:
        self.expired, self.always = list(expired), always
        self.counted: list[int] = []

    def page(self, _what: str, _window: Window, locator: str | None, *, counted: int) -> BulkPage:
        """A page, by its number."""
        self.counted.append(counted)
        if locator in self.expired:
            if not self.always:
                self.expired.remove(locator)
            raise Stale("gone", code="locator-expired")
        number = int(locator or 0)
        following = str(number + 1) if number + 1 < len(PAGES) else None
        return BulkPage(rows=PAGES[number], size=12, next=following)

    def count(self, _what: str, window: Window) -> int:
        """Twelve in all of time, all of them in its second half."""
        return 12 if window.before.year == 2026 else 0


@pytest.fixture
def scan_id() -> Iterator[str]:
    """A scan with scratch tables."""
    with short_folder("state") as state, scanning(NoSandbox, state, "", {}):
        with runtime.journal().write() as tx:
            made = scans.open_scan(tx, "full", lane="accounts", phase="read", by="kim")
        assert made
        name = scratch.make(made)
        with runtime.journal().write() as tx:
            scratch.use(tx, made, name)
        yield made


def _ids(scan_id: str) -> list[str]:
    """As they are when they are compared."""
    with scratch.opened(scan_id) as tables:
        tables.make_indexes()
        ids = scratch_schema.accounts.c.id
        with tables.reading() as conn:
            return list(conn.execute(select(ids).order_by(ids)).scalars())


ALL = [row["Id"] for page in PAGES for row in page]


@pytest.mark.parametrize("expired", [[], ["2"], ["1", "3"]])
def test_a_window_is_read_to_its_end(
    scan_id: str, expired: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a locator is gone it is begun anew; no row is counted or kept twice."""
    made = Zuora(*expired)
    monkeypatch.setattr(reading, "zuora_bulk", lambda: made)
    piece = Held(scan_id, {"what": "Account", "window": WINDOW, "counted": 12})
    reading.read(piece)  # type: ignore[arg-type]
    assert (_ids(scan_id), piece.rows, piece.begun_anew) == (ALL, 12, len(expired))


def test_of_what_is_written_twice_the_last_stays(scan_id: str) -> None:
    """Before the key is there and after: a worker whose piece is another's may come late."""
    query = select(scratch_schema.accounts.c.id, scratch_schema.accounts.c.sold_to_id)
    with scratch.opened(scan_id) as tables:
        for contact in ("c1", "c2"):
            tables.put(scratch_schema.accounts, [("a1", contact, True), ("a2", "c9", True)])
        for contact in ("c2", "c3"):
            tables.make_indexes()
            with tables.reading() as conn:
                assert conn.execute(query.order_by("id")).all() == [("a1", contact), ("a2", "c9")]
            tables.put(scratch_schema.accounts, [("a1", "c3", True)])


def test_a_window_goes_on_where_a_worker_was(scan_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "zuora_bulk", Zuora)
    reading.read(Held(scan_id, {"what": "Account", "window": WINDOW, "counted": 12}, "2"))  # type: ignore[arg-type]
    assert _ids(scan_id) == ALL[6:]


def test_a_window_that_never_holds_still(scan_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The piece is given back, and tried again later."""
    made = Zuora("1", always=True)
    monkeypatch.setattr(reading, "zuora_bulk", lambda: made)
    with pytest.raises(Transient, match="change all the time"):
        reading.read(Held(scan_id, {"what": "Account", "window": WINDOW, "counted": 12}))  # type: ignore[arg-type]


def test_what_was_counted_is_counted_again_before_it_is_believed(
    scan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window that came up empty may be empty by now: another try does not insist on its rows."""
    made = Zuora()
    monkeypatch.setattr(reading, "zuora_bulk", lambda: made)
    before = {**WINDOW, "before": "2020-01-01T00:00:00Z"}
    spec = {"what": "Account", "window": before, "counted": 12}
    reading.read(Held(scan_id, spec))  # type: ignore[arg-type]
    reading.read(Held(scan_id, spec, attempt=2))  # type: ignore[arg-type]
    assert (made.counted[0], made.counted[4]) == (12, 0)


def test_ranges_of_ids(scan_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every id of the piece is asked for once, in pages; a link that lacks an end is nobody's."""
    asked: list[tuple[int, int]] = []

    class Bulk:
        def page(self, _model: str, low: int, high: int) -> list[dict[str, Any]]:
            asked.append((low, high))
            row = {"customer_id": 1, "billing_account_id": 1}
            return [{"id": high, **row}, {"id": low, **row, "customer_id": None}]

    monkeypatch.setattr(reading, "customersdot_bulk", Bulk)
    spec = {"model": "billing_account_membership", "low": 101, "high": 350}
    piece = Held(scan_id, spec)
    reading.read(piece)  # type: ignore[arg-type]
    assert asked == [(101, 200), (201, 300), (301, 350)]
    assert (piece.cursor, piece.rows) == ("351", 6)
    with scratch.opened(scan_id) as tables, tables.reading() as conn:
        ids = conn.execute(select(scratch_schema.memberships.c.id)).scalars()
        assert list(ids) == [200, 300, 350]


def test_windows_are_halved_until_they_are_small(
    scan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They cover all of time once, and no half is counted that the other tells."""
    whole = Window.model_validate(WINDOW)
    calls: list[Window] = []

    class Counted(Zuora):
        def count(self, what: str, window: Window) -> int:
            calls.append(window)
            return super().count(what, window)

    monkeypatch.setattr(planning, "zuora_bulk", Counted)
    monkeypatch.setattr(
        planning, "settings", lambda: settings().model_copy(update={"drift_window_rows": 11})
    )
    found = list(planning._windows("Account", whole, 12))
    assert [window.after for window, _ in found[1:]] == [window.before for window, _ in found[:-1]]
    assert (found[0][0].after, found[-1][0].before) == (whole.after, whole.before)
    assert sum(size for _, size in found) == 12
    assert len(calls) == len(found) - 1


def test_what_was_read_is_gone(scan_id: str) -> None:
    """An empty file is not taken for it: the scan ends and says why."""
    for path in (settings().state_dir / "drift").iterdir():
        path.unlink()
    with pytest.raises(Defect, match="start another") as raised, scratch.opened(scan_id):
        pass
    assert raised.value.code == "scratch-lost"


def test_what_ended_scans_have_left_is_removed(scan_id: str) -> None:
    """That of a scan which is under way stays, and nobody else may read it."""
    folder = settings().state_dir / "drift"
    scratch.make("S-ended")
    (ours,) = folder.glob(f"{scan_id}.*.db")
    assert (ours.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    scratch.clear()
    assert list(folder.glob("S-ended*")) == []
    assert ours.exists()
    with runtime.journal().write() as tx:
        scans.end(tx, scan_id, "cancelled", summary="")
    scratch.clear()
    assert list(folder.iterdir()) == []


def test_a_billing_account_without_an_account() -> None:
    """A blank id is no account that Zuora could be asked for."""
    _, line = reading._MODELS["billing_account"]
    for blank in (None, "", "  "):
        assert line({"id": 1, "zuora_account_id": blank}) == (1, None)
    assert line({"id": 1, "zuora_account_id": "a1"}) == (1, "a1")
