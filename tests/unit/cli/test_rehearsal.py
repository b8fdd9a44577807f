"""What `handover up` says: an example on the sandbox, and none where real systems are."""

from pathlib import Path

import pytest

from handover.cli.rehearsal import where
from handover.embedded.supervisor import Stack


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack that was not started."""
    for name in ("ZUORA_URL", "CUSTOMERSDOT_URL", "HANDOVER_STATE_DIR"):
        monkeypatch.delenv(name, raising=False)
    return Stack(tmp_path)


def test_an_example_on_the_sandbox(stack: Stack) -> None:
    """With the sandbox's address."""
    stack.sandbox_url = "http://127.0.0.1:8900"
    said = where(stack, "journal.db")
    assert "sandbox   http://127.0.0.1:8900" in said
    assert "handover start change-contact" in said


def test_no_example_on_real_systems(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both addresses, without passwords, and a word of warning; nobody is invited to paste."""
    monkeypatch.setenv("ZUORA_URL", "https://me:secret@rest.zuora.example/api")
    monkeypatch.setenv("CUSTOMERSDOT_URL", "https://customers.example")
    said = where(stack, "journal.db")
    assert "https://rest.zuora.example/api\n" in said
    assert "https://customers.example\n" in said
    assert "not the sandbox" in said
    assert "start" not in said
    assert "secret" not in said
