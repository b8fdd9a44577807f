"""The figures of a journal's history, scraped over HTTP, on both databases."""

from collections.abc import Iterator
from json import loads
from urllib.request import Request, urlopen

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain
from sqlalchemy import event, text

from config.settings import Settings, settings
from domain.drift.kinds import Kind
from domain.errors import Unavailable
from handover.embedded.ports import free_port
from handover.metrics import catalogue, reading
from handover.metrics.collector import JournalCollector
from handover.metrics.reading import Reader
from handover.metrics.serving import Serving
from tests.integration.journal import history
from tests.integration.journal.scene import CANARY, Scene
from worker.journal import scan_figures
from worker.journal.scan_schema import findings, scans

Samples = dict[tuple[str, str], float]


@pytest.fixture
def current(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of this journal, without its keys."""
    monkeypatch.setenv("DATABASE_URL", url)
    settings.cache_clear()
    yield settings()
    settings.cache_clear()


@pytest.fixture
def serving(current: Settings) -> Iterator[Serving]:
    """The endpoint on this journal."""
    with Serving(f"127.0.0.1:{free_port()}", JournalCollector(current, print)) as made:
        yield made


def scrape(serving: Serving) -> Samples:
    """Every sample by its name and the values of its labels."""
    with urlopen(serving.url) as answer:
        families = plain(answer.read().decode())
        return {
            (one.name, ",".join(one.labels[label] for label in sorted(one.labels))): one.value
            for family in families
            for one in family.samples
        }


def test_every_figure_of_a_history(scene: Scene, serving: Serving) -> None:
    """Each number is the one that the journal holds."""
    begin = scene.clock.now / 1000
    history.lived(scene)
    found = scrape(serving)
    scan = "handover_drift_scan"
    wanted = {
        ("handover_up", ""): 1,
        (f"{scan}_accounts", "full"): 100,
        (f"{scan}_skipped_accounts", "full"): 4,
        (f"{scan}_in_flight_accounts", "full"): 1,
        (f"{scan}_suspects", "full"): 7,
        (f"{scan}_new_findings", "full"): 4,
        (f"{scan}_duration_seconds", "full"): 60,
        (f"{scan}_result", "drift,full"): 1,
        (f"{scan}_result", "clean,full"): 0,
        (f"{scan}_result", "failed,proved"): 1,
        (f"{scan}_result", "clean,changed"): 0,
        (f"{scan}_last_end_timestamp_seconds", "clean,full"): 2000,
        (f"{scan}_last_end_timestamp_seconds", "drift,full"): begin - 30,
        (f"{scan}_last_end_timestamp_seconds", "failed,full"): 0,
        (f"{scan}_start_timestamp_seconds", "changed"): begin - 5,
        (f"{scan}_start_timestamp_seconds", "full"): 0,
        (f"{scan}_pieces", "changed,done"): 1,
        (f"{scan}_pieces", "changed,left"): 2,
        (f"{scan}_pieces", "full,left"): 0,
        ("handover_drift_accounts_scanned_total", "full"): 110,
        ("handover_drift_accounts_scanned_total", "changed"): 0,
        ("handover_drift_calls_total", "full,zuora"): 11,
        ("handover_drift_calls_total", "changed,zuora"): 5,
        ("handover_drift_calls_total", "proved,customersdot"): 3,
        ("handover_drift_findings", "nobody-manages,open"): 2,
        ("handover_drift_findings", "nobody-manages,acknowledged"): 1,
        ("handover_drift_findings", "login-deactivated,open"): 1,
        ("handover_drift_findings", "copy-missing,open"): 0,
        ("handover_runs", "requested"): 1,
        ("handover_runs", "waiting"): 1,
        ("handover_runs", "applying"): 0,
        ("handover_runs_ended_total", "refused,add-contact"): 1,
        ("handover_runs_ended_total", "proved,fix-typo"): 0,
        ("handover_questions", "may-we"): 1,
        ("handover_questions", "sign-in"): 0,
        ("handover_questions_overdue", ""): 1,
        ("handover_questions_oldest_timestamp_seconds", ""): begin,
        ("handover_processes_alive", "worker"): 1,
        ("handover_processes_alive", "beat"): 0,
        ("handover_processes_silent", "worker"): 1,
        ("handover_processes_silent", "beat"): 1,
        ("handover_job_last_slot_timestamp_seconds", "export-heads"): begin - 3600,
        ("handover_job_last_slot_timestamp_seconds", "of-another-version"): 5,
    }
    assert {which: found.get(which) for which in wanted} == wanted
    assert (f"{scan}_accounts", "changed") not in found, "it has never ended"


def test_acknowledged_until_is_the_first_moment_without(scene: Scene, serving: Serving) -> None:
    """One that lasts is not open."""
    history.put(scene, scans, history.scan(history.NEWEST))
    row = history.finding("F-1", acknowledged_until=scene.clock.now + 1)
    history.put(scene, findings, row)
    name = "handover_drift_findings"
    found = scrape(serving)
    assert found[name, "nobody-manages,acknowledged"] == 1
    assert found[name, "nobody-manages,open"] == 0
    scene.clock.pass_(1)
    assert scrape(serving)[name, "nobody-manages,open"] == 1


def test_an_empty_journal_has_a_zero_for_all_that_could_be(scene: Scene, serving: Serving) -> None:
    """So that a rule never asks for what isn't there; only a scan that never was has no sizes."""
    found = scrape(serving)
    names = {name for name, _ in found}
    of_a_scan = {f.name for f in catalogue.FIGURES if f.labels == ("scan",)} - {
        "handover_drift_scan_start_timestamp_seconds",
        "handover_drift_accounts_scanned_total",
    }
    assert names == {figure.name for figure in catalogue.FIGURES} - of_a_scan
    assert {value for (name, _), value in found.items() if name not in ONES} == {0}
    kinds = {labels for name, labels in found if name == "handover_drift_findings"}
    assert kinds == {f"{kind},{state}" for kind in Kind for state in ("open", "acknowledged")}


ONES = ("handover_up", "handover_build_info")


def test_nothing_personal_and_no_id_leaves(scene: Scene, serving: Serving) -> None:
    """No address, name, account, ticket, run, scan, finding or process, whatever the format."""
    history.lived(scene)
    with scene.journal.read() as tx:
        runs = [row.id for row in tx.conn.execute(text("SELECT id FROM runs"))]
    asked = Request(serving.url, headers={"Accept": "application/openmetrics-text;version=1.0.0"})
    with urlopen(serving.url) as answer, urlopen(asked) as other:
        texts = answer.read().decode(), other.read().decode()
    secret = (CANARY, "quux", "k***", "4711", "A0000", "8ad", "F-1", "scan-", "a:1", *runs)
    assert not [word for word in secret for told in texts if word.lower() in told.lower()]
    assert "ada" not in texts[0].replace("adata", "")
    families = open_metrics(texts[1])  # type: ignore[no-untyped-call]
    assert {family.name for family in families} == {
        figure.name.removesuffix("_total") for figure in catalogue.FIGURES
    }


def test_sums_are_the_same_for_old_and_new_processes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is long over is not read again, what is not yet is; a sum never sinks.

    Each scan ends at the very moment up to which a later look has settled.
    """
    totals = scan_figures.Totals(["full"])
    read: list[str] = []

    def noted(counts: str) -> object:
        read.append(counts)
        return loads(counts)

    monkeypatch.setattr(scan_figures, "loads", noted)
    for number in range(4):
        ended = {"ended_at": scene.clock.now, "result": "drift"}
        history.put(scene, scans, history.scan(f"scan-{number}", **ended))
        read.clear()
        with scene.journal.read() as tx:
            assert totals.read(tx)["full"]["accounts"] == 10 * (number + 1)
            assert len(read) == min(number + 1, 3)
            assert scan_figures.Totals(["full"]).read(tx) == totals.read(tx)
        scene.clock.pass_(scan_figures.SETTLED_MILLISECONDS)


def test_a_look_can_write_nothing(scene: Scene, current: Settings) -> None:
    """The database itself refuses, and the next look works as before."""
    reader = Reader(current)
    for _ in range(2):
        with pytest.raises(Exception, match=r"(?i)read-?only"), reader.look() as tx:
            tx.conn.execute(text("DELETE FROM slots"))
    with reader.look() as tx:
        assert scan_figures.unfinished(tx) == []


def test_a_look_takes_no_longer_than_its_limit(
    scene: Scene, current: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that would take minutes is broken off."""
    monkeypatch.setattr(reading, "LIMIT_SECONDS", 0.1)
    long = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000000)"
    with pytest.raises(Unavailable), Reader(current).look() as tx:
        tx.conn.execute(text(f"{long} SELECT count(*) FROM n"))


@pytest.mark.parametrize("version", ["0004", "9999"])
def test_a_journal_of_another_version(scene: Scene, serving: Serving, version: str) -> None:
    """It is not brought up to date by a scrape; `handover_up` says that there are no figures."""
    scene.execute("UPDATE alembic_version SET version_num = :version", version=version)
    found = scrape(serving)
    assert {name for name, _ in found} == {"handover_up", "handover_build_info"}
    assert found["handover_up", ""] == 0
    scene.execute("UPDATE alembic_version SET version_num = '0005'")
    assert scrape(serving)["handover_up", ""] == 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_scrape_reads_a_history_from_end_to_end(scene: Scene, current: Settings) -> None:
    """SQLite tells how it finds what is asked for: by an index wherever a table grows.

    PostgreSQL reads small tables whole, whatever indexes there are.
    """
    history.lived(scene)
    statements: list[tuple[str, object]] = []
    collector = JournalCollector(current, print)

    @event.listens_for(collector._reader._journal.engine, "before_cursor_execute")
    def note(_c: object, _k: object, statement: str, given: object, *_: object) -> None:
        statements.append((statement, given))

    assert list(collector.collect())
    assert not collector.problem
    plans = set()
    with scene.journal.read() as tx:
        for statement, given in statements:
            if statement.startswith("SELECT"):
                rows = tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
                plans |= {row.detail for row in rows}
    whole = {plan for plan in plans if plan.startswith("SCAN") and "USING" not in plan}
    assert whole <= {"SCAN processes", "SCAN alembic_version"}
    indexes = {plan.rpartition(" ")[2] for plan in plans if plan.startswith("SCAN")}
    small = {"ix_findings_open", "uq_questions_open", "uq_scans_lane_unfinished"}
    assert indexes - {plan.rpartition(" ")[2] for plan in whole} <= small
