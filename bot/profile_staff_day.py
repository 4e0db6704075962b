"""The section of a profile about what staff get by the clock: the day sheet, a word before their appointments (F27)."""

from datetime import time, timedelta
from typing import Literal

from flows.rules.staff_day import StaffDay
from pydantic import Field

from bot.section import Section


class Day(Section):
    """`sheet_at` is a time of day, or "off". `remind_minutes_before` 0: staff are not reminded of their own dates."""

    sheet_at: time | Literal["off"] = "off"
    say_when_empty: bool = True
    remind_minutes_before: int = Field(default=0, ge=0, le=240)

    @property
    def staff_day(self) -> StaffDay:
        """As the rules know it."""
        before = timedelta(minutes=self.remind_minutes_before)
        return StaffDay(
            sheet_at=None if self.sheet_at == "off" else self.sheet_at,
            say_when_empty=self.say_when_empty,
            remind_before=before or None,
        )
