"""Persons, their keys, and how they are reached."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import Address, Person, PersonId, Place, Role
from flows.rules.guardians import Assessment
from storage import names
from storage.access_tables import departures
from storage.driver import Row
from storage.errors import KeyGone, UnknownPerson, UnknownRow, VaultError
from storage.ids import moment_of
from storage.instants import day_or_none, to_micros
from storage.key_tables import name_index
from storage.listed import among, as_list
from storage.remembering import Remembering
from storage.repository import Repository
from storage.sealing import KEY_VERSION, Sealing
from storage.statements import Statement, insert_into, take
from storage.tables import addresses, people, person_keys

_ADD = insert_into(people)
_ADD_KEY = insert_into(person_keys)
_GET = Statement(sa.select(people).where(people.c.id == sa.bindparam("id")))
_BY_HANDLE = Statement(sa.select(people).where(people.c.handle == sa.bindparam("handle")))
_ALL = Statement(sa.select(people).order_by(people.c.id))
_BY_ROLE = Statement(
    sa.select(people)
    .where(people.c.role == sa.bindparam("role"), ~sa.exists().where(departures.c.person == people.c.id))
    .order_by(people.c.id)
)
_UPDATE = Statement(sa.update(people).where(people.c.id == sa.bindparam("id")).values(sealed=sa.bindparam("sealed")))

# Not FOR UPDATE: that would also hold up everybody who only refers to the person, such as a message's row.
LOCK = Statement(sa.select(people.c.id).where(people.c.id == sa.bindparam("id")).with_for_update(key_share=True))
_TRY_LOCK = Statement(
    sa.select(people).where(people.c.id == sa.bindparam("id")).with_for_update(key_share=True, skip_locked=True)
)
_WITH_KEY = among(people.c.id).add_columns(people, person_keys.c.wrapped, person_keys.c.version)
_MANY = Statement(_WITH_KEY.join(person_keys, person_keys.c.person == people.c.id))
_TRY_LOCK_MANY = Statement(
    _WITH_KEY.join(person_keys, person_keys.c.person == people.c.id).with_for_update(
        of=people, key_share=True, skip_locked=True
    )
)

_AFTER = Statement(take(sa.select(people.c.id).where(people.c.id > sa.bindparam("after")).order_by(people.c.id)))
UNINDEXED = Statement(
    take(
        sa.select(person_keys.c.person)
        .outerjoin(name_index, name_index.c.person == person_keys.c.person)
        .where(name_index.c.person.is_(None))
        .order_by(person_keys.c.person)
    )
)

_ADD_ADDRESS = insert_into(addresses)
_BY_ADDRESS = (
    sa.select(people, addresses.c.id.label("address"), addresses.c.ended, person_keys.c.wrapped, person_keys.c.version)
    .join(addresses, addresses.c.person == people.c.id)
    .join(person_keys, person_keys.c.person == people.c.id)
    .where(addresses.c.fingerprint == sa.bindparam("fingerprint"))
)
_FIND = Statement(_BY_ADDRESS)
_FIND_LOCKED = Statement(_BY_ADDRESS.with_for_update(of=people, key_share=True))
_PLACE = (addresses.c.id, addresses.c.person, addresses.c.channel, addresses.c.sealed, addresses.c.ended)
_ADDRESS = Statement(sa.select(*_PLACE).where(addresses.c.id == sa.bindparam("id")))
_ADDRESSES = Statement(
    sa.select(*_PLACE)
    .where(addresses.c.person == sa.bindparam("person"), addresses.c.ended.is_(None))
    .order_by(addresses.c.id)
)
PLACES = Statement(
    sa.select(addresses.c.id, addresses.c.channel)
    .where(addresses.c.person == sa.bindparam("person"), addresses.c.ended.is_(None))
    .order_by(addresses.c.id)
)
_THIS_ADDRESS = addresses.c.id == sa.bindparam("id")
_END = Statement(
    sa.update(addresses).where(_THIS_ADDRESS).values(ended=sa.bindparam("ended"), ended_why=sa.bindparam("ended_why"))
)
_RENAME = Statement(
    sa.update(addresses)
    .where(_THIS_ADDRESS)
    .values(fingerprint=sa.bindparam("fingerprint"), sealed=sa.bindparam("sealed"))
)
_FREE = Statement(
    sa.update(addresses)
    .where(_THIS_ADDRESS)
    .values(fingerprint=sa.bindparam("fingerprint"), ended=sa.bindparam("ended"), ended_why=sa.bindparam("ended_why"))
)

_WHY = Statement(sa.select(addresses.c.ended_why).where(_THIS_ADDRESS))
_ENDED_FOR = Statement(
    sa.select(*_PLACE)
    .where(addresses.c.person == sa.bindparam("person"), addresses.c.ended_why == sa.bindparam("why"))
    .order_by(addresses.c.id)
)
_RESEAL = Statement(sa.update(addresses).where(_THIS_ADDRESS).values(sealed=sa.bindparam("sealed")))

_PERSON_TABLE: Final = "people"
_ADDRESS_TABLE: Final = "addresses"


class Persons(Repository):
    """Persons and addresses; everything but handle and role is sealed under the person's own key.

    What was opened is remembered as long as the row stays the same and the person has a key.
    """

    __slots__ = ()

    _db: Remembering

    def __init__(self, db: Remembering, seals: Sealing, new_id: Callable[[], int]) -> None:
        super().__init__(db, seals, new_id)

    def add(self, person: Person) -> None:
        """Store a new person together with a new key; `Conflict` if the handle is taken."""
        wrapped, made = self._seals.new_key(person.id), moment_of(self._new_id())
        self._db.put(_ADD, id=person.id, handle=person.handle, role=person.role.value, sealed=self._sealed(person))
        self._db.put(_ADD_KEY, person=person.id, version=KEY_VERSION, wrapped=wrapped, made=made)
        names.index(self._db, self._seals, person.id, person.name)

    def update(self, person: Person) -> None:
        """Store what changed about a person; handle and role stay. `UnknownPerson` if there is none."""
        try:
            self._db.put(_UPDATE, id=person.id, sealed=self._sealed(person))
        except (KeyGone, UnknownRow):
            raise UnknownPerson("no person has this id") from None
        names.index(self._db, self._seals, person.id, person.name)

    def after(self, person: int, limit: int) -> list[PersonId]:
        """The ids of the next people after this id; nothing is opened."""
        return [PersonId(row[0]) for row in self._db.rows(_AFTER, after=person, limit=limit)]

    def unindexed(self, limit: int) -> list[PersonId]:
        """Some of those who are found by no name yet, as in a database from before names were indexed."""
        return [PersonId(row[0]) for row in self._db.rows(UNINDEXED, limit=limit)]

    def index_name(self, person: PersonId) -> None:
        """Have the person found by the name they have; what does not open has none."""
        try:
            name = self.get(person).name
        except (VaultError, UnknownPerson):
            name = ""
        names.index(self._db, self._seals, person, name)

    def forget_name(self, person: PersonId) -> None:
        """The person is found by no name any more: part of erasure, after the name itself is gone."""
        names.forget(self._db, person)

    def named(self, text: str) -> dict[PersonId, int]:
        """Who has words of this text in their name, and how many of them; nothing is opened."""
        return names.find(self._db, self._seals, text)

    def get(self, person_id: PersonId) -> Person:
        """The person; `UnknownPerson` if there is none."""
        row = self._db.row(_GET, id=person_id)
        if row is None:
            raise UnknownPerson("no person has this id")
        return self._person(row)

    def by_handle(self, handle: str) -> Person | None:
        """The person with this pseudonym."""
        row = self._db.row(_BY_HANDLE, handle=handle)
        return None if row is None else self._person(row)

    def all(self, role: Role | None = None) -> list[Person]:
        """Everybody, or everybody in this role who has not left, in the order they came."""
        rows = self._db.rows(_ALL) if role is None else self._db.rows(_BY_ROLE, role=role.value)
        return [self._person(row) for row in rows]

    def lock(self, person_id: PersonId) -> None:
        """Nobody else changes this person's rows until the unit ends. In a file the single writer sees to it."""
        self._db.lock(LOCK, id=person_id)

    def try_lock(self, person_id: PersonId) -> bool:
        """As `lock`, without waiting; False if somebody else is at it. Who never waits is in no circle of waiting.

        Whoever is locked is known, too: `get` need not ask.
        """
        row = self._db.row(_TRY_LOCK, id=person_id)
        if row is None:
            return False
        self._db.note(_GET, [row], id=person_id)
        return True

    def try_lock_all(self, ids: Iterable[PersonId]) -> frozenset[PersonId]:
        """As `try_lock` for each of them in one question; who could be locked."""
        return self._note_all(_TRY_LOCK_MANY, ids)

    def look_up(self, ids: Iterable[PersonId]) -> None:
        """Ask for all of them at once: `get` need not ask any more."""
        self._note_all(_MANY, ids)

    def _note_all(self, statement: Statement, ids: Iterable[PersonId]) -> frozenset[PersonId]:
        found = self._db.rows(statement, ids=as_list(ids))
        for *columns, wrapped, version in found:
            self._seals.learn(columns[0], wrapped, version)
            self._db.note(_GET, [tuple(columns)], id=columns[0])
        return frozenset(row[0] for row in found)

    def add_address(self, address: Address) -> None:
        """Store where a person is reached; `Conflict` if the address is somebody's already."""
        sealed = self._seals.seal(address.person, _ADDRESS_TABLE, address.id, {"external": address.external})
        self._db.put(
            _ADD_ADDRESS,
            id=address.id,
            person=address.person,
            channel=address.channel,
            fingerprint=self._seals.fingerprint("address", address.channel, address.external),
            sealed=sealed,
            ended=None,
            ended_why=None,
        )

    def find(self, channel: str, external: str, *, lock: bool = False) -> tuple[Person, Address] | None:
        """Whose address this is; None for a stranger. `lock`: as `lock`, in the same question."""
        statement = _FIND_LOCKED if lock else _FIND
        row = self._db.row(statement, fingerprint=self._seals.fingerprint("address", channel, external))
        if row is None:
            return None
        *columns, address, ended, wrapped, version = row
        self._seals.learn(columns[0], wrapped, version)
        person = self._person(tuple(columns))
        is_ended = ended is not None
        return person, Address(id=address, person=person.id, channel=channel, external=external, ended=is_ended)

    def find_ahead(self, channel: str, external: str) -> None:
        """`find` with its lock will be asked."""
        self._db.ahead(_FIND_LOCKED, fingerprint=self._seals.fingerprint("address", channel, external))

    def found_ahead(self, channel: str, external: str) -> PersonId | None:
        """Whom `find` with its lock will find; nothing is opened."""
        row = self._db.row(_FIND_LOCKED, fingerprint=self._seals.fingerprint("address", channel, external))
        return None if row is None else PersonId(row[0])

    def address(self, address_id: int) -> Address:
        """The address; `UnknownRow` if there is none."""
        row = self._db.row(_ADDRESS, id=address_id)
        if row is None:
            raise UnknownRow("no address has this id")
        return self._address(row)

    def addresses(self, person_id: PersonId) -> list[Address]:
        """Where the person is reached, oldest address first; none that has ended."""
        return [self._address(row) for row in self._db.rows(_ADDRESSES, person=person_id)]

    def places(self, person_id: PersonId) -> list[Place]:
        """As `addresses`, without opening any."""
        rows = self._db.rows(PLACES, person=person_id)
        return [Place(id=id_, person=person_id, channel=channel) for id_, channel in rows]

    def end_address(self, address_id: int, why: str, now: datetime) -> None:
        """Nothing is sent there any more. Who writes from there is still known, and opens it again."""
        self._db.put(_END, id=address_id, ended=to_micros(now), ended_why=why)

    def reopen_address(self, address_id: int) -> None:
        """Somebody wrote from an address that had ended: they are reached there again."""
        self._db.put(_END, id=address_id, ended=None, ended_why=None)

    def unlink_address(self, address_id: int, why: str, now: datetime) -> None:
        """The address is nobody's any more: who writes from there is a stranger, and may link it anew."""
        free = self._seals.fingerprint("unlinked", str(address_id))
        self._db.put(_FREE, id=address_id, fingerprint=free, ended=to_micros(now), ended_why=why)

    def ended_why(self, address_id: int) -> str:
        """Why nothing is sent there any more; empty where something is."""
        row = self._db.row(_WHY, id=address_id)
        return "" if row is None else row[0] or ""

    def ended_for(self, person_id: PersonId, why: str) -> list[Address]:
        """The person's addresses that have ended for this reason, oldest first."""
        return [self._address(row) for row in self._db.rows(_ENDED_FOR, person=person_id, why=why)]

    def erase_external(self, address: Address) -> None:
        """What the channel calls an address that is nobody's any more is not kept."""
        sealed = self._seals.seal(address.person, _ADDRESS_TABLE, address.id, {"external": ""})
        self._db.put(_RESEAL, id=address.id, sealed=sealed)

    def rename_address(self, address: Address, external: str) -> Address:
        """The channel calls the same place `external` now; `Conflict` if that is an address already."""
        self._db.put(
            _RENAME,
            id=address.id,
            fingerprint=self._seals.fingerprint("address", address.channel, external),
            sealed=self._seals.seal(address.person, _ADDRESS_TABLE, address.id, {"external": external}),
        )
        return replace(address, external=external)

    def _address(self, row: Row) -> Address:
        id_, person, channel, sealed, ended = row
        known: Address | None = self._seals.opened(person, row)
        if known is None:
            external = self._seals.open(person, _ADDRESS_TABLE, id_, sealed)["external"]
            known = Address(id=id_, person=person, channel=channel, external=external, ended=ended is not None)
            self._seals.keep_opened(person, row, known)
        return known

    def _sealed(self, person: Person) -> bytes:
        payload = {
            "name": person.name,
            "language": person.language,
            "formal": person.formal,
            "zone": person.zone,
            "sign": person.sign,
            "phone": person.phone,
            "born": person.born,
            "group": person.group,
            "phase": person.phase,
            "held_since": person.held_since,
            "paused_since": person.paused_since,
            "paused_until": person.paused_until,
            "no_reminders": person.no_reminders,
            "assessment": person.assessment.value,
            "legal_scopes": person.legal_scopes,
            "contact_blocked": person.contact_blocked,
            "released": person.released,
            "release_ended": person.release_ended,
        }
        return self._seals.seal(person.id, _PERSON_TABLE, person.id, payload)

    def _person(self, row: Row) -> Person:
        id_, handle, role, sealed = row
        self._db.note(_GET, [row], id=id_)
        known: Person | None = self._seals.opened(id_, row)
        if known is not None:
            return known
        payload = self._seals.open(id_, _PERSON_TABLE, id_, sealed)
        payload["born"] = day_or_none(payload["born"])
        for name in ("held_since", "paused_since", "paused_until"):
            payload[name] = _instant(payload.get(name))
        payload["assessment"] = Assessment(payload.get("assessment", Assessment.NONE))
        payload["legal_scopes"] = tuple(payload.get("legal_scopes", ()))
        payload["release_ended"] = day_or_none(payload.get("release_ended"))
        person = Person(id=id_, handle=handle, role=Role(role), **payload)
        self._seals.keep_opened(id_, row, person)
        return person


def _instant(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
