"""When somebody of the staff is free: their own hours, what is planned here, and what another calendar says (F21)."""

from dataclasses import replace
from datetime import datetime

from flows.people import Person
from flows.rules.calendar import WorkCalendar
from flows.rules.hours import Span
from handlers.occasion import Occasion


def taken(occasion: Occasion, person: Person, until: datetime) -> list[Span]:
    """What takes up their time from now on: appointments here, and busy times from elsewhere."""
    own = occasion.uow.appointments.taken(person.id, occasion.now, until)
    return [*own, *occasion.uow.busy.of(person.id, occasion.now, until)]


def calendar_of(occasion: Occasion, person: Person) -> WorkCalendar:
    """The working days, and the hours in which this member of staff can be met."""
    return replace(occasion.calendar, hours=occasion.uow.profile.hours.get(person.handle))
