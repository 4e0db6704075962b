"""What is sealed opens in its own place only."""

import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.people import PersonId
from storage.errors import VaultError, WrongKey
from storage.master_key import create_master_key, read_master_key
from storage.vault import SYSTEM_KEYS, Key, Vault

SECRET = bytes(32)
ANNA, BILAL = PersonId(1), PersonId(2)


@given(st.binary(), st.integers(0, 2**63 - 1))
def test_what_is_sealed_opens_again(plaintext: bytes, row: int) -> None:
    """Any bytes in any row come back."""
    key = Key(SECRET, carrier="lotse")
    assert plaintext == key.open("inbox", "sealed", row, key.seal("inbox", "sealed", row, plaintext))


@pytest.mark.parametrize(
    ("carrier", "table", "column", "row"),
    [
        ("other", "inbox", "sealed", 1),
        ("lotse", "outbox", "sealed", 1),
        ("lotse", "inbox", "label", 1),
        ("lotse", "inbox", "sealed", 2),
    ],
)
def test_what_is_moved_does_not_open(carrier: str, table: str, column: str, row: int) -> None:
    """The same key opens nothing in another carrier's, table's, column's or row's place."""
    sealed = Key(SECRET, carrier="lotse").seal("inbox", "sealed", 1, b"words")
    with pytest.raises(VaultError):
        Key(SECRET, carrier=carrier).open(table, column, row, sealed)


@given(st.integers(0, 32), st.integers(1, 255))
def test_what_is_changed_does_not_open(place: int, change: int) -> None:
    """One changed byte, wherever it is, and nothing opens."""
    key = Key(SECRET, carrier="lotse")
    sealed = bytearray(key.seal("inbox", "sealed", 1, b"word"))
    sealed[place] ^= change
    with pytest.raises(VaultError):
        key.open("inbox", "sealed", 1, bytes(sealed))


def test_another_version_of_a_key_does_not_open() -> None:
    """A key that was replaced opens only what it sealed."""
    sealed = Key(SECRET, carrier="lotse", version=1).seal("inbox", "sealed", 1, b"words")
    with pytest.raises(VaultError, match="version"):
        Key(SECRET, carrier="lotse", version=2).open("inbox", "sealed", 1, sealed)


def test_a_person_s_key_is_not_another_s() -> None:
    """A wrapped key unwraps for its own person only."""
    vault = Vault(SECRET, "lotse")
    wrapped = vault.new_person_key(ANNA)
    with pytest.raises(VaultError):
        vault.unwrap_person_key(BILAL, wrapped)


def test_a_wrapped_key_opens_what_it_sealed() -> None:
    """A vault that never saw the person opens their words with the wrapped key."""
    vault = Vault(SECRET, "lotse")
    wrapped = vault.new_person_key(ANNA)
    key = vault.person_key(ANNA)
    assert key is not None
    sealed = key.seal("inbox", "sealed", 1, b"words")
    assert b"words" == Vault(SECRET, "lotse").unwrap_person_key(ANNA, wrapped).open("inbox", "sealed", 1, sealed)


def test_a_forgotten_key_is_not_remembered() -> None:
    """After forgetting, the key must be unwrapped again."""
    vault = Vault(SECRET, "lotse")
    vault.new_person_key(ANNA)
    vault.forget(ANNA)
    assert vault.person_key(ANNA) is None


@pytest.mark.parametrize(("master", "carrier"), [(b"x" * 32, "lotse"), (SECRET, "another carrier")])
def test_another_master_key_or_carrier_does_not_unlock(master: bytes, carrier: str) -> None:
    """System keys made by one vault are of no use to another."""
    wrapped = Vault(SECRET, "lotse").new_system_keys()
    with pytest.raises(WrongKey, match="settings"):
        Vault(master, carrier).unlock(wrapped)


def test_a_locked_vault_searches_nothing() -> None:
    """Before it is unlocked a vault has neither fingerprints nor a system key."""
    vault = Vault(SECRET, "lotse")
    with pytest.raises(VaultError, match="locked"):
        vault.fingerprint("web", "p1")
    with pytest.raises(VaultError, match="locked"):
        _ = vault.system_key


def test_fingerprints_differ_by_database_and_by_part() -> None:
    """The same address has another fingerprint in another database, and parts do not run into each other."""
    here, there = Vault(SECRET, "lotse"), Vault(SECRET, "lotse")
    here.unlock(here.new_system_keys())
    there.unlock(there.new_system_keys())
    assert here.fingerprint("web", "p1") != there.fingerprint("web", "p1")
    assert here.fingerprint("web", "p1") != here.fingerprint("we", "bp1")


def test_a_short_master_key_is_refused() -> None:
    """A master key has 32 bytes."""
    with pytest.raises(VaultError, match="32 bytes"):
        Vault(b"short", "lotse")


def test_a_master_key_file_is_made_once_and_read_again(tmp_path: Path) -> None:
    """The key that is read is the one that was made; its file is its owner's alone and is never overwritten."""
    path = tmp_path / "keys" / "master.key"
    made = create_master_key(path)
    assert made == read_master_key(path, database=tmp_path / "db" / "lotse.db")
    assert 0o600 == path.stat().st_mode & 0o777
    with pytest.raises(VaultError, match="never overwritten"):
        create_master_key(path)


def test_a_master_key_beside_the_database_is_refused(tmp_path: Path) -> None:
    """Who copies the folder of the database must not get the key with it."""
    create_master_key(tmp_path / "master.key")
    with pytest.raises(VaultError, match="must not lie in the folder"):
        read_master_key(tmp_path / "master.key", database=tmp_path / "lotse.db")


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The message names the command that helps."""
    path = tmp_path / "keys" / "master.key"
    create_master_key(path)
    path.chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        read_master_key(path, database=tmp_path / "lotse.db")


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: str) -> None:
    """Anything but 64 hexadecimal digits is no master key."""
    path = tmp_path / "keys" / "master.key"
    path.parent.mkdir()
    path.write_text(content, "ascii")
    path.chmod(0o600)
    with pytest.raises(VaultError, match="64 hexadecimal digits"):
        read_master_key(path, database=tmp_path / "lotse.db")


def test_a_missing_master_key_is_named(tmp_path: Path) -> None:
    """The message says which file is missing."""
    with pytest.raises(VaultError, match=r"master\.key cannot be read"):
        read_master_key(tmp_path / "keys" / "master.key", database=tmp_path / "lotse.db")


def test_a_fingerprint_is_an_hmac() -> None:
    """Fingerprints are HMAC-SHA256 under the index key, so what an older program has stored is still found."""
    vault, master = Vault(SECRET, "lotse"), Key(SECRET, carrier="lotse")
    index = bytes(range(32))
    vault.unlock({name: master.seal("system_keys", "wrapped", name, index) for name in SYSTEM_KEYS})
    assert hmac.digest(index, b"web\0p1", "sha256")[:16] == vault.fingerprint("web", "p1")
