"""Working days and office hours; holidays come in as values."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flows.rules.hours import Hours, Window

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days nobody works: the public holidays of the Land and the profile's own free days (R30).

    `hours` are those of one member of staff, None: the office's.
    """

    free_days: frozenset[date] = field(default_factory=frozenset)
    opens: time = time(8)
    closes: time = time(16)
    hours: Hours | None = None

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, and not a free day."""
        return day.weekday() < SATURDAY and day not in self.free_days

    def windows(self, day: date) -> tuple[Window, ...]:
        """When somebody can be met on that day."""
        if not self.is_working_day(day):
            return ()
        return ((self.opens, self.closes),) if self.hours is None else self.hours.on(day.weekday())

    def next_days(self, after: date, count: int) -> list[date]:
        """The next days on which somebody can be met, looking four weeks ahead at most."""
        days = (after + ONE_DAY * number for number in range(1, 29))
        return [day for day in days if self.windows(day)][:count]

    def nth_working_day(self, start: date, n: int) -> date:
        """The n-th working day counted from `start`, which is the first one if it is a working day."""
        if n < 1:
            raise ValueError("working days are counted from 1")
        day, counted = start, 0
        while True:
            counted += self.is_working_day(day)
            if counted == n:
                return day
            day += ONE_DAY

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is in the office at this local time (R52)."""
        return self.is_working_day(moment.date()) and self.opens <= moment.time() < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the office is open, otherwise the next opening."""
        if self.is_open(moment):
            return moment
        day = moment.date() if moment.time() < self.opens else moment.date() + ONE_DAY
        return datetime.combine(self.nth_working_day(day, 1), self.opens, moment.tzinfo)

    def after_office_time(self, moment: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of open office time has passed since `moment` (local, aware)."""
        start = self.next_opening(moment)
        closing = datetime.combine(start.date(), self.closes, start.tzinfo)
        if span <= closing - start:
            return start + span
        return self.after_office_time(closing, span - (closing - start))
