"""Days on which somebody has leave: who is away, and when that is said which can wait until they are back (F37)."""

from datetime import date, datetime

from flows.people import Person
from flows.rules.calendar import ONE_DAY
from flows.rules.excuses import Span
from flows.rules.leave import granted
from handlers.occasion import Occasion


def on(occasion: Occasion, person: Person, day: date) -> Span | None:
    """The granted leave that this day lies in; None: there is none."""
    if occasion.uow.profile.leave is None:
        return None
    return next((span for span in granted(occasion.uow.leaves.of(person.id)) if day in span), None)


def is_away(occasion: Occasion, person: Person, day: date) -> bool:
    """Whether the person has leave on that day."""
    return on(occasion, person, day) is not None


def rests_until(occasion: Occasion, person: Person) -> datetime | None:
    """When the office opens on the first working day after leave that today lies in; None: there is none today.

    Until then nobody is asked how it goes or whether they are still there. Proof of an illness, the own month and
    appointments are no part of that: they have their own rules.
    """
    if on(occasion, person, today := occasion.local(person).date()) is None:
        return None
    day = today
    while not occasion.calendar.is_working_day(day) or is_away(occasion, person, day):
        day += ONE_DAY
    return datetime.combine(day, occasion.uow.profile.office_opens, occasion.local(person).tzinfo)
