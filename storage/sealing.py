"""Sealed payloads of rows: JSON under the key of the person they are about."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.driver import Queries
from storage.errors import KeyGone
from storage.statements import Statement
from storage.tables import person_keys
from storage.vault import Key, Vault

COLUMN: Final = "sealed"
KEY_VERSION: Final = 1

_WRAPPED = Statement(sa.select(person_keys.c.wrapped).where(person_keys.c.person == sa.bindparam("person")))

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

    __slots__ = ("_db", "_made", "_vault", "fingerprint", "keep_opened", "opened")

    def __init__(self, db: Queries, vault: Vault) -> None:
        self._db = db
        self._vault = vault
        self.fingerprint = vault.fingerprint
        self.opened = vault.opened
        self.keep_opened = vault.keep_opened
        self._made: list[PersonId] = []

    def seal(self, person: PersonId | None, table: str, row: int, payload: Mapping[str, object]) -> bytes:
        """The payload under the person's key (the system's for nobody), bound to table and row."""
        return self._key(person).seal(table, COLUMN, row, _encode(payload).encode("utf-8", "surrogatepass"))

    def open(self, person: PersonId | None, table: str, row: int, sealed: bytes) -> dict[str, Any]:
        """The payload that `seal` sealed for this person, table and row."""
        opened: dict[str, Any]
        opened, _ = _decode(self._key(person).open(table, COLUMN, row, sealed).decode("utf-8", "surrogatepass"))
        return opened

    def new_key(self, person: PersonId) -> bytes:
        """Make the key of a new person; it comes back wrapped, to be stored."""
        self._made.append(person)
        return self._vault.new_person_key(person)

    def learn(self, person: PersonId, wrapped: bytes) -> None:
        """Another question has brought this person's key: take it up, unless it is remembered."""
        if self._vault.person_key(person) is None:
            self._vault.unwrap_person_key(person, wrapped)

    def end(self, ended: Queries) -> None:
        """The unit of work is over: keys are not looked up any more."""
        self._db = ended

    def forget_made(self) -> None:
        """The unit was rolled back: the keys it made never existed."""
        for person in self._made:
            self._vault.forget(person)

    def _key(self, person: PersonId | None) -> Key:
        if person is None:
            return self._vault.system_key
        return self._vault.person_key(person) or self._load(person)

    def _load(self, person: PersonId) -> Key:
        found = self._db.row(_WRAPPED, person=person)
        if found is None:
            raise KeyGone("there is no key for this person: never made, or destroyed by erasure")
        return self._vault.unwrap_person_key(person, found[0])
