"""Appointments: planned, moved, called off; their timers die with the revision they were set for (F20, F24)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.dialogues import meetings
from flows.engine.events import Said
from flows.engine.meetings import AppointmentCancelled, AppointmentMoved, AppointmentPlanned, MeetingWanted
from flows.engine.messages import Button, Haste, MessageClass, Text, Value
from flows.people import Person, PersonId
from flows.rules.appointments import Answer, Appointment, Invitee, is_expected, overlaps, reminders
from handlers import host_reminders, interpreters
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork

TIMER = "appointment"
REMIND, ASK, TELL = "remind", "ask", "tell"
DEDUPE = "meet"
Wording = Callable[[Value], Text]
"""How the details of an appointment are introduced."""


def plan(occasion: Occasion, wanted: MeetingWanted, by: Person, handle: str = "") -> Appointment:
    """Enter a new appointment, ask everybody invited whether it suits, and set what is to happen until then.

    `handle` is its stable name; without one it is called by its number. The dates of a series are appointments of their
    own, each of which can be moved or called off alone; people are asked about the first and told of the others.
    """
    appointment, unreached = _enter(occasion, wanted, by, handle)
    for starts in wanted.later:
        _enter_later(occasion, appointment, wanted, starts, by)
    if wanted.later:
        _tell_of_series(occasion, appointment, wanted)
    if unreached:
        names = tuple(Text("{person}", {"person": one.name}) for one in unreached)
        text = Text("I do not reach these people in time: {people}. Please tell them yourself.", {"people": names})
        occasion.say(by, Said(text), Sending(subject=unreached[0]))
    return appointment


def _enter(occasion: Occasion, wanted: MeetingWanted, by: Person, handle: str = "") -> tuple[Appointment, list[Person]]:
    """The first or only date; who of the invited could not be told of it."""
    appointment = add(occasion, wanted, by, handle=handle)
    unreached = []
    for who in wanted.people:
        invitee = occasion.uow.appointments.invite(appointment.id, who)
        if not _announce(occasion, appointment, invitee, meetings.planned):
            unreached.append(occasion.uow.people.get(who))
    return appointment, unreached


def _enter_later(occasion: Occasion, first: Appointment, wanted: MeetingWanted, starts: datetime, by: Person) -> None:
    """A further date of a series: people are reminded of it, and told of all of them at once."""
    appointment = add(occasion, replace(wanted, starts=starts), by, series=first.id)
    for who in wanted.people:
        invitee = occasion.uow.appointments.invite(appointment.id, who)
        set_timers(occasion, appointment, invitee, occasion.uow.people.get(who))


def add(
    occasion: Occasion, wanted: MeetingWanted, by: Person, *, handle: str = "", series: int | None = None
) -> Appointment:
    """A new appointment to which nobody is invited yet."""
    appointment = build(occasion.uow.new_id(), occasion, wanted, by.id)
    first = appointment.id if wanted.later else None
    appointment = replace(appointment, handle=handle or appointment.handle, series=series or first)
    occasion.uow.appointments.add(appointment, occasion.now)
    host_reminders.set_for(occasion, appointment)
    occasion.record(AppointmentPlanned(id=appointment.handle), by.id)
    return appointment


def build(id_: int, occasion: Occasion, wanted: MeetingWanted, organiser: PersonId) -> Appointment:
    """The appointment that was wanted, called by its number; how one gets to a known place is known."""
    return Appointment(
        id=id_,
        handle=str(id_),
        organiser=organiser,
        kind=wanted.kind,
        starts=wanted.starts.astimezone(UTC),
        minutes=wanted.minutes,
        place=wanted.place,
        way=wanted.way or occasion.uow.profile.ways.get(wanted.place, ""),
        link=wanted.link,
        interpreter=wanted.interpreter,
        interpreter_name=wanted.interpreter_name,
        interpreter_contact=wanted.interpreter_contact,
    )


def _tell_of_series(occasion: Occasion, first: Appointment, wanted: MeetingWanted) -> None:
    values: dict[str, Value] = {"n": len(wanted.later) + 1, "last": wanted.later[-1].date()}
    for invitee in occasion.uow.appointments.invited(first.id):
        if "C1" in occasion.uow.consents.effective(invitee.person, occasion.now):
            said = Said(Text("It is every week, {n} times, until {last}.", values))
            occasion.say(occasion.uow.people.get(invitee.person), said, unasked(first, invitee, "series"))


def enter(occasion: Occasion, wanted: MeetingWanted, by: Person) -> None:
    """As `plan`, for somebody who has just said so in the chat."""
    first = occasion.uow.people.get(wanted.people[0])
    if wanted.group:
        values: dict[str, Value] = {"group": wanted.group, "at": wanted.starts}
        occasion.say(by, Said(Text("Entered for group {group}: {at}.", values)), Sending(subject=first))
    else:
        occasion.say(by, Said(Text("Entered: {name}, {at}.", {"at": wanted.starts})), Sending(subject=first))
    appointment = plan(occasion, wanted, by)
    interpreters.tell_planned(occasion, appointment, by)
    _tell_of_leave(occasion, (wanted.starts, *wanted.later), appointment, by)


def _tell_of_leave(occasion: Occasion, starts: tuple[datetime, ...], first: Appointment, by: Person) -> None:
    """Whoever plans into their own leave hears of it at once, with the way out."""
    away = [at.date() for at in starts if occasion.uow.people.is_away(by.id, at.date())]
    if away:
        off = Button(Text("Call it off"), "call_off", f"{first.id}:{first.revision}")
        ways = (off,) if away[0] == starts[0].date() else ()
        text = Text("You are on leave on {day}. Please call it off, or agree who takes it over.", {"day": away[0]})
        occasion.say(by, Said(text, ways), Sending(lasting=True))


def move(occasion: Occasion, appointment: Appointment, starts: datetime, by: Person) -> None:
    """It begins at another time: old reminders die, everybody is asked anew (F24); whoever interprets moves with it."""
    moved = replace(appointment, starts=starts.astimezone(UTC), revision=appointment.revision + 1)
    occasion.uow.appointments.change(moved)
    host_reminders.set_for(occasion, moved)
    occasion.record(AppointmentMoved(id=moved.handle), by.id)
    interpreters.tell_moved(occasion, appointment, moved, by)
    for invitee in occasion.uow.appointments.invited(moved.id):
        agreed = invitee.wish is not None and invitee.wish == moved.starts
        answer = Answer.CONFIRMED if agreed else Answer.OPEN
        fresh = replace(invitee, answer=answer, wish=None, asked=None)
        occasion.uow.appointments.answer(fresh)
        _announce(occasion, moved, fresh, meetings.settled if agreed else meetings.moved)


def cancel(occasion: Occasion, appointment: Appointment, by: Person) -> None:
    """It does not take place: everybody invited is told once, nobody is reminded of it."""
    if appointment.cancelled:
        return
    for off, invitee in call_off(occasion, appointment, by):
        tell_off(occasion, off, invitee, Text("{at} is called off. You need not come.", {"at": off.starts}))


def cancel_series(occasion: Occasion, dates: list[Appointment], by: Person) -> None:
    """All these dates of a series do not take place: everybody invited is told once of all of them."""
    told: set[PersonId] = set()
    for appointment in dates:
        for off, invitee in call_off(occasion, appointment, by):
            if invitee.person not in told:
                told.add(invitee.person)
                text = Text(
                    "From {at} on, all dates of this series are called off. You need not come.", {"at": off.starts}
                )
                tell_off(occasion, off, invitee, text)


def call_off(occasion: Occasion, appointment: Appointment, by: Person) -> list[tuple[Appointment, Invitee]]:
    """From now on it does not take place; whose part it was, for whoever tells them."""
    off = replace(appointment, cancelled=True, revision=appointment.revision + 1)
    occasion.uow.appointments.change(off)
    occasion.record(AppointmentCancelled(id=off.handle), by.id)
    interpreters.tell_off(occasion, off, by)
    invited = occasion.uow.appointments.invited(off.id)
    for invitee in invited:
        occasion.uow.timers.cancel(TIMER, invitee.id)
    return [(off, invitee) for invitee in invited]


def tell_off(occasion: Occasion, off: Appointment, invitee: Invitee, text: Text) -> None:
    """Say that it does not take place, unless it is over or they get no messages."""
    if occasion.now < off.starts and "C1" in occasion.uow.consents.effective(invitee.person, occasion.now):
        person = occasion.uow.people.get(invitee.person)
        occasion.say(person, Said(text, at=off.starts), unasked(off, invitee, "off"))


def _announce(occasion: Occasion, appointment: Appointment, invitee: Invitee, wording: Wording) -> bool:
    """Say what is new and ask whether it suits; set reminders and the questions of the day itself.

    False: the person cannot be told of it, or not in time.
    """
    person = occasion.uow.people.get(invitee.person)
    set_timers(occasion, appointment, invitee, person)
    return tell_new(occasion, appointment, invitee, wording)


def tell_new(occasion: Occasion, appointment: Appointment, invitee: Invitee, wording: Wording) -> bool:
    """Say what is new and ask whether it suits; False as `_announce`."""
    person = occasion.uow.people.get(invitee.person)
    if appointment.starts <= occasion.now or "C1" not in occasion.uow.consents.effective(person.id, occasion.now):
        return False
    occasion.uow.appointments.answer(replace(invitee, asked=occasion.now))
    return say_details(occasion, appointment, invitee, wording, unasked(appointment, invitee, "new"))


def say_details(
    occasion: Occasion, appointment: Appointment, invitee: Invitee, wording: Wording, sending: Sending
) -> bool:
    """Say when, where and with whom, ask the one question, and offer what can be answered."""
    person = occasion.uow.people.get(invitee.person)
    text = wording(details(occasion, appointment, person))
    local = appointment.starts.astimezone(occasion.local(person).tzinfo)
    said = Said(text, meetings.answers(invitee.id, local), at=appointment.starts)
    if not occasion.say(person, said, sending):
        return False
    for number, more in enumerate(_more(appointment)):
        part = replace(sending, dedupe=f"{sending.dedupe}:{number}", haste=sending.haste or Haste.PROMPT)
        occasion.say(person, Said(more), part)
    return True


def details(occasion: Occasion, appointment: Appointment, reader: Person) -> Text:
    """When, where and with whom; a place that the profile does not name may say too much: it is shown at home only."""
    said = meetings.details(appointment, _with_whom(occasion, appointment, reader), occasion.local(reader).tzinfo)
    if appointment.kind.has_place and appointment.place not in occasion.uow.profile.places:
        return Text(said.key, {**said.params, "place": Text("{place}", {"place": appointment.place})})
    return said


def _with_whom(occasion: Occasion, appointment: Appointment, reader: Person) -> str:
    """Whoever planned it; once they have left, whoever looks after the reader (R57)."""
    people = occasion.uow.people
    if not people.has_left(appointment.organiser):
        return people.get(appointment.organiser).name
    instead = occasion.responsible(reader)
    return occasion.uow.profile.carrier["name"] if instead is None else instead.name


def _more(appointment: Appointment) -> list[Text]:
    more = [Text("How to get there: {way}", {"way": appointment.way})] if appointment.way else []
    if appointment.link:
        more.append(Text("Link or number: {link}", {"link": appointment.link}))
    if appointment.interpreter:
        language = interpreters.language(appointment.interpreter)
        more.append(Text("An interpreter is there: {language}.", {"language": language}))
    return more


def unasked(appointment: Appointment, invitee: Invitee, what: str) -> Sending:
    """How something about an appointment goes out: by C1, never at night, once, and not after it has begun."""
    return Sending(
        message_class=MessageClass.REMINDER,
        purpose="C1",
        expires=appointment.starts if what != "off" else appointment.ends,
        lasting=True,
        haste=None if what.startswith(REMIND) else Haste.NEWS,
        dedupe=f"{DEDUPE}:{appointment.id}:{appointment.revision}:{invitee.id}:{what}",
    )


def set_timers(occasion: Occasion, appointment: Appointment, invitee: Invitee, person: Person) -> None:
    """Reminders, and on the day itself the question and the word to staff; those set before are void."""
    timers, plan_ = occasion.uow.timers, occasion.uow.profile.plan
    timers.cancel(TIMER, invitee.id)
    local = appointment.starts.astimezone(occasion.local(person).tzinfo)
    times = [(at, REMIND) for at in reminders(local, occasion.local(person), plan_, occasion.calendar)]
    if not appointment.kind.is_window:
        times += [(local + plan_.ask_after, ASK), (local + plan_.tell_after, TELL)]
    for at, what in times:
        if at.astimezone(UTC) > occasion.now:
            guard = f"{appointment.revision}:{what}"
            timers.add(TIMER, at.astimezone(UTC), person.id, invitee.id, guard)


def asked_about(dedupe: str) -> int | None:
    """Whose part in an appointment a message is about; None if it is about no appointment."""
    kind, *rest = dedupe.split(":")
    return int(rest[2]) if kind == DEDUPE else None


def is_still_on(uow: UnitOfWork, dedupe: str) -> bool:
    """Whether a message may go out as far as appointments know: nothing is said of a time that does not hold."""
    kind, *rest = dedupe.split(":")
    if kind != DEDUPE:
        return True
    appointment = uow.appointments.get(int(rest[0]))
    if appointment.revision != int(rest[1]) or (appointment.cancelled and rest[3] != "off"):
        return False
    return rest[3] != REMIND or is_expected(uow.appointments.invitee(int(rest[2])))


def collides(occasion: Occasion, organiser: PersonId, starts: datetime, minutes: int, without: int) -> bool:
    """Whether somebody of the staff has something else at that time."""
    day = timedelta(days=1)
    held = occasion.uow.appointments.held_by(organiser, starts - day, starts + day)
    elsewhere = occasion.uow.busy.of(organiser, starts - day, starts + day)
    others = (one.id != without for one in overlaps(starts, minutes, held))
    return any(others) or any(overlaps(starts, minutes, elsewhere))
