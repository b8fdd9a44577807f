"""The guide's units and environment, and what a worker does when a supervisor tells it to end."""

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest
from dotenv import dotenv_values

from config.settings import settings
from tests.parts import wait_until
from tests.parts.environment import ROOT
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import rehearsal

GUIDE = ROOT / "docs/examples/deployment"
HELD = {
    "kind": "hold_before_commit",
    "system": "customersdot",
    "method": "POST",
    "path": "_membership/new",
}


@pytest.mark.parametrize("kind", ["worker", "drift", "beat", "metrics"])
def test_a_unit_runs_what_the_procfile_names(kind: str) -> None:
    """So that the two can't part."""
    (unit,) = GUIDE.glob(f"handover-{kind}*.service")
    service = read_unit(unit)["Service"]
    wanted = re.sub(r":-[^}]*}", "}", procfile()[kind])
    ours = shlex.split(service["ExecStart"])
    assert ours[0].endswith(f"/.venv/bin/{shlex.split(wanted)[0]}")
    assert ours[1:][: len(shlex.split(wanted)) - 1] == shlex.split(wanted)[1:]
    assert (service["Restart"], service["KillMode"]) == ("always", "mixed")


def test_the_environment_of_the_guide_can_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every variable in it is a setting, once its placeholders are filled in."""
    authority = tmp_path / "ca.pem"
    authority.touch()
    text = (GUIDE / "environment.example").read_text().replace("/etc/handover/ca.pem", "{CA}")
    (tmp_path / "environment").write_text(text.replace("{CA}", str(authority)))
    for name, value in dotenv_values(tmp_path / "environment").items():
        monkeypatch.setenv(name, value or "")
    settings.cache_clear()
    read = settings()
    settings.cache_clear()
    assert read.sentry_environment == "production"
    assert read.journal_url.startswith("postgresql+psycopg://handover_app:PASSWORD@db.example")
    assert read.journal_url.endswith(f"?sslmode=verify-full&sslrootcert={authority}")
    assert "ssl_cert_reqs=required" in read.redis_url


def test_a_worker_that_is_told_to_end_finishes_its_step(redis_server: RedisServer) -> None:
    """The write that is under way is waited for; the next step is somebody else's."""
    with rehearsal(redis_server) as made:
        worker = made.add_worker()
        worker.wait_ready()
        fault = made.control("POST", "faults", HELD)["id"]
        run_id = made.start(made.account())
        held = f"faults/{fault}"
        wait_until(lambda: made.control("GET", held)["held"], message="a write to be held")
        worker.terminate()
        wait_until(lambda: "Warm shutdown" in worker.output(), message=worker.output)
        made.control("POST", f"{held}/release")
        assert worker.wait(30) == 0
        done = {e["step"] for e in made.events(run_id) if e["kind"] == "step.done"}
        assert "create_membership" in done
        assert "prove_sold_to" not in done
        made.add_worker().wait_ready()
        report = made.wait(run_id)
        assert report["result"] == "proved", report
        claimed = [e["data"] for e in made.events(run_id) if e["kind"] == "step.claimed"]
        assert not any(data["takeover"] for data in claimed)


def read_unit(path: Path) -> ConfigParser:
    """A unit file's sections; systemd's names keep their letter case."""
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text())
    return unit


def procfile() -> dict[str, str]:
    """The processes by name."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, command in (line.split(":", 1) for line in lines)}
