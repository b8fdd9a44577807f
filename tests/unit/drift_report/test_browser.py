"""The page in a real browser, where one is named: `CHROMIUM=/usr/bin/chromium pytest ...`."""

import os
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from handover.drift.report import render
from tests.unit.drift_report.invented import acknowledged, drifted, findings, report

CHROMIUM = os.environ.get("CHROMIUM", "")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom")


@pytest.mark.skipif(not CHROMIUM, reason="CHROMIUM names no browser")
def test_the_script_runs_and_the_policy_refuses_nothing_of_ours(tmp_path: Path) -> None:
    found = [*findings(450), acknowledged(1, "<script>document.title = 'taken over'</script>")]
    file = tmp_path / "drift.html"
    file.write_text(render(report(found, [drifted(0, 451)])))
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", file.as_uri()]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "CONSOLE" not in ended.stderr, "an error, or something that the policy refused"
    page = BeautifulSoup(ended.stdout, "html.parser")
    assert [len(page.select(f".findings > tbody > tr{which}")) for which in ("", ".later")] == [
        451,
        251,
    ]
    shown = page.select(".shown")[0]
    assert shown.get_text() == "All 451; the first 200 are shown"
    assert not page.select("form[hidden], .shown[hidden], .more[hidden]")
    assert "taken over" not in page.select("head > title")[0].get_text()
