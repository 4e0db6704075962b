"""The section of a profile about attendance: when the programme takes place, and how a month goes out (F35, F36)."""

from datetime import time
from typing import Final, Literal, Self

from flows.rules.attendance import Timetable
from flows.rules.month import Attendance, Code, Kind
from flows.rules.presence_hours import Limits
from pydantic import Field, model_validator

from bot.section import Section

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Kept(Section):
    """`codes` say which letter of the agency's format a kind of day has; without them nothing is exported (R20).

    `lock_on_tenth` off leaves the lock to whoever ticks "transmitted". `seen_before_export` off needs a reason of the
    carrier (R27). `silent_days`: so many days after it was shown a silent person holds their month up no more; 0: until
    staff have talked about it with them. `own_place_phases`: phases of [[deadlines.phases]] that take place here; in
    others only group appointments count (R23). Empty: all do.
    """

    weekdays: tuple[Weekday, ...] = Field(default=WEEKDAYS[:5], min_length=1)
    begins: time = time(8, 30)
    ends: time = time(15)
    breaks_minutes: tuple[int, ...] = (15, 30)
    own_place_phases: tuple[str, ...] = ()
    most_minutes: int = Field(default=9 * 60, ge=60, le=9 * 60)
    most_minutes_under_18: int = Field(default=8 * 60, ge=60, le=9 * 60)
    breaks_minutes_under_18: int = Field(default=60, ge=0, le=180)
    lock_on_tenth: bool = True
    seen_before_export: bool = True
    silent_days: int = Field(default=0, ge=0, le=9)
    count_31st: bool = False
    show_at: time = time(10)
    codes: dict[Kind, Code] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("begins must lie before ends")
        if any(minutes < 1 for minutes in self.breaks_minutes):
            raise ValueError("breaks_minutes: each break takes at least a minute")
        return self

    @property
    def attendance(self) -> Attendance:
        """As the rules know it."""
        return Attendance(
            timetable=Timetable(
                weekdays=frozenset(WEEKDAYS.index(day) for day in self.weekdays),
                begins=self.begins,
                ends=self.ends,
                breaks=self.breaks_minutes,
                only_in=frozenset(self.own_place_phases),
            ),
            limits=Limits(
                most=self.most_minutes,
                young_most=self.most_minutes_under_18,
                young_breaks=self.breaks_minutes_under_18,
            ),
            codes=self.codes,
            locks_on_tenth=self.lock_on_tenth,
            seen_first=self.seen_before_export,
            silent_days=self.silent_days,
            counts_31st=self.count_31st,
            show_at=self.show_at,
        )
