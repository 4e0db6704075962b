"""What staff get by the clock: a sheet in the morning, a word before each appointment of their own (F27)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.rules.calendar import ONE_DAY, WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDay:
    """As a profile sets it. `sheet_at`: when the sheet comes (local; None: never). `say_when_empty`: a line on a day
    with nothing in it. `remind_before`: how long before an appointment whoever it is with is reminded (None: never).
    """

    sheet_at: time | None = None
    say_when_empty: bool = True
    remind_before: timedelta | None = None


OFF = StaffDay()


def next_sheet(after: datetime, at: time) -> datetime:
    """The next moment of a sheet later than `after` (local, aware); whether the day is a working day is asked then."""
    today = datetime.combine(after.date(), at, after.tzinfo)
    return today if today > after else datetime.combine(after.date() + ONE_DAY, at, after.tzinfo)


def is_in_time(moment: datetime, set_for: time, calendar: WorkCalendar) -> bool:
    """Whether a sheet set for this time of day is still worth sending: on a working day, before the office closes."""
    latest = max(calendar.closes, set_for)
    return calendar.is_working_day(moment.date()) and set_for <= moment.time() <= latest


def working_day_before(day: date, calendar: WorkCalendar) -> date:
    """The last working day before `day`."""
    before = day - ONE_DAY
    while not calendar.is_working_day(before):
        before -= ONE_DAY
    return before
