"""The doctor tries every template of messages, and names what is wrong with it."""

from pathlib import Path

from config.settings import Settings
from domain.messages import KINDS
from handover.checks.finding import Finding, Status
from handover.checks.templates import templates


def _found(folder: Path | str) -> list[Finding]:
    return list(templates(Settings(messages=str(folder))))


def test_what_came_with_handover_is_well() -> None:
    """One line for all of them."""
    (only,) = _found("")
    assert (only.status, only.says) == (Status.OK, f"{len(KINDS)} templates can be rendered")


def test_a_folder_replaces_some_of_them(tmp_path: Path) -> None:
    """What is wrong in it is named; a file with a name that no message has is, too."""
    (tmp_path / "typo-done.md").write_text("Done, {{ nobody }}.")
    (tmp_path / "licence-sent.md").write_bytes(b"\xff")
    (tmp_path / "sign-up-first.md").write_text("Sign up at {{ portal_url }}.")
    (tmp_path / "evidence-neded.md").write_text("x")
    said = {f.says: f.status for f in _found(tmp_path)}
    assert said == {
        "licence-sent.md can't be read (UnicodeDecodeError)": Status.FAIL,
        "typo-done.md: there is no nobody": Status.FAIL,
        f"{tmp_path}: evidence-neded.md is no message's template": Status.WARN,
    }


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """Nothing falls back in silence."""
    (only,) = _found(tmp_path / "absent")
    assert only.status is Status.FAIL
    assert "HANDOVER_MESSAGES" in only.says
