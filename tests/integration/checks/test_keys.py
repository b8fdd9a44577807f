"""Keys that are missing: what is said helps in that very case."""

from pathlib import Path

import pytest

import handover
from domain.errors import Unavailable
from handover.checks import database, keys
from handover.checks.finding import Status
from tests.integration.checks.found import found
from tests.parts.rehearsal import forget_process_state, use_environment


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder that does not exist yet, and no keys anywhere."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = tmp_path / "state"
    use_environment(monkeypatch, {"HANDOVER_STATE_DIR": str(folder)})
    return folder


def test_in_a_fresh_folder(state: Path) -> None:
    """The doctor and the Python API name the folder and who makes keys; neither makes a thing."""
    (finding,) = found(keys.keys)
    assert finding.status is Status.UNKNOWN
    assert str(state) in finding.says
    assert "`handover start`" in finding.says
    assert "Python API" in finding.next
    with pytest.raises(Unavailable, match="`handover start`") as caught:
        handover.runs()
    assert str(state) in str(caught.value)
    assert not state.exists()


def test_beside_a_journal(state: Path) -> None:
    """Only the old keys help: nothing that refuses or makes new ones is recommended."""
    state.mkdir()
    (state / "journal.db").touch()
    (finding,) = found(keys.keys)
    assert finding.status is Status.FAIL
    with pytest.raises(Unavailable) as caught:
        list(found(database.journal))
    for said in (finding.next, str(caught.value)):
        assert f"{state} has a journal: put its keys.env back there" in said
        assert "handover up" not in said


def test_of_a_shared_journal(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the same for every process of it, and no folder is spoken of."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/journal")
    forget_process_state()
    (finding,) = found(keys.keys)
    assert "as for every other process" in finding.next
    assert str(state) not in finding.next
