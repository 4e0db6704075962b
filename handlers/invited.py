"""What invited people say to an appointment: they come, they do not, they would like another time (F23, F24)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows.dialogues import meetings, moving
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.meetings import AppointmentConfirmed
from flows.engine.messages import Text
from flows.engine.replies import Reply
from flows.people import Person
from flows.rules.appointments import Answer, Appointment, Invitee, free_times, spread
from handlers import moves, questions
from handlers.occasion import Occasion, Sending

OFFERED = 4
ASKED_LATELY = timedelta(days=4)
"""How long a plain "yes" without a question in sight is taken as the answer to a reminder."""


def press(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> bool:
    """Take a press under an appointment; False if it is about none."""
    number = meetings.invitee_of(reply.value)
    if number is None:
        return False
    part = moves.part_of(occasion, person, number)
    if part is None:
        occasion.say(person, Said(moves.OVER))
    elif reply.action == "come":
        confirm(occasion, person, *part)
    else:
        begin_move(occasion, person, facts, *part)
    return True


def hear(occasion: Occasion, person: Person, reply: Reply) -> bool:
    """Take a plain yes or no as the answer to what was asked lately; False if nothing was, or it was more than that."""
    said = reply.reading.yes
    if said is None or reply.reading.intents or reply.action:
        return False
    since = occasion.now - ASKED_LATELY
    asked = [
        (appointment, invitee)
        for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now)
        if not appointment.cancelled
        and invitee.answer is Answer.OPEN
        and invitee.asked is not None
        and invitee.asked > since
    ]
    if not asked:
        return False
    if said:
        confirm(occasion, person, *asked[0])
    else:
        appointment, invitee = asked[0]
        local = appointment.starts.astimezone(occasion.local(person).tzinfo)
        ways = meetings.answers(invitee.id, local)[1:]
        occasion.say(person, Said(Text("All right. What fits?"), ways), Sending(lasting=True))
    return True


def confirm(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """They come: nobody else needs to hear of it."""
    if invitee.answer is not Answer.CONFIRMED:
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.CONFIRMED, wish=None))
        occasion.record(AppointmentConfirmed(who=person.id, id=appointment.handle), person.id)
    occasion.say(person, Said(Text("Good. See you {at}.", {"at": appointment.starts}), at=appointment.starts))


def begin_move(occasion: Occasion, person: Person, facts: Facts, appointment: Appointment, invitee: Invitee) -> None:
    """Offer free times of whoever the appointment is with."""
    times = offer(occasion, person, appointment)
    known: dict[str, Json] = {"invitee": str(invitee.id), "times": [time.isoformat() for time in times]}
    questions.begin(occasion, person, facts, moving.FLOW, known)


def offer(occasion: Occasion, person: Person, appointment: Appointment) -> list[datetime]:
    """A few free times, on the person's clock; what others have asked for is not free."""
    local = occasion.local(person)
    horizon = occasion.now + timedelta(days=30)
    held = occasion.uow.appointments.held_by(appointment.organiser, occasion.now, horizon)
    busy = [*held, *_wished(occasion, held, person)]
    return spread(free_times(local, appointment.minutes, busy, occasion.calendar), OFFERED)


def _wished(occasion: Occasion, held: Sequence[Appointment], person: Person) -> list[Appointment]:
    """The times that others have asked for, as if they were settled."""
    return [
        replace(one, starts=invitee.wish)
        for one in held
        if not one.cancelled
        for invitee in occasion.uow.appointments.invited(one.id)
        if invitee.wish is not None and invitee.person != person.id
    ]
