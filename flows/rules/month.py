"""A month of attendance: when it is locked, what goes out of it, and when it may (R20, R23 to R25, R27)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from flows.people import PersonId
from flows.rules.attendance import Day, State, Timetable, days_in, month_after
from flows.rules.excuses import Excuse
from flows.rules.participations import Participation
from flows.rules.presence_hours import Limits

LOCK_DAY: Final = 10
BERLIN: Final = ZoneInfo("Europe/Berlin")
WHOLE: Final = 30
"""Days a whole month counts, however many it has (R25)."""


class Kind(StrEnum):
    """What a day of absence is for the agency; which letter that is says the profile (`[attendance.codes]`)."""

    PROVEN = "proven"
    OWN_WORD = "own_word"
    REASON = "reason"
    LEAVE = "leave"
    UNEXCUSED = "unexcused"


WEEKDAYS: Final = Timetable()
MOST: Final = Limits()


class Code(StrEnum):
    """What the agency's format knows (R20): ill and proven, important reason, without; `NOT` is not transmitted."""

    K = "K"
    E = "E"
    UE = "UE"
    NOT = "-"


KIND_OF: Final = {
    Excuse.PROVEN: Kind.PROVEN,
    Excuse.OWN_WORD: Kind.OWN_WORD,
    Excuse.LEAVE: Kind.LEAVE,
}
"""What an excused day is; any other one is an important reason that a person has recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What a profile says about attendance. `codes` empty: nothing is exported (R20).

    `locks_on_tenth`: the database locks a month at the latest then (R23). `seen_first`: nothing goes out before the
    person has seen it (R27); `silent_days`: so many days after it was shown a silent person holds nothing up any more,
    0: until staff have recorded that it was talked about. `counts_31st`: whether the 31st counts in a part month (R25).
    `show_at`: when the statement comes.
    """

    timetable: Timetable = WEEKDAYS
    limits: Limits = MOST
    codes: Mapping[Kind, Code] = field(default_factory=dict)
    locks_on_tenth: bool = True
    seen_first: bool = True
    silent_days: int = 0
    counts_31st: bool = False
    show_at: time = time(10)


class Word(StrEnum):
    """What was said about a person's month; nothing is overwritten."""

    SHOWN = "shown"  # the person got the statement
    RIGHT = "right"  # the person says that it is right
    WRONG = "wrong"  # the person says what is wrong
    DISCUSSED = "discussed"  # staff have talked about it with the person (R27)
    NOTE = "note"  # a correction after the lock, signed
    DECIDED = "decided"  # what a day was that was open at the lock, signed (ADR 34)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One word about a month. `days` is the fingerprint of the days as they stood; `day`: which one a note is about.

    `stands`: what a decision after the lock makes of `day`.
    """

    id: int
    person: PersonId
    month: date
    word: Word
    by: PersonId
    at: datetime
    days: str = ""
    words: str = ""
    day: date | None = None
    stands: tuple[State, Excuse | None] | None = None


def lock_at(first: date) -> datetime:
    """When the month that begins on `first` is locked at the latest: the 10th, 0:00 in Berlin, as UTC (R23)."""
    day = month_after(first).replace(day=LOCK_DAY)
    return datetime.combine(day, time(0), BERLIN).astimezone(UTC)


def contingent_day(first: date) -> date:
    """Until when the contingent list of a month has to be there (R24)."""
    return month_after(first).replace(day=LOCK_DAY)


def thirtieths(first: date, known: Participation | None, *, counts_31st: bool) -> int:
    """How many thirtieths of the month count (R25): calendar days of participation, weekends too; a whole month is 30.

    Never computed from attendance.
    """
    part = [day for day in days_in(first) if known is not None and known.takes_part(day, day)]
    if len(part) == len([*days_in(first)]):
        return WHOLE
    counted = [day for day in part if counts_31st or day.day <= WHOLE]
    return min(len(counted), WHOLE)


def kind_of(day: Day) -> Kind | None:
    """What a day is for the agency; None for a day that is no absence, or about which nobody has decided."""
    if day.state is State.UNEXCUSED:
        return Kind.UNEXCUSED
    if day.state is not State.EXCUSED:
        return None
    return Kind.REASON if day.excuse is None else KIND_OF.get(day.excuse, Kind.REASON)


class NoCode(ValueError):
    """The profile does not say which code a kind of day has; `key` is what is missing in it."""

    def __init__(self, kind: Kind) -> None:
        self.key = f"attendance.codes.{kind.value}"
        super().__init__(f"{self.key} is missing: write K, E, UE, or - for what is not transmitted")


def coded(days: Iterable[Day], codes: Mapping[Kind, Code]) -> dict[date, Code]:
    """The days that are transmitted, with their codes. Raises `NoCode` where the profile says nothing."""
    found: dict[date, Code] = {}
    for day in days:
        kind = kind_of(day)
        if kind is None:
            continue
        if not day.counts and kind not in codes:
            raise NoCode(kind)
        code = Code(day.counts) if day.counts else codes[kind]
        if code is not Code.NOT:
            found[day.day] = code
    return found


class Hindrance(StrEnum):
    """Why somebody's month cannot go out yet."""

    OPEN_DAYS = "open_days"  # nobody has decided about some days
    NOT_SHOWN = "not_shown"
    SILENT = "silent"  # shown, and neither a word of the person nor a talk
    OBJECTED = "objected"  # the person says that something is wrong, and nobody has talked about it since


UNDECIDED: Final = frozenset({State.OPEN, State.PLANNED})


def with_decisions(closed: Iterable[Day], said: Iterable[Said]) -> tuple[Day, ...]:
    """A closed month, with what was decided since about days that were open at the lock; all else stays (ADR 34)."""
    stands = {one.day: one.stands for one in said if one.word is Word.DECIDED and one.stands is not None}
    return tuple(_decided(day, stands.get(day.day)) for day in closed)


def _decided(day: Day, stands: tuple[State, Excuse | None] | None) -> Day:
    if stands is None or day.state not in UNDECIDED:
        return day
    state, excuse = stands
    return replace(day, state=state, excuse=excuse)


def hindrance(
    days: Iterable[Day], fingerprint: str, said: Iterable[Said], rule: Attendance, now: datetime
) -> Hindrance | None:
    """What keeps a person's month from going out; None: nothing does.

    What counts is said of the days as they are now: if they have changed since, the person has to see them again. A
    talk that staff have recorded after the person's objection settles it.
    """
    if any(day.state in UNDECIDED for day in days):
        return Hindrance.OPEN_DAYS
    if not rule.seen_first:
        return None
    about = [one for one in said if one.days == fingerprint and one.word is not Word.NOTE]
    last = max((one for one in about if one.word is not Word.SHOWN), key=lambda one: (one.at, one.id), default=None)
    if last is not None:
        return Hindrance.OBJECTED if last.word is Word.WRONG else None
    shown = min((one.at for one in about), default=None)
    if shown is None:
        return Hindrance.NOT_SHOWN
    lapsed = rule.silent_days > 0 and now >= shown + timedelta(days=rule.silent_days)
    return None if lapsed else Hindrance.SILENT
