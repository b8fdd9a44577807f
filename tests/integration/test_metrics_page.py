"""docs/metrics.md tells every metric, and what it says about a role and about rules holds."""

import re

import psycopg
import pytest
import yaml

from config.settings import Settings
from handover.metrics.catalogue import FIGURES
from handover.metrics.collector import JournalCollector
from tests.parts.environment import ROOT
from tests.parts.postgres import PostgresServer
from worker.journal.database import Journal
from worker.journal.upgrade import upgrade
from worker.journal.vault import Vault

PAGE = (ROOT / "docs" / "metrics.md").read_text()
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def test_the_table_has_every_metric_as_it_is() -> None:
    """Name, type, labels and meaning; and no metric that is none."""
    rows = [
        f"| `{f.name}` | {f.type} | {', '.join(f'`{one}`' for one in f.labels)} | {f.says} |"
        for f in FIGURES
    ]
    assert re.findall(r"^\| `handover_.*\|$", PAGE, re.M) == rows


def test_names_are_as_prometheus_wants_them() -> None:
    """One prefix, base units, `_total` for counters and for nothing else."""
    for figure in FIGURES:
        assert re.fullmatch(r"handover(_[a-z]+)+", figure.name)
        assert (figure.type == "counter") == figure.name.endswith("_total")
        assert not re.search(r"_(ms|milliseconds|minutes|hours|days|kb|mb)\b", figure.name)


def test_the_rules_name_metrics_labels_and_words_that_there_are() -> None:
    """A misspelt one would never go off."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    (group,) = yaml.safe_load(text)["groups"]
    labels = {figure.name: set(figure.labels) for figure in FIGURES}
    named = set()
    for rule in group["rules"]:
        for name, given in re.findall(r"\b(handover_\w+)(?:\{(.*?)\})?", rule["expr"]):
            assert set(re.findall(r"(\w+)=", given)) <= labels[name], rule
            named.add(name)
    assert len(group["rules"]) == 13
    assert named


def test_the_role_of_the_page_is_enough(postgres_server: PostgresServer) -> None:
    """It reads all figures, and nothing that is sealed or told about a run."""
    address = postgres_server.create_database()
    made = Journal(address.replace("postgresql://", "postgresql+psycopg://"), Vault([KEY], "-"))
    upgrade(made)
    made.engine.dispose()
    (grants,) = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    role = address.replace("//handover@", "//handover_metrics@")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE ROLE handover_metrics LOGIN")
        try:
            collector = JournalCollector(Settings(DATABASE_URL=role), print)
            assert [one.name for one in collector.collect()] == UNREAD
            connection.execute("GRANT SELECT ON alembic_version TO handover_metrics")
            assert [one.name for one in collector.collect()] == UNREAD
            assert "ProgrammingError" in collector.problem
            connection.execute(grants.encode())
            assert len(list(collector.collect())) == len(FIGURES), collector.problem
            collector._reader._journal.engine.dispose()
            with psycopg.connect(role) as limited, pytest.raises(psycopg.Error):
                limited.execute("SELECT * FROM sealed")
        finally:
            connection.execute("DROP OWNED BY handover_metrics; DROP ROLE handover_metrics")


UNREAD = ["handover_build_info", "handover_up"]
