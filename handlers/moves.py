"""Another time for an appointment: wished for by the person, settled by staff with one tap (F24)."""

from dataclasses import replace
from datetime import UTC

from flows.dialogues import meetings
from flows.engine.events import AlertKind, Said
from flows.engine.meetings import AppointmentMoveRequested, MoveWanted
from flows.engine.messages import Button, Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.appointments import Answer, Appointment, Invitee
from handlers import access, alerts, appointments
from handlers.occasion import Occasion, Sending
from storage.errors import UnknownRow

OVER = Text("This date is over or has changed. Write “my appointments” to see what is next.")


def part_of(occasion: Occasion, person: Person, number: int) -> tuple[Appointment, Invitee] | None:
    """The appointment and the person's own part in it, as long as it lies ahead; None for anybody else's."""
    if not access.may_own(person, Operation.ANSWER_APPOINTMENT):
        return None
    try:
        invitee = occasion.uow.appointments.invitee(number)
    except UnknownRow:
        return None
    appointment = occasion.uow.appointments.get(invitee.appointment)
    own = invitee.person == person.id and not appointment.cancelled and appointment.ends > occasion.now
    return (appointment, invitee) if own else None


def who_hears(occasion: Occasion, person: Person, appointment: Appointment) -> list[Person]:
    """Whoever planned it, while they are there and the person is theirs; else who is responsible today."""
    organiser, people = occasion.uow.people.get(appointment.organiser), occasion.uow.people
    away = people.is_away(organiser.id, occasion.local(organiser).date())
    if not away and access.may(occasion, organiser, Operation.READ_APPOINTMENTS, person):
        return [organiser]
    responsible = occasion.responsible(person)
    return [] if responsible is None else [responsible]


def ask_for_move(occasion: Occasion, person: Person, wanted: MoveWanted) -> None:
    """Another time is wished for: whoever is responsible decides by one tap."""
    part = part_of(occasion, person, wanted.invitee)
    if part is None:
        occasion.say(person, Said(OVER))
        return
    appointment, invitee = part
    wish = None if wanted.wish is None else wanted.wish.astimezone(UTC)
    occasion.uow.appointments.answer(replace(invitee, answer=Answer.MOVE_REQUESTED, wish=wish))
    occasion.record(AppointmentMoveRequested(who=person.id, id=appointment.handle), person.id)
    if wish is None:
        at = {"at": appointment.starts}
        text = Text("{name} cannot come on {at} and needs another time. None of the free ones fits.", at)
        news = alerts.News(kind=AlertKind.MOVE, text=text)
    else:
        text = Text("{name} asks for {wish} instead of {at}.", {"wish": wish, "at": appointment.starts})
        value = f"{invitee.id}:{appointment.revision}"
        yes, no = Button(Text("Agree"), "confirm", value), Button(Text("Keep the old time"), "decline", value)
        news = alerts.News(kind=AlertKind.MOVE, text=text, buttons=(yes, no))
    alerts.raise_alert(occasion, person, news)


def decide(occasion: Occasion, value: str, by: Person, *, agreed: bool) -> None:
    """Staff agree to the time that was wished for, or keep the old one; once, and only if it is still free."""
    number, _, revision = value.partition(":")
    invitee = occasion.uow.appointments.invitee(int(number))
    appointment = occasion.uow.appointments.get(invitee.appointment)
    person = occasion.uow.people.get(invitee.person)
    about = Sending(subject=person)
    if invitee.wish is None or str(appointment.revision) != revision or appointment.cancelled:
        occasion.say(by, Said(Text("This is settled already.")), about)
        return
    if not agreed:
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.OPEN, wish=None))
        occasion.say(by, Said(Text("All right. {name} is told that the old time stays.")), about)
        stays = appointments.unasked(appointment, invitee, "stays")
        appointments.say_details(occasion, appointment, invitee, meetings.stays, stays)
        return
    wish = invitee.wish
    if appointments.collides(occasion, appointment.organiser, wish, appointment.minutes, appointment.id):
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.OPEN, wish=None))
        occasion.say(by, Said(Text("This time is taken by now. {name} is asked for another one.")), about)
        again = Said(
            Text("This time is taken by now, I am sorry. Which other one?"),
            (Button(meetings.MOVE, "move", f"{meetings.VALUE}{invitee.id}"),),
        )
        occasion.say(person, again, appointments.unasked(appointment, invitee, f"taken:{occasion.cause}"))
        return
    appointments.move(occasion, appointment, wish, by)
    occasion.say(by, Said(Text("Settled: {name}, {at}.", {"at": wish})), about)
