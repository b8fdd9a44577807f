"""Pauses, ports and folders that hide our modules."""

import socket
from pathlib import Path

import pytest

from domain.errors import Unavailable
from handover.embedded.part import Pauses
from handover.embedded.ports import free_port
from handover.embedded.shadows import refuse_shadows


def test_pauses_grow_to_a_limit() -> None:
    """A part that dies at once waits 0.2 s, then twice as long each time, and never above 10 s."""
    pauses, pause, seen = Pauses(), 0.0, []
    for _ in range(8):
        pause = pauses.after(pause, lived=0.1)
        seen.append(pause)
    assert seen == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]


def test_a_good_life_starts_the_pauses_over() -> None:
    """A part that has lived for a good while starts again after the first pause."""
    assert Pauses().after(6.4, lived=30) == 0.2
    assert Pauses().after(6.4, lived=29) == 10


def test_a_port_in_use_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that something listens on is passed over."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        free = free_port()
        monkeypatch.setattr("random.sample", lambda *_: [taken, free])
        assert free_port() == free
        monkeypatch.setattr("random.sample", lambda *_: [taken])
        with pytest.raises(OSError, match="no free port"):
            free_port()


@pytest.mark.parametrize("name", ["config.py", "worker/__init__.py"])
def test_a_module_that_hides_ours_is_refused(tmp_path: Path, name: str) -> None:
    """A folder with a module named like one of ours is refused by its path."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    with pytest.raises(Unavailable, match=name.replace(".", r"\.")):
        refuse_shadows(tmp_path)


def test_our_own_checkout_is_no_shadow(tmp_path: Path) -> None:
    """The checkout itself, and a folder without such modules, are fine."""
    refuse_shadows(Path(__file__).parents[3])
    refuse_shadows(tmp_path)
