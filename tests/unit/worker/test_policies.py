"""An approval for a workflow that is none would protect nothing, so nothing starts with it."""

import pytest

from config.settings import Settings, SettingsError
from worker.policies import checked


def test_a_misspelt_workflow_is_named() -> None:
    with pytest.raises(SettingsError, match="'change-contract' is no workflow"):
        checked(Settings(approval={"change-contract": "two-people"}))


def test_a_workflow_that_is_one_is_fine() -> None:
    assert checked(Settings(approval={"change-contact": "two-people"})).approval
