"""A process with other keys than the journal's is told so before it does anything."""

import pytest
from cryptography.fernet import Fernet

from domain.errors import InvalidRequest, Unavailable
from tests.integration.journal.scene import MASTER_KEY, Scene, make_vault
from worker.journal.database import Journal
from worker.journal.keys import check_keys, rewrap
from worker.journal.vault import Vault


def test_the_right_keys_are_right_every_time(scene: Scene) -> None:
    check_keys(scene.journal)
    check_keys(scene.journal)


def test_another_lookup_key_is_refused(scene: Scene) -> None:
    check_keys(scene.journal)
    other = Journal(scene.journal.url, Vault([MASTER_KEY], "another one"))
    with pytest.raises(InvalidRequest, match="HANDOVER_LOOKUP_KEY"):
        check_keys(other)


def test_another_master_key_is_refused(scene: Scene) -> None:
    check_keys(scene.journal)
    other = Journal(scene.journal.url, make_vault(Fernet.generate_key().decode()))
    with pytest.raises(Unavailable, match="HANDOVER_MASTER_KEYS"):
        check_keys(other)


def test_after_rewrapping_the_old_master_key_can_go(scene: Scene) -> None:
    check_keys(scene.journal)
    scene.open()
    new = Fernet.generate_key().decode()
    assert rewrap(Journal(scene.journal.url, make_vault(new, MASTER_KEY))) == 1
    check_keys(Journal(scene.journal.url, make_vault(new)))
    with pytest.raises(Unavailable):
        check_keys(scene.journal)
