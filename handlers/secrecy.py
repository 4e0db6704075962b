"""The duty of secrecy (§ 203 StGB): recorded for each staff account before it is used, where the profile wants that."""

from datetime import date, datetime
from typing import Final

from flows.engine.duties import SecrecyRecorded
from flows.people import Person
from storage.uow import UnitOfWork

EARLIEST: Final = date(1975, 1, 1)
"""Since then there is § 203: an earlier day is a slip of the pen."""


class NotStaff(Exception):
    """Only people who work for the carrier are bound by it."""


class NoSuchDay(Exception):
    """Nobody has signed on such a day: it has not come yet, or is too long ago."""


def record(uow: UnitOfWork, person: Person, day: date, now: datetime) -> None:
    """Somebody was bound to secrecy on this day. Raises `NotStaff` or `NoSuchDay`."""
    if not person.role.is_staff:
        raise NotStaff(person.handle)
    if not EARLIEST <= day <= now.date():
        raise NoSuchDay(day.isoformat())
    uow.secrecy.record(person.id, day, now)
    uow.events.add(SecrecyRecorded(who=person.id, day=day), now, subject=person.id)


def is_missing(uow: UnitOfWork, person: Person) -> bool:
    """Whether the account may not be used yet: the profile requires the declaration, and there is none."""
    if not person.role.is_staff or uow.profile is None or not uow.profile.secrecy_required:
        return False
    return uow.secrecy.day_of(person.id) is None
