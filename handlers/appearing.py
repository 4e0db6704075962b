"""Before and on the day: reminders, the question after somebody who does not appear, the word to staff (F22, F26, F29).

Nothing here marks anybody: only a person says what became of an appointment.
"""

from dataclasses import replace
from datetime import UTC, datetime

from flows.dialogues import meetings
from flows.engine.events import AlertKind, ReminderSent, Said
from flows.engine.meetings import AppointmentMarked
from flows.engine.messages import Button, MessageClass, Text
from flows.people import Person
from flows.rules.absence import covers
from flows.rules.access import Operation
from flows.rules.appointments import LATE_GUARD, Appointment, Invitee, Mark, is_expected, reminders
from flows.rules.contact import Drop, Later
from handlers import absences, access, alerts, appointments, leave_days, misses, moves, tasks
from handlers.invited import LATE_FOR
from handlers.occasion import Occasion, Sending

MARKS = {"attended": Mark.ATTENDED, "missed": Mark.MISSED, "excused": Mark.EXCUSED, "unexcused": Mark.UNEXCUSED}
"""Buttons by which staff say what became of it."""


def fire(occasion: Occasion, invitee_id: int, guard: str) -> None:
    """A timer of an appointment is due: it does what it was set for, if the appointment is still as it was then."""
    invitee = occasion.uow.appointments.invitee(invitee_id)
    appointment = occasion.uow.appointments.get(invitee.appointment)
    revision, _, what = guard.partition(":")
    if appointment.cancelled or str(appointment.revision) != revision:
        return
    person = occasion.uow.people.get(invitee.person)
    if _is_excused(occasion, person, appointment):
        return
    if what in misses.STEPS:
        misses.fire(occasion, person, appointment, invitee, what)
        return
    if not is_expected(invitee):
        return
    match what:
        case appointments.REMIND:
            _remind(occasion, person, appointment, invitee)
        case appointments.ASK:
            _ask(occasion, person, appointment, invitee)
        case _:
            _tell(occasion, person, appointment, invitee)


def _is_excused(occasion: Occasion, person: Person, appointment: Appointment) -> bool:
    """Whether a report or granted leave covers that day already."""
    day = appointment.starts.astimezone(occasion.local(person).tzinfo).date()
    reported = any(covers(absence, day) for absence in absences.of_person(occasion, person))
    return reported or leave_days.is_away(occasion, person, day)


def _remind(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """Say it now, later, or not at all; what is put off is decided anew then."""
    useful = _useful_until(occasion, person, appointment)
    decided = occasion.may_reach(person, until=useful)
    if isinstance(decided, Drop):
        return
    if isinstance(decided, Later):
        guard = f"{appointment.revision}:{appointments.REMIND}"
        occasion.uow.timers.add(appointments.TIMER, decided.at.astimezone(UTC), person.id, invitee.id, guard)
        return
    day = occasion.local(person).date().isoformat()
    sending = appointments.unasked(appointment, invitee, f"{appointments.REMIND}:{day}")
    sending = replace(sending, expires=useful.astimezone(UTC))
    if appointments.say_details(occasion, appointment, invitee, meetings.reminder, sending):
        occasion.uow.appointments.answer(replace(invitee, asked=occasion.now))
        occasion.record(ReminderSent(who=person.id, about=appointment.handle), person.id)


def _useful_until(occasion: Occasion, person: Person, appointment: Appointment) -> datetime:
    """Until when a reminder is of use: until shortly before it begins, or the day on which the next reminder comes."""
    local = occasion.local(person)
    starts = appointment.starts.astimezone(local.tzinfo)
    following = reminders(starts, local, occasion.uow.profile.plan, occasion.calendar)
    if following:
        return following[0].replace(hour=0, minute=0)
    return starts - LATE_GUARD


def _ask(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """Ask kindly whoever has not appeared, at any hour: that is in their own interest."""
    late = _is_late(occasion, person, appointment)
    if occasion.now >= appointment.ends or late or isinstance(occasion.may_reach(person, urgent=True), Drop):
        return
    day = appointment.starts.astimezone(occasion.local(person).tzinfo).date().isoformat()
    ways = (
        Button(Text("I am here"), "here", f"here:{invitee.id}"),
        Button(Text("I am late"), "late"),
        Button(Text("I am ill"), "ill", f"illness|{day}|{day}"),
        Button(Text("I cannot come"), "cannot", f"|{day}|{day}"),
        Button(Text("Please call me"), "call"),
    )
    sending = replace(appointments.unasked(appointment, invitee, "missed"), expires=appointment.ends, urgent=True)
    values = {"at": appointment.starts}
    text = Text("Your date began at {at}, and you are not here. Is everything all right?", values)
    occasion.say(person, Said(text, ways, at=appointment.starts), sending)


def _tell(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """Let whoever is responsible know that somebody has not appeared (R22: within minutes, not the next day)."""
    if _said_something(occasion, person, appointment):
        return
    value = str(invitee.id)
    marks = (Button(Text("Is there"), "attended", value), Button(Text("Was not there"), "missed", value))
    text = Text("{name} is not there yet: {at}.", {"at": appointment.starts})
    alerts.raise_alert(occasion, person, alerts.News(kind=AlertKind.NO_SHOW, text=text, buttons=marks))


def _said_something(occasion: Occasion, person: Person, appointment: Appointment) -> bool:
    """Whether an alert since the day began says what is the matter: late, absent, in need of a call."""
    local = appointment.starts.astimezone(occasion.local(person).tzinfo)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    telling = {AlertKind.LATENESS, AlertKind.ABSENCE, AlertKind.CRISIS}
    return any(alert.raised_at >= midnight and alert.kind in telling for alert in occasion.uow.alerts.about(person.id))


def _is_late(occasion: Occasion, person: Person, appointment: Appointment) -> bool:
    """Whether they have said, in the hours before, that they come later."""
    since = appointment.starts - LATE_FOR
    lateness = [one for one in occasion.uow.alerts.about(person.id) if one.kind is AlertKind.LATENESS]
    return any(one.raised_at >= since for one in lateness)


def say_here(occasion: Occasion, person: Person, value: str) -> None:
    """The person says that they are here; staff see it and mark it themselves."""
    number = value.removeprefix("here:")
    part = moves.part_of(occasion, person, int(number)) if number.isdecimal() else None
    if part is None:
        occasion.say(person, Said(moves.OVER))
        return
    appointment, invitee = part
    occasion.uow.timers.cancel(appointments.TIMER, invitee.id)
    occasion.say(person, Said(Text("Thank you. {caseworker} gets the message.")))
    marks = (Button(Text("Is there"), "attended", str(invitee.id)),)
    text = Text("{name} writes: I am here ({at}).", {"at": appointment.starts})
    about = Sending(message_class=MessageClass.ALERT, subject=person, lasting=True)
    for reader in moves.who_hears(occasion, person, appointment):
        occasion.say(reader, Said(text, marks), about)
        access.note_read(occasion, reader, Operation.READ_APPOINTMENTS, person)


def mark(occasion: Occasion, action: str, value: str, by: Person) -> None:
    """Staff say what became of it for one person; a later word replaces an earlier one, the history stays (F26)."""
    invitee = occasion.uow.appointments.invitee(int(value))
    appointment = occasion.uow.appointments.get(invitee.appointment)
    person = occasion.uow.people.get(invitee.person)
    occasion.uow.appointments.answer(replace(invitee, mark=MARKS[action]))
    occasion.record(AppointmentMarked(who=person.id, id=appointment.handle, mark=MARKS[action]), person.id)
    misses.follow(occasion, person, appointment, replace(invitee, mark=MARKS[action]))
    if MARKS[action] is Mark.UNEXCUSED:
        tasks.happened(occasion, person, "unexcused", appointment.handle)
    else:
        tasks.undone(occasion, person, "unexcused", appointment.handle, by)
    about = Sending(subject=person)
    if MARKS[action] is Mark.ATTENDED:
        occasion.say(by, Said(Text("Noted: {name} is there.")), about)
        return
    again = (Button(Text("Excused"), "excused", value), Button(Text("Unexcused"), "unexcused", value))
    occasion.say(by, Said(Text("Noted: {name} was not there."), again), replace(about, lasting=True))
