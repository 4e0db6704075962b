"""Seals personal content: AES-256-GCM under a key per person, each key wrapped by the master key (ADR 0019).

The associated data names carrier, table, column, row and key version: a ciphertext moved elsewhere does not open.
A key may have had earlier versions: what they sealed names its version, and opens as long as they are kept.
"""

import hmac
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flows.people import PersonId
from storage.driver import Row
from storage.errors import VaultError, WrongKey
from storage.opened import Opened

KEY_BYTES: Final = 32
SYSTEM_KEYS: Final = ("index", "system", "names")
NEEDED: Final = frozenset({"index", "system"})
"""What every database has; `names` came later."""
LAST_VERSION: Final = 255
_NONCE_BYTES: Final = 12
_FINGERPRINT_BYTES: Final = 16
_FIRST_VERSION: Final = 1
_CACHED_KEYS: Final = 20_000
_WRAPPED: Final = "wrapped"


class Key:
    """One key that seals columns of rows; what it sealed says so by its first byte, the key's version."""

    __slots__ = ("_carrier", "_cipher", "_head", "version")

    def __init__(self, secret: bytes, *, carrier: str, version: int = _FIRST_VERSION) -> None:
        self._cipher = AESGCM(secret)
        self._carrier = carrier
        self.version = version
        self._head = bytes((version,))

    def seal(self, table: str, column: str, row: int | str, plaintext: bytes) -> bytes:
        """Version, nonce and ciphertext of `plaintext`, bound to this place."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, plaintext, self._place(table, column, row))

    def open(self, table: str, column: str, row: int | str, sealed: bytes) -> bytes:
        """What was sealed; `VaultError` if it was sealed elsewhere, under another key, or was changed."""
        if len(sealed) <= _NONCE_BYTES or sealed[0] != self.version:
            raise VaultError(f"{table}.{column}: not sealed by this version of the key")
        nonce, ciphertext = sealed[1 : _NONCE_BYTES + 1], sealed[_NONCE_BYTES + 1 :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, self._place(table, column, row))
        except InvalidTag:
            raise VaultError(f"{table}.{column}: does not open with this key in this row") from None

    def has_sealed(self, sealed: bytes) -> bool:
        """Whether this version of the key is the one that sealed it."""
        return sealed[:1] == self._head

    def _place(self, table: str, column: str, row: int | str) -> bytes:
        return f"{self._carrier}|{table}|{column}|{row}|{self.version}".encode()


class Vault:
    """The keys of one carrier, all under `master` (32 bytes); safe to use from several threads.

    `others` gives master keys that may be in use beside it, while the master key is being replaced. `unlock` must have
    been called before anything but new keys: `Store.open` does it.
    """

    def __init__(self, master: bytes, carrier: str, *, others: Callable[[], Iterable[bytes]] = tuple) -> None:
        self._carrier = carrier
        self._masters = {master: self._as_master(master)}
        self._master = self._masters[master]
        self._others = others
        self._people: dict[PersonId, Key] = {}
        self._old: dict[tuple[PersonId | None, int], Key] = {}
        self._opened = Opened()
        self._lock = threading.Lock()
        self._system: Key | None = None
        self._index: hmac.HMAC | None = None
        self._names: tuple[int, hmac.HMAC] | None = None

    def _as_master(self, secret: bytes) -> Key:
        if len(secret) != KEY_BYTES:
            raise VaultError(f"the master key must have {KEY_BYTES} bytes, this one has {len(secret)}")
        return Key(secret, carrier=self._carrier)

    def new_system_keys(self) -> dict[str, bytes]:
        """Fresh system keys by name, wrapped, for a database that has none yet."""
        return {name: self.new_system_key(name, _FIRST_VERSION) for name in SYSTEM_KEYS}

    def new_system_key(self, name: str, version: int) -> bytes:
        """A fresh system key, wrapped; used once it is unlocked."""
        return self._wrap("system_keys", name, version)

    def unlock(self, wrapped: Mapping[str, bytes]) -> None:
        """Take the system keys of a database; `WrongKey` if the master key or the carrier is not the database's."""
        try:
            if not wrapped.keys() >= NEEDED:
                raise VaultError("a system key is missing")
            found = {name: self._unwrap("system_keys", name, wrapped[name]) for name in SYSTEM_KEYS if name in wrapped}
        except VaultError:
            raise WrongKey(
                "the master key does not fit this database: check the settings of its file and of the carrier's name"
            ) from None
        self._index = hmac.new(found["index"][1], digestmod="sha256")
        self._system = self._key(*found["system"])
        if "names" in found:
            version, secret = found["names"]
            self._names = version, hmac.new(secret, digestmod="sha256")

    @property
    def system_key(self) -> Key:
        """The key of what belongs to nobody."""
        if self._system is None:
            raise VaultError("the vault is locked: open the store first")
        return self._system

    @property
    def names_version(self) -> int:
        """Which version of the key of names is in use; 0: none yet."""
        return 0 if self._names is None else self._names[0]

    def new_person_key(self, person: PersonId) -> bytes:
        """A fresh key for this person, wrapped for `person_keys`; replaces what was remembered of an earlier one."""
        wrapped = self._wrap("person_keys", person, _FIRST_VERSION)
        self.forget(person)
        self.unwrap_person_key(person, wrapped)
        return wrapped

    def next_person_key(self, person: PersonId, version: int) -> bytes:
        """A fresh key of this version, wrapped. It is taken up by whoever finds it committed, not before."""
        return self._wrap("person_keys", person, version)

    def unwrap_person_key(self, person: PersonId, wrapped: bytes) -> Key:
        """The key that `new_person_key` or `next_person_key` wrapped; the newest of a person's seals from now on."""
        return self._remember(person, self._key(*self._unwrap("person_keys", person, wrapped)))

    def unwrap_system_key(self, wrapped: bytes) -> Key:
        """A version of the key of what belongs to nobody; the newest seals from now on."""
        key = self._key(*self._unwrap("system_keys", "system", wrapped))
        with self._lock:
            self._old[None, key.version] = key
            if self._system is None or key.version > self._system.version:
                self._system = key
        return key

    def rewrap(self, table: str, row: int | str, wrapped: bytes) -> bytes | None:
        """The same key under the newest master key; None if it is already. `VaultError` if no master key opens it."""
        try:
            self._master.open(table, _WRAPPED, row, wrapped)
        except VaultError:
            return self._master.seal(table, _WRAPPED, row, self._secret(table, row, wrapped))
        return None

    def change_master(self, master: bytes) -> None:
        """From now on keys are wrapped under this one; what earlier ones have wrapped still opens."""
        with self._lock:
            self._master = self._masters[master] = self._masters.get(master) or self._as_master(master)

    def person_key(self, person: PersonId) -> Key | None:
        """The newest of the person's keys, if one is remembered."""
        return self._people.get(person)

    def old_key(self, person: PersonId | None, version: int) -> Key | None:
        """An earlier version of a person's key (the system's for nobody), if it is remembered."""
        return self._old.get((person, version))

    def forget(self, person: PersonId) -> None:
        """Drop the key from memory: its person was erased, or the unit that made it was rolled back."""
        with self._lock:
            self._people.pop(person, None)
            for known in [known for known in self._old if known[0] == person]:
                del self._old[known]
        self._opened.forget(person)

    def forget_everybody(self) -> None:
        """A transaction was lost: what was learnt in it may never have been so."""
        with self._lock:
            self._people.clear()
            self._old.clear()

    def opened(self, person: PersonId, row: Row) -> Any | None:
        """What `keep_opened` was told of this row; None if nothing, or if the person's key is not remembered."""
        return self._opened.get(person, row) if person in self._people else None

    def keep_opened(self, person: PersonId, row: Row, value: object) -> None:
        """Remember what a row of this person's holds that will be asked for again soon."""
        self._opened.keep(person, row, value)

    def fingerprint(self, *parts: str) -> bytes:
        """A keyed hash to search by, such as of `(channel, external)`; 16 bytes."""
        return _hashed(self._index, parts)

    def name_fingerprint(self, word: str) -> bytes:
        """A keyed hash of one word of a name; under a key of its own, which can be replaced."""
        return _hashed(None if self._names is None else self._names[1], ("name", word))

    def _wrap(self, table: str, row: int | str, version: int) -> bytes:
        if version > LAST_VERSION:
            raise VaultError(f"a key cannot have more than {LAST_VERSION} versions")
        named = b"" if version == _FIRST_VERSION else bytes((version,))
        return self._master.seal(table, _WRAPPED, row, named + os.urandom(KEY_BYTES))

    def _unwrap(self, table: str, row: int | str, wrapped: bytes) -> tuple[int, bytes]:
        """Version and secret of a wrapped key: a first version is the secret alone, later ones stand before it."""
        inside = self._secret(table, row, wrapped)
        return (_FIRST_VERSION, inside) if len(inside) == KEY_BYTES else (inside[0], inside[1:])

    def _secret(self, table: str, row: int | str, wrapped: bytes) -> bytes:
        for master in (self._master, *self._masters.values()):
            with suppress(VaultError):
                return master.open(table, _WRAPPED, row, wrapped)
        with self._lock:
            for secret in self._others():
                if secret not in self._masters:
                    self._masters[secret] = self._as_master(secret)
        for master in list(self._masters.values()):
            with suppress(VaultError):
                return master.open(table, _WRAPPED, row, wrapped)
        raise VaultError(f"{table}: no master key here opens this key")

    def _key(self, version: int, secret: bytes) -> Key:
        return Key(secret, carrier=self._carrier, version=version)

    def _remember(self, person: PersonId, key: Key) -> Key:
        """Keep a version of a person's key; the newest is what seals."""
        with self._lock:
            known = self._people.get(person)
            if known is None or known.version < key.version:
                self._people[person] = key
            if known is not None:
                self._old[person, key.version] = key
                self._old.setdefault((person, known.version), known)
            while len(self._people) > _CACHED_KEYS:
                del self._people[next(iter(self._people))]
            while len(self._old) > _CACHED_KEYS:
                del self._old[next(iter(self._old))]
        return key


def _hashed(key: hmac.HMAC | None, parts: Iterable[str]) -> bytes:
    if key is None:
        raise VaultError("the vault is locked: open the store first")
    keyed = key.copy()
    keyed.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    return keyed.digest()[:_FINGERPRINT_BYTES]
