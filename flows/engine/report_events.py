"""What happens beside an absence: somebody goes earlier, or lets a company know."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from flows.engine.events import Event
from flows.people import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyLeaveReported(Event):
    """The person comes, and has to go earlier on `day`."""

    NAME: ClassVar[str] = "EarlyLeaveReported"
    who: PersonId
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyTold(Event):
    """By consent for this one sentence the company of `who` gets a mail; `to` reads it there (R20a)."""

    NAME: ClassVar[str] = "CompanyTold"
    who: PersonId
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTold(Event):
    """A report that staff have recorded was told `at` this instant (aware); None: just now, as it was typed (R20b)."""

    NAME: ClassVar[str] = "ReportTold"
    who: PersonId
    first_day: date
    at: datetime | None = None
