"""People: persons, and who belongs to whom."""

from datetime import date

import sqlalchemy as sa

from flows.people import Person, PersonId
from storage.persons import ADDRESSES, Persons
from storage.statements import Statement, const, insert_into
from storage.tables import assignments, guardians, leaves, people, substitutes

_PERSON = (people.c.id, people.c.handle, people.c.role, people.c.sealed)

_ASSIGN = insert_into(assignments)
_REASSIGN = Statement(
    sa.update(assignments)
    .where(assignments.c.participant == sa.bindparam("participant"))
    .values(caseworker=sa.bindparam("caseworker"))
)
_CASEWORKER = Statement(
    sa.select(*_PERSON)
    .join(assignments, assignments.c.caseworker == people.c.id)
    .where(assignments.c.participant == sa.bindparam("participant"))
)
_PARTICIPANTS = Statement(
    sa.select(*_PERSON)
    .join(assignments, assignments.c.participant == people.c.id)
    .where(assignments.c.caseworker == sa.bindparam("caseworker"))
    .order_by(people.c.id)
)

_NAME_SUBSTITUTE = insert_into(substitutes)
_CHANGE_SUBSTITUTE = Statement(
    sa.update(substitutes)
    .where(substitutes.c.caseworker == sa.bindparam("caseworker"))
    .values(substitute=sa.bindparam("substitute"))
)
_SUBSTITUTE = Statement(
    sa.select(*_PERSON)
    .join(substitutes, substitutes.c.substitute == people.c.id)
    .where(substitutes.c.caseworker == sa.bindparam("caseworker"))
)

_ADD_LEAVE = insert_into(leaves)
_IS_AWAY = Statement(
    sa.select(leaves.c.id)
    .where(leaves.c.person == sa.bindparam("person"))
    .where(leaves.c.first_day <= sa.bindparam("day"))
    .where(leaves.c.last_day >= sa.bindparam("day"))
    .limit(const(1))
    .offset(const(0))
)

_ADD_GUARDIAN = insert_into(guardians, unless=("participant", "guardian"))
_GUARDIANS = Statement(
    sa.select(*_PERSON)
    .join(guardians, guardians.c.guardian == people.c.id)
    .where(guardians.c.participant == sa.bindparam("participant"))
    .order_by(people.c.id)
)
_WARDS = Statement(
    sa.select(*_PERSON)
    .join(guardians, guardians.c.participant == people.c.id)
    .where(guardians.c.guardian == sa.bindparam("guardian"))
    .order_by(people.c.id)
)


class People(Persons):
    """Persons with their relations: caseworkers, substitutes, leave, guardians."""

    __slots__ = ()

    def assign(self, participant: PersonId, caseworker: PersonId) -> None:
        """From now on this caseworker is responsible for the participant."""
        if not self._db.change(_REASSIGN, participant=participant, caseworker=caseworker):
            self._db.put(_ASSIGN, participant=participant, caseworker=caseworker)

    def look_ahead(self, participant: PersonId) -> None:
        """What a report of the participant will ask: who is responsible."""
        self._db.ahead(_CASEWORKER, participant=participant)

    def look_ahead_staff(self, participant: PersonId, day: date) -> None:
        """What an alert to the caseworker will ask: whether that person is there, and how that person is reached."""
        row = self._db.row(_CASEWORKER, participant=participant)
        if row is not None:
            self._db.ahead(_IS_AWAY, person=row[0], day=day.isoformat())
            self._db.ahead(ADDRESSES, person=row[0])

    def caseworker_of(self, participant: PersonId) -> Person | None:
        """Who is responsible for the participant."""
        row = self._db.row(_CASEWORKER, participant=participant)
        return None if row is None else self._person(row)

    def participants_of(self, caseworker: PersonId) -> list[Person]:
        """For whom the caseworker is responsible, in the order they came."""
        return [self._person(row) for row in self._db.rows(_PARTICIPANTS, caseworker=caseworker)]

    def set_substitute(self, caseworker: PersonId, substitute: PersonId) -> None:
        """Who stands in for the caseworker."""
        if not self._db.change(_CHANGE_SUBSTITUTE, caseworker=caseworker, substitute=substitute):
            self._db.put(_NAME_SUBSTITUTE, caseworker=caseworker, substitute=substitute)

    def substitute_of(self, caseworker: PersonId) -> Person | None:
        """Who stands in for the caseworker, if anybody does."""
        row = self._db.row(_SUBSTITUTE, caseworker=caseworker)
        return None if row is None else self._person(row)

    def add_leave(self, person: PersonId, first_day: date, last_day: date) -> None:
        """The person is away from the first to the last day, both included."""
        self._db.put(
            _ADD_LEAVE,
            id=self._new_id(),
            person=person,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )

    def is_away(self, person: PersonId, day: date) -> bool:
        """Whether the person is on leave on this day."""
        return self._db.row(_IS_AWAY, person=person, day=day.isoformat()) is not None

    def set_guardian(self, participant: PersonId, guardian: PersonId) -> None:
        """The guardian is one of the participant's."""
        self._db.change(_ADD_GUARDIAN, participant=participant, guardian=guardian)

    def guardians_of(self, participant: PersonId) -> list[Person]:
        """The participant's guardians, in the order they came."""
        return [self._person(row) for row in self._db.rows(_GUARDIANS, participant=participant)]

    def wards_of(self, guardian: PersonId) -> list[Person]:
        """The participants this person is a guardian of."""
        return [self._person(row) for row in self._db.rows(_WARDS, guardian=guardian)]
