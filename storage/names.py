"""Finds people by words of their names without opening anybody: a keyed hash for each word (flows/rules/names.py)."""

from collections import Counter

import sqlalchemy as sa

from flows.people import PersonId
from flows.rules.names import words_of
from storage.driver import Queries
from storage.key_tables import name_index
from storage.sealing import Sealing
from storage.statements import Statement, insert_into

NOBODY = ""
"""The word of a name without words: so that everybody stands in the index."""

_ADD = insert_into(name_index, unless=("fingerprint", "person"))
OF = Statement(sa.select(name_index.c.fingerprint).where(name_index.c.person == sa.bindparam("person")))
_DROP = Statement(
    sa.delete(name_index).where(
        name_index.c.fingerprint == sa.bindparam("fingerprint"), name_index.c.person == sa.bindparam("person")
    )
)
_DROP_ALL = Statement(sa.delete(name_index).where(name_index.c.person == sa.bindparam("person")))
_FIND = Statement(sa.select(name_index.c.person).where(name_index.c.fingerprint == sa.bindparam("fingerprint")))


def index(db: Queries, seals: Sealing, person: PersonId, name: str) -> None:
    """The person is found by the words of this name, and by no others any more."""
    seals.follow_names()
    wanted = {seals.name_fingerprint(word) for word in words_of(name) or {NOBODY}}
    known = {bytes(row[0]) for row in db.rows(OF, person=person)}
    for fingerprint in sorted(known - wanted):
        db.send(_DROP, fingerprint=fingerprint, person=person)
    for fingerprint in sorted(wanted - known):
        db.send(_ADD, fingerprint=fingerprint, person=person)


def forget(db: Queries, person: PersonId) -> None:
    """The person is found by no name any more: part of erasure."""
    db.send(_DROP_ALL, person=person)


def find(db: Queries, seals: Sealing, text: str) -> dict[PersonId, int]:
    """Who has words of this text in their name, and how many; nothing is opened."""
    seals.follow_names()
    found = [
        PersonId(row[0])
        for word in sorted(words_of(text))
        for row in db.rows(_FIND, fingerprint=seals.name_fingerprint(word))
    ]
    return dict(Counter(found))
