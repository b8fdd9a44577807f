"""Where nothing was ever started, commands that look make nothing and say where they looked."""

from pathlib import Path

import pytest

from tests.integration.cli.calls import DEAD, NEIGHBOURS
from tests.integration.cli.drift.desk import Desk
from tests.parts.rehearsal import forget_process_state, use_environment


@pytest.fixture
def nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A state folder that does not exist."""
    state = str(tmp_path / "state")
    env = {"HANDOVER_STATE_DIR": state, "REDIS_URL": DEAD, "DATABASE_URL": "", **NEIGHBOURS}
    use_environment(monkeypatch, env)
    return Desk(capsys)


@pytest.mark.parametrize(
    "words",
    [
        "show F-X",
        "report --html drift.html",
        "acknowledge F-X --reason enough --days 3",
        "cancel S-x --reason enough",
        "fix F-X --ticket 4711",
    ],
)
def test_there_is_nothing_to_look_at(nowhere: Desk, tmp_path: Path, words: str) -> None:
    called = nowhere(*words.split())
    assert called.code == 64
    assert f"No runs in {tmp_path / 'state'} (HANDOVER_STATE_DIR)" in called.err
    assert not (tmp_path / "state").exists()
    forget_process_state()


def test_an_empty_list_is_a_result(nowhere: Desk, tmp_path: Path) -> None:
    for command, key in (("list", "findings"), ("scans", "scans")):
        called = nowhere(command, "--json")
        assert (called.code, called.json[key]) == (0, [])
        assert f"No runs in {tmp_path / 'state'}" in called.err
    assert not (tmp_path / "state").exists()
    forget_process_state()


@pytest.mark.parametrize(
    "words",
    [
        "list --csv --json",
        "list --all --new",
        "list --kind lost",
        "list --limit 0",
        "list --account=",
        "scan --kind lost",
        "scan --wait -1",
        "show",
        "acknowledge F-X --days 3",
        "acknowledge F-X --days soon --reason enough",
        "cancel S-x",
        "fix F-X",
        "fix F-X --ticket 4711 --keep both",
        "report --html=",
        "lst",
        "",
    ],
)
def test_values_that_cannot_be(nowhere: Desk, tmp_path: Path, words: str) -> None:
    """Exit 64 before anything is opened or made."""
    called = nowhere(*words.split())
    assert called.code == 64, called
    assert not called.out or called.json["code"] == "usage"
    assert not (tmp_path / "state").exists()
    forget_process_state()
