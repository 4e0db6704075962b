"""A word to whoever an appointment is with, shortly before it begins; it dies with a moved or cancelled one (F27)."""

from datetime import UTC
from typing import Final

from flows.dialogues.day_sheet import own_line
from flows.engine.events import Said
from flows.engine.messages import Level, MessageClass
from flows.people import Person
from flows.rules.absence import covers
from flows.rules.access import Operation
from flows.rules.appointments import Appointment, is_expected
from handlers import absences, access
from handlers.occasion import Occasion, Sending

TIMER: Final = "own appointment"


def set_for(occasion: Occasion, appointment: Appointment) -> None:
    """Set the reminder of the host; one set for an earlier time of this appointment is void."""
    occasion.uow.timers.cancel(TIMER, appointment.id)
    before = occasion.uow.profile.staff_day.remind_before
    if before is not None and appointment.starts - before > occasion.now:
        at = (appointment.starts - before).astimezone(UTC)
        occasion.uow.timers.add(TIMER, at, appointment.organiser, appointment.id, str(appointment.revision))


def fire(occasion: Occasion, _: Person, appointment_id: int, guard: str) -> None:
    """Remind whoever it is with now, while they are there and somebody is still expected."""
    uow = occasion.uow
    appointment = uow.appointments.get(appointment_id)
    host = uow.people.get(appointment.organiser)
    if appointment.cancelled or str(appointment.revision) != guard or appointment.starts <= occasion.now:
        return
    expected = _expected(occasion, host, appointment)
    is_there = not uow.people.has_left(host.id) and not uow.people.is_away(host.id, occasion.local(host).date())
    if not expected or not is_there:
        return
    starts = appointment.starts.astimezone(occasion.local(host).tzinfo)
    said = Said(own_line(appointment, starts, [one.name for one in expected]), level=Level.L4, at=starts)
    dedupe = f"own:{appointment.id}:{appointment.revision}"
    sending = Sending(message_class=MessageClass.ALERT, expires=appointment.starts, dedupe=dedupe)
    if occasion.say(host, said, sending):
        for one in expected:
            access.note_read(occasion, host, Operation.READ_APPOINTMENTS, one)


def _expected(occasion: Occasion, host: Person, appointment: Appointment) -> list[Person]:
    """Who is still expected, of those whom the host may read about."""
    invited = occasion.uow.appointments.invited(appointment.id)
    people = [occasion.uow.people.get(one.person) for one in invited if is_expected(one)]
    readable = [one for one in people if access.may(occasion, host, Operation.READ_APPOINTMENTS, one)]
    return [one for one in readable if not _is_absent(occasion, one, appointment)]


def _is_absent(occasion: Occasion, person: Person, appointment: Appointment) -> bool:
    day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
    return any(covers(report, day) for report in absences.of_person(occasion, person))
