"""Who reads what a person writes, and from when on: office hours, free days, leave and own days of staff (R52)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from flows.engine.events import AlertKind
from flows.people import Person
from flows.rules.calendar import ONE_DAY
from flows.rules.ladder import KEPT
from handlers import escalating, free
from handlers.occasion import Occasion

FURTHEST: Final = 28
"""So many days ahead it is looked for somebody who is there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads it, and from when on (aware, on their clock). `now`: they are there at this moment."""

    reader: Person
    at: datetime
    now: bool


def first(occasion: Occasion, subject: Person, kind: AlertKind = AlertKind.MESSAGE) -> Reading | None:
    """The next time somebody reads what `subject` writes; None: there is nobody at all.

    What one role alone gets is read by whoever of them is there first; anything else by whoever is responsible that
    day, so that nobody is promised somebody who is on leave then.
    """
    if kind in KEPT:
        found = (_next(occasion, partial(_always, one)) for one in escalating.first_to_know(occasion, subject, kind))
        return min((one for one in found if one is not None), key=lambda one: one.at, default=None)
    return _next(occasion, lambda day: occasion.responsible_on(subject, day))


def _always(one: Person, _: date) -> Person:
    return one


def _next(occasion: Occasion, on: Callable[[date], Person | None]) -> Reading | None:
    """The first day on which whoever it is then is there; where no such day is near, the next opening."""
    today = occasion.now.date()
    for day in (today + ONE_DAY * number for number in range(-1, FURTHEST)):
        reader = on(day)
        if reader is None:
            continue
        found = _on_day(occasion, reader, day)
        if found is not None:
            return found
    reader = on(today)
    if reader is None:
        return None
    local = occasion.local(reader)
    return Reading(reader, occasion.calendar.next_opening(local), occasion.calendar.is_open(local))


def _on_day(occasion: Occasion, reader: Person, day: date) -> Reading | None:
    """When on that day of theirs, if they are there and it is not over yet."""
    local, calendar = occasion.local(reader), free.calendar_of(occasion, reader)
    away = occasion.uow.people.is_away(reader.id, day)
    if day < local.date() or away or not calendar.windows(day):
        return None
    opens = datetime.combine(day, calendar.opens, local.tzinfo)
    closes = datetime.combine(day, calendar.closes, local.tzinfo)
    return None if local >= closes else Reading(reader, max(opens, local), opens <= local)
