"""What a carrier may set about the calendars of staff; every name here is a key of the section `calendars`."""

import re
from datetime import time
from pathlib import Path
from typing import Final

from flows.rules.hours import Hours, Window
from pydantic import BaseModel, ConfigDict, Field, field_validator

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW: Final = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")


def _windows(text: str) -> tuple[Window, ...]:
    """The windows of one day, such as "8:00-12:00 13:00-16:00". Raises ValueError."""
    if text.strip() == "":
        return ()
    if _WINDOW.sub("", text).strip(" ,"):
        raise ValueError(f"{text!r} is no time of day: write it as in 8:00-12:00 13:00-16:00")
    found = [(_clock(opens), _clock(closes)) for opens, closes in _WINDOW.findall(text)]
    ends = [time.min, *(closes for _, closes in found)]
    if any(opens >= closes or opens < before for (opens, closes), before in zip(found, ends, strict=False)):
        raise ValueError(f"{text!r} must go forward: 8:00-12:00 13:00-16:00")
    return tuple(found)


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


class StaffCalendar(BaseModel):
    """One member of staff, named by handle: `[calendars.staff.c1]`.

    `hours` by weekday (mon … sun); on a day that is missing they meet nobody, without any the office's hours hold.
    `subscription_file` holds the address of a calendar of theirs (https://…), which is a secret: only from and to of
    what keeps them busy is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: dict[str, str] = Field(default_factory=dict)
    subscription_file: Path | None = None

    @field_validator("hours")
    @classmethod
    def _are_hours(cls, value: dict[str, str]) -> dict[str, str]:
        if wrong := [day for day in value if day not in WEEKDAYS]:
            raise ValueError(f"{wrong[0]!r} is no weekday; there are: {', '.join(WEEKDAYS)}")
        for text in value.values():
            _windows(text)
        return value

    @property
    def week(self) -> Hours | None:
        """The hours; None: those of the office."""
        if not self.hours:
            return None
        return Hours({WEEKDAYS.index(day): _windows(text) for day, text in self.hours.items()})


class CalendarsSettings(BaseModel):
    """When subscribed calendars are looked at, and how much of them is read. Times are in the unit of their name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_minutes: float = Field(default=15, ge=1, le=1440)
    timeout_seconds: float = Field(default=15, gt=0, le=60)
    max_bytes: int = Field(default=5 * 2**20, ge=1000, le=50 * 2**20)
    days_ahead: int = Field(default=120, ge=7, le=400)
    staff: dict[str, StaffCalendar] = Field(default_factory=dict)

    @property
    def hours(self) -> dict[str, Hours]:
        """The hours of those who have their own."""
        return {handle.casefold(): week for handle, one in self.staff.items() if (week := one.week) is not None}

    @property
    def subscriptions(self) -> dict[str, Path]:
        """Where the addresses of subscribed calendars stand, by handle."""
        files = ((handle.casefold(), one.subscription_file) for handle, one in self.staff.items())
        return {handle: path for handle, path in files if path is not None}


def setting_of(handle: str) -> str:
    """The name of the setting behind a subscription."""
    return f"calendars.staff.{handle}.subscription_file"
