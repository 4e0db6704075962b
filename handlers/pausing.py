"""A break of a person from everything automatic: begun, ended, ended by itself (R62)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flows.dialogues import pause
from flows.engine.events import PauseBegan, PauseEnded
from flows.engine.messages import MessageClass
from flows.people import Person, PersonId
from flows.rules.pauses import end_of
from handlers import alerts
from handlers.occasion import Occasion, Sending

TIMER = "pause"


def begin(occasion: Occasion, person: Person, until: date | None, by: Person) -> datetime | None:
    """Nothing automatic from now on until that day (None: until they say so). A new break replaces the old one.

    The instant of its end; says nothing. `WrongDay` for a day that is over or too far away.
    """
    ends = None
    if until is not None:
        ends = end_of(until, occasion.local(person))
        if ends is None:
            raise WrongDay
        ends = ends.astimezone(UTC)
    uow, now = occasion.uow, occasion.now
    uow.people.lock(person.id)
    uow.timers.cancel(TIMER, person.id)
    uow.people.update(replace(uow.people.get(person.id), paused_since=now, paused_until=ends))
    if ends is not None:
        uow.timers.add(TIMER, ends, person.id, person.id, now.isoformat())
    occasion.record(PauseBegan(who=person.id, until=until, by=by.id), person.id)
    return ends


class WrongDay(ValueError):
    """A break cannot last until this day."""


def rest(occasion: Occasion, person: Person, until: date | None) -> None:
    """The person wants a break: it begins, is confirmed, and the caseworker sees until when, never why."""
    try:
        begin(occasion, person, until, person)
    except WrongDay:
        occasion.say(person, pause.ask_how_long(pause.WRONG_DAY))
        return
    occasion.say(person, pause.has_begun(until))
    alerts.note(occasion, person, pause.staff_note(until).text)


def day_in(occasion: Occasion, person: Person, days: int) -> date:
    """The day so many days from today, on the person's own calendar."""
    return occasion.local(person).date() + timedelta(days=days)


def finish(occasion: Occasion, person: Person) -> bool:
    """The break ends now; False if there is none. Says nothing."""
    uow = occasion.uow
    known = uow.people.get(person.id)
    if known.paused_since is None:
        return False
    uow.timers.cancel(TIMER, person.id)
    uow.people.update(replace(known, paused_since=None, paused_until=None))
    occasion.record(PauseEnded(who=person.id), person.id)
    return True


def is_over(occasion: Occasion, person_id: PersonId, guard: str) -> None:
    """The break has come to its end: one kind question, if the person may be written to."""
    person = occasion.uow.people.get(person_id)
    if person.paused_since is None or person.paused_since.isoformat() != guard:
        return
    finish(occasion, person)
    person = occasion.uow.people.get(person_id)
    if "C1" in occasion.uow.consents.effective(person_id, occasion.now) and person.held_since is None:
        asked = Sending(message_class=MessageClass.BROADCAST, purpose="C1", dedupe=f"{TIMER}:{person_id}:{guard}")
        occasion.say(person, pause.is_over(), asked)
    alerts.note(occasion, person, pause.FOR_STAFF_OVER)
