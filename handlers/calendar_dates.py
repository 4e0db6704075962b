"""Appointments as calendars may know them: when, a neutral title, and a place only where its name is neutral (F21)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.engine.messages import Text
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.appointments import Appointment
from handlers import access, agenda, interpreters
from handlers.occasion import Occasion
from locales.catalog import render

_MARKS = re.compile("[\u2066-\u2069]")
BACK, AHEAD = timedelta(days=31), timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """One date of a calendar file; `part` names whose entry it is, where it is not that of the invited or of staff."""

    number: int
    starts: datetime
    ends: datetime
    revision: int
    cancelled: bool
    title: str
    place: str = ""
    more: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A date on the page of staff, with the names of those it is with, and who interprets."""

    appointment: Appointment
    people: tuple[str, ...]
    interpreter: str


def of_participant(occasion: Occasion, person: Person) -> list[Date]:
    """Everything a participant is invited to from now on, called off or not, under their own sign."""
    known = occasion.uow.appointments.of(person.id, occasion.now)
    return [_date(occasion, appointment, person, person.sign) for appointment, _ in known]


def of_staff(occasion: Occasion, person: Person) -> list[Date]:
    """What a member of staff has, under the signs of those it is with: names stay here."""
    since, until = occasion.now - BACK, occasion.now + AHEAD
    return [
        _date(occasion, one, person, _sign(occasion, person, one))
        for one in occasion.uow.appointments.held_by(person.id, since, until)
    ]


def _sign(occasion: Occasion, staff: Person, appointment: Appointment) -> str:
    """The sign of the one person it is with, as long as they are theirs; nothing for several."""
    invited = occasion.uow.appointments.invited(appointment.id)
    people = agenda.theirs(occasion, staff, appointment) if len(invited) == 1 else []
    return people[0].sign if people else ""


def _date(occasion: Occasion, appointment: Appointment, reader: Person, sign: str) -> Date:
    named = Text("{sign} Appointment", {"sign": sign}) if sign else Text("Appointment")
    neutral = appointment.kind.has_place and appointment.place in occasion.uow.profile.places
    return Date(
        number=appointment.id,
        starts=appointment.starts,
        ends=appointment.ends,
        revision=appointment.revision,
        cancelled=appointment.cancelled,
        title=_plain(named, reader),
        place=appointment.place if neutral else "",
    )


def _plain(text: Text, reader: Person) -> str:
    """The words without marks of direction: a title is a line by itself."""
    return _MARKS.sub("", render(text, reader.language, formal=reader.formal))


def coming(occasion: Occasion, staff: Person) -> list[Shown]:
    """The coming dates of a member of staff that they still have to do with; each reading is written down."""
    found = []
    for one in occasion.uow.appointments.held_by(staff.id, occasion.now, occasion.now + AHEAD):
        people = agenda.theirs(occasion, staff, one)
        if people and (not one.cancelled or one.interpreter_name):
            for person in people:
                access.note_read(occasion, staff, Operation.READ_APPOINTMENTS, person)
            found.append(
                Shown(appointment=one, people=tuple([each.name for each in people]), interpreter=one.interpreter_name)
            )
    return found


def for_interpreter(occasion: Occasion, staff: Person, number: int) -> Date | None:
    """The entry for whoever interprets, without a word about the participant; None: it is not theirs to pass on."""
    held = occasion.uow.appointments.held_by(staff.id, occasion.now - BACK, occasion.now + AHEAD)
    one = next((each for each in held if each.id == number and each.interpreter), None)
    if one is None or not agenda.theirs(occasion, staff, one):
        return None
    title = Text("Interpreting: {language}", {"language": interpreters.language(one.interpreter)})
    where = "\n".join(filter(None, (one.way, one.link)))
    known = _date(occasion, one, staff, "")
    return Date(
        number=known.number,
        starts=known.starts,
        ends=known.ends,
        revision=known.revision,
        cancelled=known.cancelled,
        title=_plain(title, staff),
        place=one.place,
        more=where,
        part="interpreter",
    )
