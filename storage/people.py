"""People: persons, and who belongs to whom."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from flows.people import Person, PersonId, Role
from storage.access_tables import departures, former_assignments
from storage.driver import Row
from storage.instants import from_micros, to_micros
from storage.listed import among, as_list
from storage.persons import PLACES, Persons
from storage.statements import Statement, const, insert_into
from storage.tables import addresses, assignments, guardians, leaves, people, substitutes

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

_IDS = Statement(
    sa.select(assignments.c.participant)
    .where(assignments.c.caseworker == sa.bindparam("caseworker"))
    .order_by(assignments.c.participant)
)

_BEFORE = insert_into(former_assignments, unless=("participant", "caseworker"))
_WAS_ASSIGNED = Statement(
    sa.select(former_assignments.c.participant)
    .where(former_assignments.c.participant == sa.bindparam("participant"))
    .where(former_assignments.c.caseworker == sa.bindparam("caseworker"))
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
_ON_LEAVE = sa.and_(leaves.c.first_day <= sa.bindparam("day"), leaves.c.last_day >= sa.bindparam("day"))
_ONE_LEAVE = sa.select(leaves.c.id).where(_ON_LEAVE).limit(const(1)).offset(const(0))
_IS_AWAY = Statement(_ONE_LEAVE.where(leaves.c.person == sa.bindparam("person")))

_END_LEAVE = Statement(
    sa.update(leaves).where(leaves.c.person == sa.bindparam("person"), _ON_LEAVE).values(last_day=sa.bindparam("eve"))
)
_LEAVES = Statement(sa.select(leaves.c.first_day).where(leaves.c.person == sa.bindparam("person")))
_LEAVES_FROM = Statement(
    sa.select(leaves.c.first_day, leaves.c.last_day)
    .where(leaves.c.person == sa.bindparam("person"), leaves.c.last_day >= sa.bindparam("day"))
    .order_by(leaves.c.last_day, leaves.c.id)
)
_COVERED = Statement(
    sa.select(*_PERSON)
    .join(assignments, assignments.c.participant == people.c.id)
    .join(substitutes, substitutes.c.caseworker == assignments.c.caseworker)
    .where(substitutes.c.substitute == sa.bindparam("substitute"))
    .where(sa.exists().where(leaves.c.person == assignments.c.caseworker, _ON_LEAVE))
    .order_by(assignments.c.caseworker, people.c.id)
)
_GIVE_ROLE = Statement(sa.update(people).where(people.c.id == sa.bindparam("person")).values(role=sa.bindparam("role")))
_DEPARTED = Statement(
    sa.select(*_PERSON, departures.c.at)
    .join(departures, departures.c.person == people.c.id)
    .where(people.c.role == sa.bindparam("role"))
    .order_by(departures.c.at, people.c.id)
)
_DEPART = insert_into(departures, unless=("person",))
_HAS_LEFT = Statement(sa.select(departures.c.person).where(departures.c.person == sa.bindparam("person")))

_CASEWORKER_PLACE = (
    *_PERSON,
    _ONE_LEAVE.where(leaves.c.person == people.c.id).scalar_subquery(),
    addresses.c.id,
    addresses.c.channel,
)
_IS_THEIRS = assignments.c.caseworker == people.c.id
_REACHED_AT = sa.and_(addresses.c.person == people.c.id, addresses.c.ended.is_(None))
_CASEWORKER_ON = Statement(
    sa.select(*_CASEWORKER_PLACE)
    .join(assignments, _IS_THEIRS)
    .outerjoin(addresses, _REACHED_AT)
    .where(assignments.c.participant == sa.bindparam("participant"))
    .order_by(addresses.c.id)
)
_CASEWORKERS_ON = Statement(
    among(assignments.c.participant)
    .add_columns(assignments.c.participant, *_CASEWORKER_PLACE)
    .join(people, _IS_THEIRS)
    .outerjoin(addresses, _REACHED_AT)
    .order_by(addresses.c.id)
)
_PLACES_OF_MANY = Statement(
    among(addresses.c.person)
    .add_columns(addresses.c.person, addresses.c.id, addresses.c.channel)
    .where(addresses.c.ended.is_(None))
    .order_by(addresses.c.id)
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
        """From now on this caseworker is responsible for the participant; whoever was before is remembered as that."""
        before = self.caseworker_of(participant)
        if before is not None and before.id != caseworker:
            self._db.change(_BEFORE, participant=participant, caseworker=before.id)
        if not self._db.change(_REASSIGN, participant=participant, caseworker=caseworker):
            self._db.put(_ASSIGN, participant=participant, caseworker=caseworker)

    def look_ahead(self, participant: PersonId, day: date) -> None:
        """`caseworker_on` will be asked."""
        self._db.ahead(_CASEWORKER_ON, participant=participant, day=day.isoformat())

    def look_around(self, participants: Collection[PersonId], day: date) -> None:
        """Ask for all of them at once how they are reached, and what `caseworker_on` that day says."""
        ids, today = as_list(participants), day.isoformat()
        places = _by_first(self._db.rows(_PLACES_OF_MANY, ids=ids))
        caseworkers = _by_first(self._db.rows(_CASEWORKERS_ON, ids=ids, day=today))
        for participant in participants:
            self._db.note(PLACES, places[participant], person=participant)
            self._db.note(_CASEWORKER_ON, caseworkers[participant], participant=participant, day=today)

    def caseworker_on(self, participant: PersonId, day: date) -> Person | None:
        """As `caseworker_of`; whether they are away that day, and how they are reached, is known with the answer."""
        rows = self._db.rows(_CASEWORKER_ON, participant=participant, day=day.isoformat())
        if not rows:
            return None
        *columns, away, _, _ = rows[0]
        places = [(address, channel) for *_, address, channel in rows if address is not None]
        self._db.note(PLACES, places, person=columns[0])
        self._db.note(_IS_AWAY, [(away,)] if away else [], person=columns[0], day=day.isoformat())
        return self._person(tuple(columns))

    def caseworker_of(self, participant: PersonId) -> Person | None:
        """Who is responsible for the participant."""
        row = self._db.row(_CASEWORKER, participant=participant)
        return None if row is None else self._person(row)

    def ids_of(self, caseworker: PersonId) -> list[PersonId]:
        """The ids of whom the caseworker looks after; nobody is opened."""
        return [PersonId(row[0]) for row in self._db.rows(_IDS, caseworker=caseworker)]

    def was_assigned(self, participant: PersonId, caseworker: PersonId) -> bool:
        """Whether this caseworker was responsible for the participant at some time before."""
        return self._db.row(_WAS_ASSIGNED, participant=participant, caseworker=caseworker) is not None

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

    def covered_by(self, substitute: PersonId, day: date) -> list[Person]:
        """The participants of everybody who is away that day and whom this person stands in for."""
        rows = self._db.rows(_COVERED, substitute=substitute, day=day.isoformat())
        return [self._person(row) for row in rows]

    def add_leave(self, person: PersonId, first_day: date, last_day: date) -> None:
        """The person is away from the first to the last day, both included."""
        self._db.change(
            _ADD_LEAVE,
            id=self._new_id(),
            person=person,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )

    def end_leave(self, person: PersonId, day: date) -> bool:
        """The person is here on this day: a leave that covers it ends the day before. False: none did."""
        eve = (day - timedelta(days=1)).isoformat()
        return self._db.change(_END_LEAVE, person=person, day=day.isoformat(), eve=eve) > 0

    def is_away(self, person: PersonId, day: date) -> bool:
        """Whether the person is on leave on this day."""
        return self._db.row(_IS_AWAY, person=person, day=day.isoformat()) is not None

    def has_been_away(self, person: PersonId, before: date) -> bool:
        """Whether a leave of the person began before this day."""
        return any(first_day < before.isoformat() for (first_day,) in self._db.rows(_LEAVES, person=person))

    def leaves_from(self, person: PersonId, day: date) -> list[tuple[date, date]]:
        """The leaves of the person that are not over on this day: first and last day."""
        rows = self._db.rows(_LEAVES_FROM, person=person, day=day.isoformat())
        return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in rows if first <= last]

    def depart(self, person: PersonId, now: datetime, today: date) -> bool:
        """The person has left for good, and is away from today on; False if they had left before."""
        if not self._db.change(_DEPART, person=person, at=to_micros(now)):
            return False
        self.add_leave(person, today, date.max)
        return True

    def has_left(self, person: PersonId) -> bool:
        """Whether the person works here no more."""
        return self._db.row(_HAS_LEFT, person=person) is not None

    def departed(self, role: Role) -> list[tuple[Person, datetime]]:
        """Whoever had this role when they left for good, and when."""
        rows = self._db.rows(_DEPARTED, role=role.value)
        return [(self._person(tuple(columns)), from_micros(at)) for *columns, at in rows]

    def give_role(self, person: PersonId, role: Role) -> None:
        """From now on the person has this role."""
        self._db.put(_GIVE_ROLE, person=person, role=role.value)

    def set_guardian(self, participant: PersonId, guardian: PersonId) -> None:
        """The guardian is one of the participant's."""
        self._db.change(_ADD_GUARDIAN, participant=participant, guardian=guardian)

    def guardians_of(self, participant: PersonId) -> list[Person]:
        """The participant's guardians, in the order they came."""
        return [self._person(row) for row in self._db.rows(_GUARDIANS, participant=participant)]

    def wards_of(self, guardian: PersonId) -> list[Person]:
        """The participants this person is a guardian of."""
        return [self._person(row) for row in self._db.rows(_WARDS, guardian=guardian)]


def _by_first(rows: Sequence[Row]) -> defaultdict[int, list[Row]]:
    """What follows the first column, by the first column."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for first, *rest in rows:
        found[first].append(tuple(rest))
    return found
