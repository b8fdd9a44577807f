"""The reference of all settings says what the settings are."""

import os
import subprocess
import sys
from pathlib import Path

from config.reference import GROUPS, page
from config.settings import Settings
from tests.parts.environment import ROOT, child_environment

PAGE = ROOT / "docs/configuration.md"


def test_the_page_is_what_the_settings_say() -> None:
    """Make it anew with `python -m config.reference > docs/configuration.md`."""
    assert PAGE.read_text() == page()


def test_every_setting_has_a_line_with_its_variable_and_meaning() -> None:
    """Nobody can add one without saying what it means."""
    assert all(field.description for field in Settings.model_fields.values())
    assert set(GROUPS) <= Settings.model_fields.keys()
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(Settings.model_fields)


def test_defaults_forms_and_second_names_are_told() -> None:
    """One of each kind, written down by hand."""
    made = page()
    assert "| `DATABASE_URL` or `HANDOVER_DATABASE_URL` |  | text |" in made
    assert "| `HANDOVER_LEASE_SECONDS` | `30` | seconds, more than 0 |" in made
    assert "| `HANDOVER_QUIET_SECONDS` | `15` | seconds, at least 0 |" in made
    assert "| `HANDOVER_DRIFT_SETTLE_SECONDS` |  | seconds, at least 0 |" in made
    assert "| `HANDOVER_DRIFT_PAGE` | `5000` | number, at least 1, at most 20000 |" in made
    assert "| `HANDOVER_FEED_LIMIT` | `4` | number, more than 0 |" in made
    assert "| `HANDOVER_MASTER_KEYS` |  | list, by commas |" in made
    assert "| `HANDOVER_LOOKUP_KEY` |  | secret |" in made
    assert "| `HANDOVER_APPROVAL` |  | JSON |" in made
    assert "`second-person`, `attested`" in made
    assert "| `HANDOVER_STATE_DIR` | `.handover` | text |" in made


def test_what_is_set_where_it_is_made_does_not_show(tmp_path: Path) -> None:
    """A page with somebody's secrets in it would be one too many."""
    env = {"HANDOVER_STATE_DIR": str(tmp_path), "CUSTOMERSDOT_PASSWORD": "hunter2"}
    made = subprocess.run(
        [sys.executable, "-m", "config.reference"],
        env={**os.environ, **child_environment(env)}, capture_output=True, text=True, check=True,
        cwd=ROOT,
    )  # fmt: skip
    assert made.stdout == page()
