"""Wraps keys under a new master key. What is sealed is not touched: only the keys' own wrapping changes."""

import sqlalchemy as sa

from storage.driver import Queries
from storage.key_tables import old_person_keys, old_system_keys
from storage.sealing import Sealing
from storage.statements import Statement, take
from storage.tables import person_keys, system_keys

_PEOPLE = Statement(
    take(
        sa.select(person_keys.c.person, person_keys.c.wrapped)
        .where(person_keys.c.person > sa.bindparam("after"))
        .order_by(person_keys.c.person)
    )
)
_SET_PERSON = Statement(
    sa.update(person_keys)
    .where(person_keys.c.person == sa.bindparam("person"), person_keys.c.wrapped == sa.bindparam("before"))
    .values(wrapped=sa.bindparam("wrapped"))
)
_OLD = Statement(
    sa.select(old_person_keys.c.version, old_person_keys.c.wrapped).where(
        old_person_keys.c.person == sa.bindparam("person")
    )
)
_SET_OLD = Statement(
    sa.update(old_person_keys)
    .where(old_person_keys.c.person == sa.bindparam("person"), old_person_keys.c.version == sa.bindparam("version"))
    .values(wrapped=sa.bindparam("wrapped"))
)
_SYSTEM = Statement(sa.select(system_keys.c.name, system_keys.c.wrapped))
_SET_SYSTEM = Statement(
    sa.update(system_keys).where(system_keys.c.name == sa.bindparam("name")).values(wrapped=sa.bindparam("wrapped"))
)
_OLD_SYSTEM = Statement(sa.select(old_system_keys))
_SET_OLD_SYSTEM = Statement(
    sa.update(old_system_keys)
    .where(old_system_keys.c.name == sa.bindparam("name"), old_system_keys.c.version == sa.bindparam("version"))
    .values(wrapped=sa.bindparam("wrapped"))
)


def rewrap_people(db: Queries, seals: Sealing, *, after: int, limit: int) -> int | None:
    """The next people's keys, earlier versions too; the last of the people, None if there are no more."""
    rows = db.rows(_PEOPLE, after=after, limit=limit)
    for person, wrapped in rows:
        made = seals.rewrap("person_keys", person, wrapped)
        if made is not None:
            db.change(_SET_PERSON, person=person, before=wrapped, wrapped=made)
        for version, old in db.rows(_OLD, person=person):
            made = seals.rewrap("person_keys", person, old)
            if made is not None:
                db.put(_SET_OLD, person=person, version=version, wrapped=made)
    return int(rows[-1][0]) if rows else None


def rewrap_system(db: Queries, seals: Sealing) -> None:
    """The system's keys, earlier versions too."""
    for name, wrapped in db.rows(_SYSTEM):
        made = seals.rewrap("system_keys", name, wrapped)
        if made is not None:
            db.put(_SET_SYSTEM, name=name, wrapped=made)
    for name, version, wrapped in db.rows(_OLD_SYSTEM):
        made = seals.rewrap("system_keys", name, wrapped)
        if made is not None:
            db.put(_SET_OLD_SYSTEM, name=name, version=version, wrapped=made)
