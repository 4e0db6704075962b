"""The month for the agency: days with codes, no reason, no word; who is not ready is left out and said (R20, R38)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.engine.attendance_events import MonthExported
from flows.people import Person
from flows.rules.access import Operation
from flows.rules.attendance import days_in
from flows.rules.month import Attendance, Code, Hindrance, coded
from flows.rules.participations import Point
from handlers import access, attendance, months
from handlers.months import Report
from handlers.occasion import Occasion

MISSING: Final = "attendance.codes"


class CannotExport(ValueError):
    """Nothing goes out; the message names what is missing and the way to it."""


class NobodyIsReady(CannotExport):
    """Everything is there but the months of people; the message names who waits for what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person's month as the agency gets it. `first` and `last`: the days of participation in the month."""

    handle: str
    name: str
    first: date
    last: date
    codes: Mapping[date, Code]
    thirtieths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFile:
    """What goes out of a month, and who is left out of it, by handle, with why."""

    month: date
    lines: tuple[Line, ...]
    left_out: tuple[tuple[str, Hindrance], ...]


def read(occasion: Occasion, month: date, reader: Person | None = None) -> MonthFile:
    """The month; each person in it may see that `reader` has read it. Raises `CannotExport` or `NoCode`."""
    rule = rule_for_export(occasion)
    found = list(months.reports(occasion, month, rule))
    ready = [one for one in found if one.hindrance is None]
    left_out = tuple((one.person.handle, one.hindrance) for one in found if one.hindrance is not None)
    if not ready:
        raise NobodyIsReady(_nobody(left_out))
    lines = tuple(_line(one, month, rule) for one in ready)
    if reader is not None:
        for one in ready:
            access.note_read(occasion, reader, Operation.SEE_MONTH, one.person)
    exported = MonthExported(month=month.isoformat()[:7], people=len(lines))
    occasion.uow.events.add(exported, occasion.now, subject=None)
    return MonthFile(month=month, lines=lines, left_out=left_out)


def rule_for_export(occasion: Occasion) -> Attendance:
    """What the profile says about months. Raises `CannotExport` where it says too little for anything to go out."""
    rule = attendance.rule_of(occasion.uow)
    if rule is None:
        raise CannotExport("[attendance] is missing in the profile: no attendance is kept here")
    if not rule.codes:
        raise CannotExport(
            f"[{MISSING}] is missing in the profile: say which code of the agency each kind of day has (R20)"
        )
    return rule


def _nobody(left_out: tuple[tuple[str, Hindrance], ...]) -> str:
    if not left_out:
        return "nobody took part in this month; python -m bot dates enters first days"
    why = ", ".join(f"{handle}: {hindrance}" for handle, hindrance in left_out)
    return f"nobody's month is ready ({why}); staff see how far it is with /month in their chat (R27)"


def _line(one: Report, month: date, rule: Attendance) -> Line:
    known = one.participation
    *_, last = days_in(month)
    entry = None if known is None else known.day(Point.ENTRY)
    end = None if known is None or known.end is None else known.end.day
    return Line(
        handle=one.person.handle,
        name=one.person.name,
        first=max(month, entry or month),
        last=min(last, end or last),
        codes=coded(one.days, rule.codes),
        thirtieths=one.thirtieths,
    )


def read_for(occasion: Occasion, reader: Person, month: date) -> MonthFile | None:
    """As `read`; None for whoever does not answer for the programme, or does no more."""
    if occasion.uow.people.has_left(reader.id) or not access.may_own(reader, Operation.SEE_MONTH):
        return None
    return read(occasion, month, reader)
