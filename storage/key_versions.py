"""Versions of keys: which there are, the next one, and what is still sealed under an earlier one (ADR 0019)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from flows.people import PersonId
from storage.errors import UnknownRow
from storage.instants import to_micros
from storage.key_tables import old_person_keys, old_system_keys, rotations
from storage.repository import Repository
from storage.statements import Statement, const, insert_into, take
from storage.tables import person_keys, system_keys

REPLACED: Final = ("system", "names")
"""System keys that a rotation replaces. `index` stays: codes on paper and buttons sent are checked with it."""
KEPT: Final = frozenset({"system"})
"""Of these earlier versions still open what they sealed; what an earlier key of names has hashed is hashed anew."""

_AFTER = person_keys.c.person > sa.bindparam("after")
_DUE = Statement(
    take(
        sa.select(person_keys.c.person, person_keys.c.version, person_keys.c.wrapped)
        .where(_AFTER, sa.or_(person_keys.c.made.is_(None), person_keys.c.made < sa.bindparam("begun")))
        .order_by(person_keys.c.person)
    )
)
_ONE = Statement(sa.select(person_keys).where(person_keys.c.person == sa.bindparam("person")))
_KEEP_OLD = insert_into(old_person_keys, unless=("person", "version"))
_REPLACE = Statement(
    sa.update(person_keys)
    .where(person_keys.c.person == sa.bindparam("person"), person_keys.c.version == sa.bindparam("before"))
    .values(version=sa.bindparam("version"), wrapped=sa.bindparam("wrapped"), made=sa.bindparam("made"))
)
_SYSTEM = Statement(sa.select(system_keys).where(system_keys.c.name == sa.bindparam("name")))
_KEEP_OLD_SYSTEM = insert_into(old_system_keys, unless=("name", "version"))
_REPLACE_SYSTEM = Statement(
    sa.update(system_keys)
    .where(system_keys.c.name == sa.bindparam("name"), system_keys.c.version == sa.bindparam("before"))
    .values(version=sa.bindparam("version"), wrapped=sa.bindparam("wrapped"), made=sa.bindparam("made"))
)
_BEGIN = insert_into(rotations, unless=("scope",))
_BEGUN = Statement(sa.select(rotations.c.begun).where(rotations.c.scope == sa.bindparam("scope")))
_OPEN = Statement(sa.select(rotations.c.scope))
_END = Statement(sa.delete(rotations).where(rotations.c.scope == sa.bindparam("scope")))

_VERSIONS = [
    Statement(
        sa.select(
            person_keys.c.version, sa.func.count(), sa.func.min(sa.func.coalesce(person_keys.c.made, const(0)))
        ).group_by(person_keys.c.version)
    ),
    Statement(sa.select(old_person_keys.c.version, sa.func.count()).group_by(old_person_keys.c.version)),
]
_SYSTEM_VERSIONS = Statement(
    sa.select(system_keys.c.name, system_keys.c.version, system_keys.c.made).order_by(system_keys.c.name)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCount:
    """So many keys of one kind have this version; `made`: the oldest of them, 0 where nobody knows."""

    kind: str
    version: int
    keys: int
    newest: bool
    made: int | None = None


class KeyVersions(Repository):
    """The wrapped keys; what they open is nobody's business here."""

    __slots__ = ()

    def begin(self, scope: str, now: datetime) -> int:
        """A rotation of this scope begins, unless one is unfinished: when it has begun, in microseconds."""
        self._db.change(_BEGIN, scope=scope, begun=to_micros(now))
        row = self._db.row(_BEGUN, scope=scope)
        if row is None:
            raise UnknownRow("the rotation has just been ended")
        return int(row[0])

    def unfinished(self) -> int:
        """How many rotations were begun and not finished."""
        return len(self._db.rows(_OPEN))

    def finish(self, scope: str) -> None:
        """Nothing is left to do of this rotation."""
        self._db.change(_END, scope=scope)

    def renew_some(self, begun: int, now: datetime, *, after: int, limit: int) -> int | None:
        """Give the next people whose key was made before `begun` a new version; the last of them, None if no more."""
        rows = self._db.rows(_DUE, begun=begun, after=after, limit=limit)
        for person, version, wrapped in rows:
            self._renew(PersonId(person), version, wrapped, now)
        return int(rows[-1][0]) if rows else None

    def renew(self, person: PersonId, begun: int, now: datetime) -> None:
        """Give this person a new version, unless theirs was made since `begun`. `UnknownRow` if they have no key."""
        row = self._db.row(_ONE, person=person)
        if row is None:
            raise UnknownRow("this person has no key")
        _, version, wrapped, made = row
        if made is None or made < begun:
            self._renew(person, version, wrapped, now)

    def _renew(self, person: PersonId, version: int, wrapped: bytes, now: datetime) -> None:
        made = self._seals.next_key(person, version + 1)
        self._db.change(_KEEP_OLD, person=person, version=version, wrapped=wrapped)
        self._db.put(_REPLACE, person=person, before=version, version=version + 1, wrapped=made, made=to_micros(now))

    def renew_system(self, begun: int, now: datetime) -> None:
        """Give the system keys that can be replaced a new version, unless theirs was made since `begun`."""
        for name in REPLACED:
            row = self._db.row(_SYSTEM, name=name)
            if row is not None and (row[3] is None or row[3] < begun):
                _, wrapped, version, _ = row
                next_ = self._seals.next_system_key(name, version + 1)
                if name in KEPT:
                    self._db.change(_KEEP_OLD_SYSTEM, name=name, version=version, wrapped=wrapped)
                self._db.put(
                    _REPLACE_SYSTEM, name=name, before=version, version=version + 1, wrapped=next_, made=to_micros(now)
                )

    def counts(self) -> list[VersionCount]:
        """How many keys of which version there are; the newest of each person, and earlier ones that are kept."""
        newest, old = (self._db.rows(statement) for statement in _VERSIONS)
        system: list[Any] = self._db.rows(_SYSTEM_VERSIONS)
        return [
            *(VersionCount(kind=name, version=at, keys=1, newest=True, made=made) for name, at, made in system),
            *(
                VersionCount(kind="people", version=at, keys=keys, newest=True, made=made)
                for at, keys, made in sorted(newest)
            ),
            *(VersionCount(kind="people", version=at, keys=keys, newest=False) for at, keys in sorted(old)),
        ]
