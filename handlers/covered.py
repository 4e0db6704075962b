"""What a reported absence does to appointments on its days (F20): nobody needs to say it twice."""

from dataclasses import replace

from flows.engine.meetings import AppointmentDeclined
from flows.people import Person
from flows.rules.absence import Absence, covers
from flows.rules.appointments import Answer
from handlers.occasion import Occasion


def report_covers(occasion: Occasion, person: Person, absence: Absence) -> None:
    """Somebody who has reported an absence does not come to what falls into it; nobody needs a second word."""
    for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now):
        day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
        if appointment.cancelled or invitee.answer is Answer.DECLINED or not covers(absence, day):
            continue
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.DECLINED, wish=None))
        occasion.record(AppointmentDeclined(who=person.id, id=appointment.handle), person.id)


def report_is_off(occasion: Occasion, person: Person, absence: Absence) -> None:
    """A report was taken back: what falls into it is open again."""
    before = replace(absence, taken_back=False)
    for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now):
        day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
        if invitee.answer is Answer.DECLINED and covers(before, day):
            occasion.uow.appointments.answer(replace(invitee, answer=Answer.OPEN))
