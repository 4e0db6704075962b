"""The next dates, each with what can be done about it: of a participant, and of a member of staff (F23, F27)."""

from datetime import timedelta

from flows.dialogues import meetings, replanning
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.meetings import NewTimeSet
from flows.engine.messages import Button, Text, Value
from flows.engine.run import start
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.appointments import Appointment
from flows.rules.reach import PAGE
from handlers import access, appointments
from handlers.occasion import Occasion, Sending

MOST_SHOWN = 5
CALL_OFF, CALL_OFF_REST, SHIFT = "call_off", "call_off_rest", "shift"
CHANGED = Text("This date has changed meanwhile or is called off already.")


def show(occasion: Occasion, person: Person) -> bool:
    """The next dates of a participant, each with what can be answered; False if there are none."""
    coming = [each for each in occasion.uow.appointments.of(person.id, occasion.now) if not each[0].cancelled]
    for appointment, invitee in coming[:MOST_SHOWN]:
        local = appointment.starts.astimezone(occasion.local(person).tzinfo)
        said = Said(appointments.details(occasion, appointment, person), meetings.answers(invitee.id, local))
        occasion.say(person, said, Sending(lasting=True))
    if coming and occasion.uow.profile.page and occasion.channel != PAGE:
        link: dict[str, Value] = {"link": occasion.uow.profile.page}
        occasion.say(person, Said(Text("On your page you can put these dates into your own calendar: {link}", link)))
    return bool(coming)


def show_own(occasion: Occasion, person: Person) -> None:
    """The next dates of a member of staff, each with the ways to move it and to call it off (F27)."""
    until = occasion.now + timedelta(days=14)
    held = [one for one in occasion.uow.appointments.held_by(person.id, occasion.now, until) if not one.cancelled]
    coming = [(one, people) for one in held if (people := theirs(occasion, person, one))]
    if not coming:
        occasion.say(person, Said(Text("No appointments in the next two weeks.")))
    for appointment, people in coming[:MOST_SHOWN]:
        names = tuple(Text("{person}", {"person": one.name}) for one in people)
        for one in people:
            access.note_read(occasion, person, Operation.READ_APPOINTMENTS, one)
        kind = meetings.STAFF_KINDS[appointment.kind]
        text = Text("{at}: {kind} with {people}", {"at": appointment.starts, "people": names, "kind": kind})
        occasion.say(person, Said(text, _ways(appointment)), Sending(lasting=True))


def _ways(appointment: Appointment) -> tuple[Button, ...]:
    value = f"{appointment.id}:{appointment.revision}"
    ways = (Button(Text("Call it off"), CALL_OFF, value), Button(Text("Move it"), SHIFT, value))
    rest = Button(Text("Call off this and all later ones"), CALL_OFF_REST, value)
    return ways if appointment.series is None else (*ways, rest)


def theirs(occasion: Occasion, organiser: Person, appointment: Appointment) -> list[Person]:
    """Those invited whom the organiser still has to do with."""
    invited = occasion.uow.appointments.invited(appointment.id)
    people = [occasion.uow.people.get(one.person) for one in invited]
    return [one for one in people if access.may(occasion, organiser, Operation.READ_APPOINTMENTS, one)]


def _still(occasion: Occasion, value: str, by: Person) -> Appointment | None:
    """The appointment a button is about, if it is still as it was then."""
    id_, _, revision = value.partition(":")
    appointment = occasion.uow.appointments.get(int(id_))
    if appointment.cancelled or str(appointment.revision) != revision:
        occasion.say(by, Said(CHANGED))
        return None
    return appointment


def call_off(occasion: Occasion, value: str, by: Person) -> None:
    """A press on "call it off": once, and only of what still holds."""
    appointment = _still(occasion, value, by)
    if appointment is not None:
        appointments.cancel(occasion, appointment, by)
        occasion.say(by, Said(Text("Called off: {at}. Everybody invited is told.", {"at": appointment.starts})))


def call_off_rest(occasion: Occasion, value: str, by: Person) -> None:
    """This date of a series and all later ones do not take place; those before stay."""
    appointment = _still(occasion, value, by)
    if appointment is None or appointment.series is None:
        return
    dates = occasion.uow.appointments.of_series(appointment.series, appointment.starts)
    appointments.cancel_series(occasion, dates, by)
    values: dict[str, Value] = {"at": appointment.starts, "n": len(dates)}
    occasion.say(by, Said(Text("Called off from {at} on: {n} dates. Everybody invited is told.", values)))


def begin_shift(occasion: Occasion, value: str, by: Person) -> None:
    """A press on "move it": to when is asked; only of what still holds."""
    from handlers.apply import apply_turn  # noqa: PLC0415 - what is begun here is carried out there, by way of this
    from handlers.facts import gather  # noqa: PLC0415 - as above

    appointment = _still(occasion, value, by)
    if appointment is None:
        return
    known: dict[str, Json] = {
        "appointment": str(appointment.id),
        "revision": str(appointment.revision),
        "old": appointment.starts.astimezone(occasion.local(by).tzinfo).isoformat(),
        "minutes": appointment.minutes,
    }
    turn = start(replanning.FLOW, now=occasion.local(by), facts=gather(occasion, by), answers=known)
    apply_turn(occasion, by, None, turn)


def shift(occasion: Occasion, wanted: NewTimeSet, by: Person) -> None:
    """It begins at the time that staff have chosen, unless it has changed since they were asked."""
    appointment = _still(occasion, f"{wanted.appointment}:{wanted.revision}", by)
    if appointment is not None:
        appointments.move(occasion, appointment, wanted.starts, by)
        occasion.say(by, Said(Text("Moved: {at}. Everybody invited is told.", {"at": wanted.starts})))
