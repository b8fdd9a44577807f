"""The doctor's verdict: the worst finding decides, and one broken check leaves the others alone."""

from collections.abc import Iterator

import pytest

from config.settings import Settings, SettingsError
from domain.errors import Unavailable
from handover import doctor
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.cli.doctor_text import findings_text
from handover.exits import Exit

USAGE = fail("a", "wrong", "correct it", Exit.USAGE)
DOWN = fail("b", "down", "start it", Exit.UNAVAILABLE)
SIGN_IN = fail("c", "refused", "sign in", Exit.SIGN_IN)
BROKEN = fail("d", "broken", "report it", Exit.FAILED)


def _examine(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> dict[str, object]:
    def check(_: Settings) -> Iterator[Finding]:
        yield from findings

    monkeypatch.setattr(doctor, "settings", Settings)
    monkeypatch.setattr(doctor, "CHECKS", (("a check", check),))
    return doctor.examine()


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ((), 0),
        ((ok("a", "x"), warn("b", "x", "y"), unknown("c", "x")), 0),
        ((BROKEN, SIGN_IN), 4),
        ((SIGN_IN, DOWN), 69),
        ((DOWN, USAGE), 64),
        ((BROKEN,), 1),
    ],
)
def test_the_worst_finding_decides(
    monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], code: int
) -> None:
    """Settings before services before sign-in before the rest; warnings don't count."""
    assert _examine(monkeypatch, *findings)["exit_code"] == code


@pytest.mark.parametrize(
    ("error", "code"), [(Unavailable("it is down"), 69), (RuntimeError("canary@example.org"), 1)]
)
def test_a_check_that_fails_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    """What is not ours to say is not said; the next check still runs."""

    def broken(_: Settings) -> Iterator[Finding]:
        yield ok("broken", "so far so good")
        raise error

    def sound(_: Settings) -> Iterator[Finding]:
        yield ok("sound", "fine")

    monkeypatch.setattr(doctor, "settings", Settings)
    monkeypatch.setattr(doctor, "CHECKS", (("broken", broken), ("sound", sound)))
    examination = doctor.examine()
    assert examination["exit_code"] == code
    text = findings_text(examination)
    assert "canary" not in text
    assert "fine" in text


def test_wrong_settings_end_the_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each problem is a finding; nothing else can be looked at."""

    def raising() -> Settings:
        raise SettingsError(["one", "two"])

    monkeypatch.setattr(doctor, "settings", raising)
    examination = doctor.examine()
    assert examination["exit_code"] == 64
    assert [f["says"] for f in examination["findings"]] == ["one", "two"]


def test_findings_are_aligned_and_say_what_to_do() -> None:
    """The next step stands below its finding."""
    lines = findings_text({"findings": [DOWN.as_dict(), ok("e", "fine").as_dict()]}).splitlines()
    assert lines[1].strip() == "start it"
    assert lines[1].index("start") == 24
    assert "fine" in lines[2]
