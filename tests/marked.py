"""Appointments that staff have marked, for tests of figures."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.rules.appointments import Appointment, Kind, Mark
from flows.rules.figures import next_month
from storage.uow import UnitOfWork

BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = ("p1", "p2", "p3", "p4", "p5")


def months_ago(now: datetime, months: int) -> datetime:
    """Ten in the morning on the first of an earlier month."""
    first = next_month(now.astimezone(BERLIN).date().replace(day=1), -months)
    return datetime.combine(first, time(10), BERLIN)


def keep_marks(uow: UnitOfWork, starts: datetime, missed: int, attended: int, kind: Kind = Kind.IN_PERSON) -> None:
    """So many marks of people whom c1 has met on the days from `starts` on."""
    host = uow.people.by_handle("c1")
    people = [uow.people.by_handle(handle) for handle in PEOPLE]
    assert host is not None
    marks = [Mark.MISSED] * missed + [Mark.ATTENDED] * attended
    for number in range(0, len(marks), len(people)):
        id_ = uow.new_id()
        at = starts + timedelta(hours=number // len(people))
        place = uow.profile.places[0] if kind.has_place else ""
        held = Appointment(id=id_, handle=str(id_), organiser=host.id, kind=kind, starts=at, minutes=30, place=place)
        uow.appointments.add(held, starts)
        for person, mark in zip(people, marks[number : number + len(people)], strict=False):
            assert person is not None
            invitee = uow.appointments.invite(id_, person.id)
            uow.appointments.answer(replace(invitee, mark=mark))
