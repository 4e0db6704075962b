"""What invited people say to an appointment: they come, they do not, they would like another time (F23, F24)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows.dialogues import meetings, moving
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.meetings import AppointmentConfirmed
from flows.engine.messages import Button, Level, MessageClass, Text
from flows.engine.replies import Intent, Reply
from flows.people import Person
from flows.rules.absence import standing
from flows.rules.access import Operation
from flows.rules.appointments import Answer, Appointment, Invitee, free_times, spread
from flows.rules.hours import Taken
from handlers import access, free, moves, questions
from handlers.occasion import Occasion, Sending
from storage.conversations import StoredConversation

OFFERED = 4
ASKED_LATELY = timedelta(days=4)
"""How long a plain "yes" without a question in sight is taken as the answer to a reminder."""
LATE_FOR = timedelta(hours=3)
"""How long before an appointment somebody's "I am late" is about it, too."""
POLITE = frozenset({Intent.GREETING, Intent.THANKS})
ANSWERING = POLITE | {Intent.COMING, Intent.TAKE_BACK}


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


def keep_to_appointments(occasion: Occasion, person: Person, stored: StoredConversation | None, reply: Reply) -> Reply:
    """The reply without what is only ever said to an appointment, where there is none that it could be about."""
    about = {Intent.COMING, Intent.MOVE}.intersection(reply.reading.intents)
    if Intent.MOVE in about and _may_move(occasion, person, stored, reply):
        about.discard(Intent.MOVE)
    if stored is None and asked_lately(occasion, person):
        about.discard(Intent.COMING)
    if not about:
        return reply
    rest = tuple(intent for intent in reply.reading.intents if intent not in about)
    return replace(reply, reading=replace(reply.reading, intents=rest))


def _may_move(occasion: Occasion, person: Person, stored: StoredConversation | None, reply: Reply) -> bool:
    """Whether there is something to move; "I cannot then" is about it only if it was asked about lately."""
    if stored is not None and stored.conversation.flow == moving.FLOW.name:
        return False
    if Intent.CANNOT_COME in reply.reading.intents:
        return bool(asked_lately(occasion, person, settled=True))
    return bool(ahead(occasion, person))


def hear(occasion: Occasion, person: Person, facts: Facts, stored: StoredConversation | None, reply: Reply) -> bool:
    """Take words as the answer to what was asked lately; False if nothing was, or it was more than an answer."""
    if Intent.MOVE in reply.reading.intents and not reply.action:
        if stored is not None:
            questions.leave(occasion, person, stored)
        _move_next(occasion, person, facts, reply)
        return True
    if stored is not None or reply.action or not ANSWERING.issuperset(reply.reading.intents):
        return False
    coming, said = reply.reading.coming, reply.reading.yes
    if coming and standing(facts.absences, occasion.local(person).date()):
        _ask_what_is_meant(occasion, person)
        return True
    plain = not set(reply.reading.intents) - POLITE
    asked = asked_lately(occasion, person)
    if not asked or not (coming or (plain and said is not None)):
        return False
    if len(asked) > 1:
        _ask_which(occasion, person, asked)
    elif coming or said:
        confirm(occasion, person, *asked[0])
    else:
        offer_ways(occasion, person, *asked[0])
    return True


def _ask_which(occasion: Occasion, person: Person, asked: Sequence[tuple[Appointment, Invitee]]) -> None:
    """ "Yes" after several questions answers none of them for sure."""
    ways = tuple(
        Button(Text("I come on {at}", {"at": appointment.starts}), "come", f"{meetings.VALUE}{invitee.id}")
        for appointment, invitee in asked[:OFFERED]
    )
    said = Said(Text("You have several dates. Which one do you come to?"), (*ways, Button(meetings.ASK, "ask")))
    occasion.say(person, said, Sending(lasting=True))


def _move_next(occasion: Occasion, person: Person, facts: Facts, reply: Reply) -> None:
    """Another time is wished for in words: of what was asked about lately, or else of the next appointment."""
    asked = asked_lately(occasion, person, settled=True)
    part = (asked or ahead(occasion, person))[0]
    if Intent.CANNOT_COME in reply.reading.intents:
        offer_ways(occasion, person, *part)
    else:
        begin_move(occasion, person, facts, *part)


def note_late(occasion: Occasion, person: Person) -> None:
    """Whoever comes later comes: an appointment of the next hours is confirmed, and whoever holds it hears so."""
    today = occasion.local(person).date()
    for appointment, invitee in ahead(occasion, person):
        starts = appointment.starts.astimezone(occasion.local(person).tzinfo)
        if starts.date() != today or appointment.starts > occasion.now + LATE_FOR:
            return
        come_late(occasion, person, appointment, invitee)
        return


def come_late(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee, words: str = "") -> None:
    """They come, later: whoever holds it reads so, in their own words where they have said it so."""
    _settle(occasion, person, appointment, invitee)
    about = Sending(message_class=MessageClass.ALERT, subject=person)
    text = Text("{name} comes later to the appointment: {at}.", {"at": appointment.starts})
    for reader in moves.who_hears(occasion, person, appointment):
        occasion.say(reader, Said(text, level=Level.L4), about)
        if words:
            occasion.say_words(reader, words, about)
        access.note_read(occasion, reader, Operation.READ_APPOINTMENTS, person)


def ahead(occasion: Occasion, person: Person) -> list[tuple[Appointment, Invitee]]:
    """What is not over, cancelled, declined or asked to be moved, the next one first."""
    return [
        (appointment, invitee)
        for appointment, invitee in occasion.uow.appointments.of(person.id, occasion.now)
        if not appointment.cancelled and invitee.answer in {Answer.OPEN, Answer.CONFIRMED}
    ]


def asked_lately(occasion: Occasion, person: Person, *, settled: bool = False) -> list[tuple[Appointment, Invitee]]:
    """What the person was asked about lately and has not answered; with `settled`, answered or not."""
    since = occasion.now - ASKED_LATELY
    return [
        (appointment, invitee)
        for appointment, invitee in ahead(occasion, person)
        if (settled or invitee.answer is Answer.OPEN) and invitee.asked is not None and invitee.asked > since
    ]


def offer_ways(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """They do not come then: for a reason, ill, or at another time."""
    local = appointment.starts.astimezone(occasion.local(person).tzinfo)
    ways = meetings.answers(invitee.id, local)[1:]
    occasion.say(person, Said(Text("All right. What fits?"), ways), Sending(lasting=True))


def _ask_what_is_meant(occasion: Occasion, person: Person) -> None:
    """ "I come" while a report stands may be about the report or about an appointment: asked, never guessed."""
    asked = asked_lately(occasion, person)
    to_it = [
        Button(Text("I come on {at}", {"at": appointment.starts}), "come", f"{meetings.VALUE}{invitee.id}")
        for appointment, invitee in asked[:1]
    ]
    after_all = Button(Text("I am coming after all"), "come")
    ways = (after_all, *to_it, Button(meetings.ASK, "ask"))
    occasion.say(person, Said(Text("You have reported that you cannot come. What fits now?"), ways))


def confirm(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    """They come: nobody else needs to hear of it."""
    _settle(occasion, person, appointment, invitee)
    occasion.say(person, Said(Text("Good. See you {at}.", {"at": appointment.starts}), at=appointment.starts))


def _settle(occasion: Occasion, person: Person, appointment: Appointment, invitee: Invitee) -> None:
    if invitee.answer is not Answer.CONFIRMED:
        occasion.uow.appointments.answer(replace(invitee, answer=Answer.CONFIRMED, wish=None))
        occasion.record(AppointmentConfirmed(who=person.id, id=appointment.handle), person.id)


def begin_move(occasion: Occasion, person: Person, facts: Facts, appointment: Appointment, invitee: Invitee) -> None:
    """Offer free times of whoever the appointment is with."""
    times = offer(occasion, person, appointment)
    known: dict[str, Json] = {"invitee": str(invitee.id), "times": [time.isoformat() for time in times]}
    questions.begin(occasion, person, facts, moving.FLOW, known)


def offer(occasion: Occasion, person: Person, appointment: Appointment) -> list[datetime]:
    """A few free times, on the person's clock; what others have asked for is not free."""
    local, organiser = occasion.local(person), occasion.uow.people.get(appointment.organiser)
    horizon = occasion.now + timedelta(days=30)
    held = occasion.uow.appointments.held_by(organiser.id, occasion.now, horizon)
    own = [span for _, span in occasion.uow.appointments.taken_of([person.id], occasion.now, horizon)]
    busy: list[Taken] = [*free.taken(occasion, organiser, horizon), *own, *_wished(occasion, held, person)]
    return spread(free_times(local, appointment.minutes, busy, free.calendar_of(occasion, organiser)), OFFERED)


def _wished(occasion: Occasion, held: Sequence[Appointment], person: Person) -> list[Appointment]:
    """The times that others have asked for, as if they were settled."""
    return [
        replace(one, starts=invitee.wish)
        for one in held
        if not one.cancelled
        for invitee in occasion.uow.appointments.invited(one.id)
        if invitee.wish is not None and invitee.person != person.id
    ]
