"""Seals personal content: AES-256-GCM under a key per person, each key wrapped by the master key.

The associated data names carrier, table, column, row and key version: a ciphertext moved elsewhere does not open.
"""

import hashlib
import os
import threading
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flows.people import PersonId
from storage.driver import Row
from storage.errors import VaultError, WrongKey
from storage.opened import Opened

KEY_BYTES: Final = 32
SYSTEM_KEYS: Final = ("index", "system")
_NONCE_BYTES: Final = 12
_FINGERPRINT_BYTES: Final = 16
_FIRST_VERSION: Final = 1
_CACHED_KEYS: Final = 20_000
_BLOCK_BYTES: Final = 64

_Keyed: TypeAlias = tuple["hashlib._Hash", "hashlib._Hash"]


class Key:
    """One key that seals columns of rows; what it sealed says so by its first byte, the key's version."""

    __slots__ = ("_carrier", "_cipher", "_head", "_version")

    def __init__(self, secret: bytes, *, carrier: str, version: int = _FIRST_VERSION) -> None:
        self._cipher = AESGCM(secret)
        self._carrier = carrier
        self._version = version
        self._head = bytes((version,))

    def seal(self, table: str, column: str, row: int | str, plaintext: bytes) -> bytes:
        """Version, nonce and ciphertext of `plaintext`, bound to this place."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, plaintext, self._place(table, column, row))

    def open(self, table: str, column: str, row: int | str, sealed: bytes) -> bytes:
        """What was sealed; `VaultError` if it was sealed elsewhere, under another key, or was changed."""
        if len(sealed) <= _NONCE_BYTES or sealed[0] != self._version:
            raise VaultError(f"{table}.{column}: not sealed by this version of the key")
        nonce, ciphertext = sealed[1 : _NONCE_BYTES + 1], sealed[_NONCE_BYTES + 1 :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, self._place(table, column, row))
        except InvalidTag:
            raise VaultError(f"{table}.{column}: does not open with this key in this row") from None

    def _place(self, table: str, column: str, row: int | str) -> bytes:
        return f"{self._carrier}|{table}|{column}|{row}|{self._version}".encode()


class Vault:
    """The keys of one carrier, all under `master` (32 bytes); safe to use from several threads.

    `unlock` must have been called before anything but new keys: `Store.open` does it.
    """

    def __init__(self, master: bytes, carrier: str) -> None:
        if len(master) != KEY_BYTES:
            raise VaultError(f"the master key must have {KEY_BYTES} bytes, this one has {len(master)}")
        self._master = Key(master, carrier=carrier)
        self._carrier = carrier
        self._people: dict[PersonId, Key] = {}
        self._opened = Opened()
        self._lock = threading.Lock()
        self._system: Key | None = None
        self._index: _Keyed | None = None

    def new_system_keys(self) -> dict[str, bytes]:
        """Fresh system keys by name, wrapped, for a database that has none yet."""
        return {name: self._master.seal("system_keys", "wrapped", name, os.urandom(KEY_BYTES)) for name in SYSTEM_KEYS}

    def unlock(self, wrapped: Mapping[str, bytes]) -> None:
        """Take the system keys of a database; `WrongKey` if the master key or the carrier is not the database's."""
        try:
            secrets = {name: self._master.open("system_keys", "wrapped", name, wrapped[name]) for name in SYSTEM_KEYS}
        except (VaultError, KeyError):
            raise WrongKey(
                "the master key does not fit this database: check the settings of its file and of the carrier's name"
            ) from None
        self._index = _begun(secrets["index"])
        self._system = Key(secrets["system"], carrier=self._carrier)

    @property
    def system_key(self) -> Key:
        """The key of what belongs to nobody."""
        if self._system is None:
            raise VaultError("the vault is locked: open the store first")
        return self._system

    def new_person_key(self, person: PersonId) -> bytes:
        """A fresh key for this person, wrapped for `person_keys`; replaces what was remembered of an earlier one."""
        secret = os.urandom(KEY_BYTES)
        self._remember(person, secret)
        return self._master.seal("person_keys", "wrapped", person, secret)

    def unwrap_person_key(self, person: PersonId, wrapped: bytes) -> Key:
        """The key that `new_person_key` wrapped."""
        return self._remember(person, self._master.open("person_keys", "wrapped", person, wrapped))

    def person_key(self, person: PersonId) -> Key | None:
        """The person's key if it is remembered."""
        return self._people.get(person)

    def forget(self, person: PersonId) -> None:
        """Drop the key from memory: its person was erased, or the unit that made it was rolled back."""
        with self._lock:
            self._people.pop(person, None)
        self._opened.forget(person)

    def opened(self, person: PersonId, row: Row) -> Any | None:
        """What `keep_opened` was told of this row; None if nothing, or if the person's key is not remembered."""
        return self._opened.get(person, row) if person in self._people else None

    def keep_opened(self, person: PersonId, row: Row, value: object) -> None:
        """Remember what a row of this person's holds that will be asked for again soon."""
        self._opened.keep(person, row, value)

    def fingerprint(self, *parts: str) -> bytes:
        """A keyed hash to search by, such as of `(channel, external)`; 16 bytes."""
        if self._index is None:
            raise VaultError("the vault is locked: open the store first")
        inner, outer = self._index[0].copy(), self._index[1].copy()
        inner.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()[:_FINGERPRINT_BYTES]

    def _remember(self, person: PersonId, secret: bytes) -> Key:
        key = Key(secret, carrier=self._carrier)
        with self._lock:
            self._people[person] = key
            while len(self._people) > _CACHED_KEYS:
                del self._people[next(iter(self._people))]
        return key


def _begun(secret: bytes) -> _Keyed:
    """HMAC-SHA256 that has taken in its key, inside and outside (RFC 2104): what `hmac` gives, with less around it."""
    block = secret.ljust(_BLOCK_BYTES, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
