"""The address at which a member of staff's own calendar program fetches their dates: made and ended by themselves."""

from datetime import datetime

from flows.people import Person
from flows.rules.access import Operation
from handlers import access
from storage.uow import UnitOfWork


class NotTheirs(Exception):
    """Nobody in this role has a calendar to fetch."""


def begin(uow: UnitOfWork, person: Person, token_hash: bytes, now: datetime) -> None:
    """From now on the calendar is fetched at this address alone. Raises `NotTheirs`."""
    if not access.may_own(person, Operation.FETCH_CALENDAR) or uow.people.has_left(person.id):
        raise NotTheirs(person.handle)
    uow.feeds.add(token_hash, person.id, now)


def end(uow: UnitOfWork, person: Person, now: datetime) -> None:
    """Nothing is fetched any more."""
    uow.feeds.end_all(person.id, now)


def whose(uow: UnitOfWork, token_hash: bytes) -> Person | None:
    """Whose calendar is fetched at an address; None if it is unknown, has ended, or they have left."""
    found = uow.feeds.person(token_hash)
    if found is None or uow.people.has_left(found):
        return None
    person = uow.people.get(found)
    return person if access.may_own(person, Operation.FETCH_CALENDAR) else None
