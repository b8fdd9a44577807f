"""The sandbox as a process: its first line, its options, kills and signals."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora

ROOT = Path(__file__).parents[3]


@contextmanager
def process(
    state: Path, *options: str, env: dict[str, str] | None = None
) -> Iterator[tuple[Control, "subprocess.Popen[str]"]]:
    """A sandbox on a free port; killed at the end if it still runs."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state), *options]
    started = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | (env or {})
    )
    try:
        assert started.stdout is not None
        yield Control(json.loads(started.stdout.readline())["url"]), started
    finally:
        started.kill()
        started.wait()
        if started.stdout is not None:
            started.stdout.close()


def ends_badly(zuora: Zuora) -> None:
    """A request whose answer never comes."""
    with pytest.raises(requests.ConnectionError):
        zuora.account("A00000001")


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    """Data, log, settings, sessions, tokens and waiting effects are there after a restart."""
    with process(tmp_path, "--seed", "demo", "--lag", "3600") as (box, started):
        admin, zuora = Admin(box.root), Zuora(box.root)
        fresh = box.account()
        number, path = fresh["account_number"], f"customer/{fresh['sold_to']['customer_id']}"
        admin.put(path, first_name="Bleibt")
        box.set(token_ttl=77)
        log = box.writes()
        started.kill()
        started.wait()
    with process(tmp_path, "--seed", "demo") as (box, _):
        assert box.writes() == log
        assert box.get("settings")["token_ttl"] == 77
        assert box.truth(number)["pending_effects"] == 1
        admin.url, zuora.url = f"{box.root}/customersdot", f"{box.root}/zuora"
        assert admin.json(path)["first_name"] == "Bleibt"
        assert zuora.account(number)["soldToContact"]["firstName"] != "Bleibt"
        box.settle()
        assert zuora.account(number)["soldToContact"]["firstName"] == "Bleibt"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    """Exit code 0, even with a connection open and a request held."""
    with process(tmp_path, "--seed", "demo") as (box, started):
        zuora, other = Zuora(box.root), Zuora(box.root)
        fault = box.fault("hold_before_commit", system="zuora", method="GET")
        threading.Thread(target=ends_badly, args=(zuora,), daemon=True).start()
        while not box.get(f"faults/{fault}")["held"]:
            pass
        assert other.account("A00000001")["success"]
        started.send_signal(number)
        assert started.wait(timeout=20) == 0


def test_options_are_settings(tmp_path: Path) -> None:
    """What is given on the command line is in force."""
    options = ("--lag", "7", "--unchanged-save-syncs", "no", "--sold-to-replacement", "repoint")
    with process(tmp_path, *options) as (box, _):
        found = box.get("settings")
    assert found["lag"] == 7
    assert found["unchanged_save_syncs"] is False
    assert found["sold_to_replacement"] == "repoint"


def test_without_a_seed_the_world_is_empty(tmp_path: Path) -> None:
    """Nothing is planted unasked."""
    with process(tmp_path) as (box, _):
        assert Zuora(box.root).query("select Id from Account").json()["size"] == 0


def test_credentials_come_from_the_environment(tmp_path: Path) -> None:
    """The operator's address and password can be set."""
    env = {"SANDBOX_ADMIN_EMAIL": "other@handover.example", "SANDBOX_ADMIN_PASSWORD": "pw"}
    with process(tmp_path, env=env) as (box, _):
        stranger = Admin(box.root, email="")
        assert stranger.sign_in("ops@handover.example", "sandbox-password").status_code == 200
        assert stranger.sign_in("other@handover.example", "pw").status_code == 302


def test_a_population_from_the_command_line(tmp_path: Path) -> None:
    """As many accounts as asked for, drawn from the number; a reset brings the same ones.

    A tidy one, with as many differences; these are the same too.
    """
    options = ("--seed", "tidy", "--accounts", "30", "--number", "3", "--differences", "4")
    query = "select AccountNumber, Name from Account where Status != ''"
    with process(tmp_path, *options) as (box, _):
        first = Zuora(box.root).query(query).json()
        assert first["size"] == 30
        planted = [(one["kind"], one["account_id"]) for one in box.get("differences")]
        assert len(planted) == 4
        box.post("reset")
        again = [(one["kind"], one["account_id"]) for one in box.get("differences")]
        assert again == planted
        assert Zuora(box.root).query(query).json()["records"] == first["records"]
        box.post("reset", seed="demo")
        assert Zuora(box.root).account("A00000001")["success"] is True


def test_a_file_of_an_earlier_day_is_brought_up(tmp_path: Path) -> None:
    """Columns and tables it lacks are added; its records stay."""
    with process(tmp_path, "--seed", "demo"):
        pass
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as db:
        db.execute("ALTER TABLE zuora_invoice DROP COLUMN reversed")
        db.execute("DROP TABLE customersdot_license")
    db.close()
    with process(tmp_path, "--seed", "demo") as (box, _):
        invoice = box.truth("A00000001")["zuora"]["invoices"][0]
        assert invoice["reversed"] is None
        assert Admin(box.root).json("license.json") == []


@pytest.mark.parametrize("options", [("--accounts", "0"), ("--today", "yesterday")])
def test_a_seed_that_cannot_be_planted_is_named(tmp_path: Path, options: tuple[str, str]) -> None:
    """Exit code 2 and a line that says why, no stack of calls."""
    command = [sys.executable, "-m", "sandbox", "--state", str(tmp_path), "--seed", "population"]
    command += options
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error: " in ended.stderr
    assert "Traceback" not in ended.stderr
