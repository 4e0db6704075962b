"""Sealed payloads of rows: JSON under the key of the person they are about."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.driver import Queries
from storage.errors import KeyGone, VaultError
from storage.guard import Guard
from storage.key_tables import old_person_keys, old_system_keys
from storage.statements import Statement, const
from storage.tables import person_keys, system_keys
from storage.vault import Key, Vault

COLUMN: Final = "sealed"
KEY_VERSION: Final = 1

_WRAPPED = Statement(
    sa.select(person_keys.c.wrapped, person_keys.c.version).where(person_keys.c.person == sa.bindparam("person"))
)
_OLD = Statement(
    sa.select(old_person_keys.c.wrapped).where(
        old_person_keys.c.person == sa.bindparam("person"), old_person_keys.c.version == sa.bindparam("version")
    )
)
_SYSTEM = system_keys.c.name == const("system")
_WRAPPED_SYSTEM = Statement(sa.select(system_keys.c.wrapped, system_keys.c.version).where(_SYSTEM))
_OLD_SYSTEM = Statement(
    sa.select(old_system_keys.c.wrapped).where(
        old_system_keys.c.name == const("system"), old_system_keys.c.version == sa.bindparam("version")
    )
)
_NAMES = Statement(sa.select(system_keys.c.version).where(system_keys.c.name == const("names")))
_SYSTEM_KEYS = Statement(sa.select(system_keys.c.name, system_keys.c.wrapped))

_decode: Callable[[str], tuple[Any, int]] = json.JSONDecoder().raw_decode


def _plain(value: object) -> str:
    """Dates and instants as ISO text; anything else has no place in a payload."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be sealed")


def _encoder() -> Callable[[object], str]:
    """What `json.JSONEncoder` would make anew for every payload, made once; where it is not to be had, that itself."""
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_plain).encode
    pieces = make(None, _plain, json.encoder.encode_basestring, None, ":", ",", False, False, True)
    return lambda payload: "".join(pieces(payload, 0))


_encode: Final = _encoder()


class Sealing:
    """Seals and opens payloads inside one unit of work, looking up a person's key when it is not remembered."""

    __slots__ = ("_db", "_made", "_vault", "fingerprint", "guard", "keep_opened", "opened")

    def __init__(self, db: Queries, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self.fingerprint = vault.fingerprint
        self.opened = vault.opened
        self.keep_opened = vault.keep_opened
        self._made: list[PersonId] = []
        self.guard = Guard()

    def seal(self, person: PersonId | None, table: str, row: int, payload: Mapping[str, object]) -> bytes:
        """The payload under the person's key (the system's for nobody), bound to table and row; the guard is asked."""
        if person is not None:
            self.guard.check(person, table)
        return self._key(person).seal(table, COLUMN, row, _encode(payload).encode("utf-8", "surrogatepass"))

    def open(self, person: PersonId | None, table: str, row: int, sealed: bytes) -> dict[str, Any]:
        """The payload that `seal` sealed for this person, table and row; the guard is asked."""
        if person is not None:
            self.guard.check(person, table)
        opened: dict[str, Any]
        opened, _ = _decode(
            self._opening(person, sealed).open(table, COLUMN, row, sealed).decode("utf-8", "surrogatepass")
        )
        return opened

    def seal_file(self, person: PersonId, table: str, row: int, content: bytes) -> bytes:
        """A file under the person's key, bound to table and row; the guard is asked."""
        self.guard.check(person, table)
        return self._key(person).seal(table, COLUMN, row, content)

    def open_file(self, person: PersonId, table: str, row: int, sealed: bytes) -> bytes:
        """What `seal_file` sealed; the guard is asked."""
        self.guard.check(person, table)
        return self._opening(person, sealed).open(table, COLUMN, row, sealed)

    def reseal(self, person: PersonId, table: str, row: int, sealed: bytes) -> bytes | None:
        """The same under the newest version of the person's key; None if it is already."""
        newest = self._load(person)
        if newest.has_sealed(sealed):
            return None
        return newest.seal(table, COLUMN, row, self._opening(person, sealed).open(table, COLUMN, row, sealed))

    def new_key(self, person: PersonId) -> bytes:
        """Make the key of a new person; it comes back wrapped, to be stored."""
        self._made.append(person)
        return self._vault.new_person_key(person)

    def next_key(self, person: PersonId, version: int) -> bytes:
        """The next version of a person's key, wrapped, to be stored; it seals nothing before that is committed."""
        return self._vault.next_person_key(person, version)

    def next_system_key(self, name: str, version: int) -> bytes:
        """The next version of a system key, wrapped, to be stored."""
        return self._vault.new_system_key(name, version)

    def rewrap(self, table: str, row: int | str, wrapped: bytes) -> bytes | None:
        """A wrapped key under the newest master key; None if it is already."""
        return self._vault.rewrap(table, row, wrapped)

    def learn(self, person: PersonId, wrapped: bytes, version: int) -> None:
        """Another question has brought this person's newest key: take it up, unless it is remembered."""
        known = self._vault.person_key(person)
        if known is None or known.version < version:
            self._vault.unwrap_person_key(person, wrapped)

    def name_fingerprint(self, word: str) -> bytes:
        """A keyed hash of one word of a name, under the key that the database says is in use."""
        return self._vault.name_fingerprint(word)

    def follow_names(self) -> None:
        """Take up the key of names that is in use: somebody may have replaced it."""
        row = self._db.row(_NAMES)
        if row is not None and row[0] != self._vault.names_version:
            self._vault.unlock(dict(self._db.rows(_SYSTEM_KEYS)))

    def end(self, ended: Queries) -> None:
        """The unit of work is over: keys are not looked up any more."""
        self._db = ended

    def forget_made(self) -> None:
        """The unit was rolled back: the keys it made never existed."""
        for person in self._made:
            self._vault.forget(person)

    def forget_everybody(self) -> None:
        """A transaction was lost: whatever was learnt in it is asked for again."""
        self._vault.forget_everybody()

    def _key(self, person: PersonId | None) -> Key:
        if person is None:
            return self._vault.system_key
        return self._vault.person_key(person) or self._load(person)

    def _opening(self, person: PersonId | None, sealed: bytes) -> Key:
        """The version of the key that sealed it; it may be older than what is remembered, or newer."""
        key = self._key(person)
        return key if key.has_sealed(sealed) or not sealed else self._version(person, sealed[0])

    def _version(self, person: PersonId | None, version: int) -> Key:
        known = self._vault.old_key(person, version)
        if known is not None:
            return known
        if person is None:
            found = self._db.row(_WRAPPED_SYSTEM)
            if found is None or found[1] != version:
                found = self._db.row(_OLD_SYSTEM, version=version)
        else:
            found = self._db.row(_WRAPPED, person=person)
            if found is None or found[1] != version:
                found = self._db.row(_OLD, person=person, version=version)
        if found is None:
            raise VaultError("not sealed by any version of the key that there is")
        wrapped = found[0]
        return (
            self._vault.unwrap_system_key(wrapped) if person is None else self._vault.unwrap_person_key(person, wrapped)
        )

    def _load(self, person: PersonId) -> Key:
        found = self._db.row(_WRAPPED, person=person)
        if found is None:
            raise KeyGone("there is no key for this person: never made, or destroyed by erasure")
        known = self._vault.person_key(person)
        if known is not None and known.version >= found[1]:
            return known
        return self._vault.unwrap_person_key(person, found[0])
