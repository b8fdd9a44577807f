"""What a setting would protect in vain, nothing starts with: it is named, with what there is."""

import pytest

from config.settings import Settings, SettingsError
from domain.question_kinds import ANSWERS
from worker.policies import checked


def test_a_misspelt_workflow_is_named() -> None:
    with pytest.raises(SettingsError, match="'change-contract' is no workflow"):
        checked(Settings(approval={"change-contract": "two-people"}))


def test_a_workflow_that_is_one_is_fine() -> None:
    assert checked(Settings(approval={"change-contact": "two-people"})).approval


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("shared-contract", "'shared-contract' is no question .* did you mean shared-contact"),
        ("shared-contact=change-bot", "'change-bot' is no answer to shared-contact .* change-both"),
        ("shared-contact=approve", ".* known: change-both, must-be-separate, stop"),
        ("shared-contact=", "'' is no answer to shared-contact"),
        ("=stop", "'' is no question .* known: shared-contact, "),
    ],
)
def test_a_second_person_for_what_is_never_asked_is_named(entry: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"HANDOVER_SECOND_PERSON: {told}"):
        checked(Settings(second_person=["sign-in", entry]))


def test_every_question_and_every_answer_may_be_named() -> None:
    entries = [f"{kind}={given}" for kind, answers in ANSWERS.items() for given in answers]
    assert checked(Settings(second_person=[*ANSWERS, *entries])).second_person


def test_entries_may_have_spaces_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOVER_SECOND_PERSON", " sign-in, no-customer=rename ,")
    assert Settings().second_person == ["sign-in", "no-customer=rename"]
