"""Dates of a participation, told in the chat or by an operator: kept with history; what hangs on them moves (F66)."""

import re
from datetime import date, datetime
from typing import Final

from flows.dialogues import dates as dialogue
from flows.dialogues.staff import person_in_words
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import Facts
from flows.engine.messages import Level, Text
from flows.engine.nudge_events import DateTold, ParticipationDated
from flows.engine.replies import DateProblem, Reply
from flows.people import Person, PersonId, Role
from flows.rules.access import Operation
from flows.rules.participations import OutOfOrder, Participation, change, check_order, names
from handlers import access, nudging, statements
from handlers.occasion import Occasion, Sending
from handlers.understanding import past_at_end
from storage.uow import UnitOfWork

ALL: Final = re.compile(r"(?:/dates|daten|teilnahme|dates)\s+(?:von\s+|of\s+)?(\S.*)", re.IGNORECASE)
ONE: Final = re.compile(
    rf"({'|'.join(sorted(dialogue.WORDS, key=len, reverse=True))})\s+(?:von\s+|of\s+)?(\S.*)", re.IGNORECASE
)


class UnknownDate(ValueError):
    """There is no such date in this programme."""


def wanted(occasion: Occasion, by: Person, facts: Facts, reply: Reply) -> dict[str, Json] | None:
    """What a line such as "Eintritt Jonas 1.12." says already; None for any other line, or one that names nobody."""
    words = " ".join(reply.text.split())
    one, everything = ONE.fullmatch(words), ALL.fullmatch(words)
    found = one or everything
    if found is None or reply.action:
        return None
    person = person_in_words(found[2] if one else found[1], facts)
    if person is None:
        return None
    if everything:
        show(occasion, by, occasion.uow.people.get(PersonId(int(person))))
        return {"person": person}
    reading = reply.reading
    day = (reading.day or reading.first_day or reading.past) if reading.date_problem is None else reading.past
    if day is None and reading.date_problem is DateProblem.PAST:
        today = occasion.local(by).date()
        day = past_at_end(words, by.language, today, today - dialogue.EARLIEST)
    known: dict[str, Json] = {
        "person": person,
        "what": str(dialogue.WORDS[found[1].casefold()]),
        "day": day.isoformat() if day else "",
    }
    return {name: value for name, value in known.items() if value}


def show(occasion: Occasion, by: Person, person: Person) -> None:
    """The dates that are known, for whoever may keep them."""
    if not access.may(occasion, by, Operation.KEEP_DATES, person):
        return
    known, settings = occasion.uow.participations.of(person.id), occasion.uow.profile.deadlines
    phases = tuple((phase.end, phase.name) for phase in settings.phases)
    order = names(settings.phases)
    told = sorted(known.dates.items(), key=lambda item: item[1].day) if known is not None else []
    lines = tuple(
        Text("{what} {day}", {"what": dialogue.name(what, phases), "day": one.day})
        for what, one in told
        if what in order
    )
    text = (
        Text("These dates are known, {name}: {dates}.", {"dates": lines})
        if lines
        else Text("{name}: no dates are known yet.")
    )
    occasion.say(by, Said(text, level=Level.L4), Sending(subject=person))
    access.note_read(occasion, by, Operation.READ_TASKS, person)


def tell(occasion: Occasion, by: Person, told: DateTold) -> None:
    """Staff tell a date: kept, or refused with the reason; the person's tasks follow it."""
    person = occasion.uow.people.get(told.who)
    about = Sending(subject=person)
    phases = tuple((phase.end, phase.name) for phase in occasion.uow.profile.deadlines.phases)
    try:
        changed = keep(occasion.uow, person, (told.what, told.day), by, occasion.now)
    except OutOfOrder as wrong:
        values = {"first": dialogue.name(wrong.first, phases), "then": dialogue.name(wrong.then, phases)}
        text = Text("Not entered: {then} cannot lie before {first}. Please check both dates.", values)
        occasion.say(by, Said(text), about)
        return
    if not changed:
        occasion.say(by, Said(Text("Nothing has changed: it was entered so already.")), about)
        return
    what = dialogue.name(told.what, phases)
    if told.day is None:
        occasion.say(by, Said(Text("Taken away: {name}, {what}.", {"what": what})), about)
    else:
        text = Text("Entered: {name}, {what} {day}.", {"what": what, "day": told.day})
        occasion.say(by, Said(text), about)


def keep(uow: UnitOfWork, person: Person, told: tuple[str, date | None], by: Person | None, now: datetime) -> bool:
    """Keep one date; False: it was so already. Raises `UnknownDate` or `OutOfOrder` and changes nothing."""
    what, day = told
    settings = uow.profile.deadlines
    if what not in names(settings.phases) or person.role is not Role.PARTICIPANT:
        raise UnknownDate(what)
    uow.people.lock(person.id)
    before = uow.participations.of(person.id)
    known = before or Participation(id=uow.new_id(), person=person.id)
    changed = change(known, what, day, now, None if by is None else by.id)
    if changed is known:
        return False
    check_order(changed)
    if before is None:
        uow.participations.add(changed, now)
    else:
        uow.participations.save(changed, now)
    event = ParticipationDated(who=person.id, what=what, day=day, by=None if by is None else by.id)
    uow.events.add(event, now, subject=person.id)
    nudging.plan_anew(uow, person, now)
    statements.plan(Occasion(uow=uow, now=now, cause="dates"), person)
    for lead in uow.people.all(Role.COORDINATOR)[:1]:
        nudging.plan_anew(uow, lead, now)
    return True
