"""What days on which somebody is not there do to appointments on them (F20): nobody needs to say it twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flows.engine.meetings import AppointmentDeclined
from flows.people import Person
from flows.rules.absence import Absence, covers
from flows.rules.appointments import Answer
from handlers.occasion import Occasion

Days = Callable[[date], bool]
"""Whether a day is one of them."""


def report_covers(occasion: Occasion, person: Person, absence: Absence) -> None:
    """Somebody who has reported an absence does not come to what falls into it; nobody needs a second word."""
    decline_on(occasion, person, lambda day: covers(absence, day))


def report_is_off(occasion: Occasion, person: Person, absence: Absence) -> None:
    """A report was taken back: what falls into it is open again."""
    before = replace(absence, taken_back=False)
    open_again(occasion, person, lambda day: covers(before, day))


def decline_on(occasion: Occasion, person: Person, days: Days) -> None:
    """The person does not come to what begins on these days."""
    for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now):
        day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
        if appointment.cancelled or invitee.answer is Answer.DECLINED or not days(day):
            continue
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.DECLINED, wish=None))
        occasion.record(AppointmentDeclined(who=person.id, id=appointment.handle), person.id)


def open_again(occasion: Occasion, person: Person, days: Days) -> None:
    """What begins on these days is open again."""
    for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now):
        day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
        if invitee.answer is Answer.DECLINED and days(day):
            occasion.uow.appointments.answer(replace(invitee, answer=Answer.OPEN))
