"""The vault: what is sealed opens only with its key, and look-ups tell nothing."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Defect, Unavailable
from worker.journal.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(VALUES)
def test_what_is_sealed_can_be_read_again(value: object) -> None:
    run_key, _ = Vault([OLD], "lookup").new_run_key()
    assert run_key.unseal(run_key.seal(value)) == value


def test_what_is_sealed_tells_nothing() -> None:
    run_key, wrapped = Vault([OLD], "lookup").new_run_key()
    sealed = run_key.seal({"email": "ada@example.test"})
    assert "ada" not in sealed
    assert run_key.key.decode() not in wrapped
    assert run_key.key.decode() not in repr(run_key)


def test_another_key_and_a_changed_value_are_refused() -> None:
    vault = Vault([OLD], "lookup")
    mine, other = vault.new_run_key()[0], vault.new_run_key()[0]
    with pytest.raises(Defect, match="does not fit"):
        other.unseal(mine.seal(1))
    with pytest.raises(Defect):
        mine.unseal(mine.seal(1)[:-4] + "AAA=")


def test_a_commitment_holds_for_its_value_and_its_salt_only() -> None:
    vault = Vault([OLD], "lookup")
    one, other = vault.new_run_key()[0], vault.new_run_key()[0]
    assert one.commit({"a": 1, "b": 2}) == one.commit({"b": 2, "a": 1})
    assert one.commit({"a": 1}) != one.commit({"a": 2})
    assert one.commit({"a": 1}) != other.commit({"a": 1})


def test_keys_are_rewrapped_under_the_newest_master_key() -> None:
    run_key, wrapped = Vault([OLD], "lookup").new_run_key()
    rewrapped = Vault([NEW, OLD], "lookup").rewrap(wrapped)
    assert Vault([NEW], "lookup").open(rewrapped) == run_key
    with pytest.raises(Unavailable):
        Vault([NEW], "lookup").open(wrapped)
    with pytest.raises(Unavailable):
        Vault([OLD], "lookup").open(rewrapped)


def test_a_lookup_finds_every_spelling_and_nothing_else() -> None:
    vault = Vault([OLD], "lookup")
    assert vault.lookup("email", " Ada@Example.test ") == vault.lookup("email", "ada@example.test")
    assert vault.lookup("email", "ada@example.test") != vault.lookup("person", "ada@example.test")
    assert vault.lookup("email", "a") != Vault([OLD], "another").lookup("email", "a")
    assert vault.lookup("a", "bc") != vault.lookup("ab", "c")
    assert "ada" not in vault.lookup("email", "ada@example.test")
