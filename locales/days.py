"""Days named in a text. Nothing is guessed: a day that the words leave open stays open and says why."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from locales.reading import Reading
from locales.subjects import denied

BACK_DAYS = 14
AHEAD_DAYS = 180
LONGEST_SPAN = 400
FRIDAY = 4

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:[./](\d{4}|\d{2}))?\.?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_NUMBER = re.compile(r"(\d{1,4})\.?")
_RELATIVE = {"today": 0, "tomorrow": 1, "after_tomorrow": 2, "yesterday": -1, "before_yesterday": -2}
_DAY_PHRASES = (*_RELATIVE, "month", "month_end", "whole_week")


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What a text says about days; None is "not said"; ``problem`` as in ``Understood.date_problem``.

    ``problem_ends``: it is a last day that the problem is about. ``named``: every day, in the order of the words.
    """

    first: date | None = None
    last: date | None = None
    single: date | None = None
    problem: str | None = None
    problem_ends: bool = False
    named: tuple[date, ...] = ()
    count: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One day as named: its words, its date (None with a problem) and the part it plays."""

    start: int
    end: int
    day: date | None = None
    problem: str | None = None
    weekday: int | None = None
    role: str = "on"


def find_days(reading: Reading, *, language: str, today: date, ahead: int = AHEAD_DAYS) -> Days:
    """Return the days named in a text, seen from ``today`` (the person's own day), so many days ahead at most."""
    search = _Search(reading, language, today, ahead)
    named = search.named()
    if not named:
        return Days(problem="past" if reading.has("last_week") else None)
    first, last = search.span(named)
    wrong = next((item for item in named if item.problem), None)
    problem, ends = (wrong.problem, wrong.role == "until") if wrong else (None, False)
    if first and last and last < first:
        last, problem, ends = None, problem or "reversed", True
    single = named[0].day if len(named) == 1 else None
    return Days(
        first=first,
        last=last,
        single=single,
        problem=problem,
        problem_ends=ends,
        named=tuple(item.day for item in named if item.day),
        count=len(named),
        alone=search.only(named),
    )


class _Search:
    def __init__(self, reading: Reading, language: str, today: date, ahead: int) -> None:
        self.reading = reading
        self.slash_is_open = reading.home == "en" if reading.has_latin else language == "en"
        self.today, self.ahead = today, ahead

    def named(self) -> list[Named]:
        """Return the days in reading order, each with its role, doubles such as "today, Monday" joined."""
        found: list[Named] = []
        read_to = -1
        for position in self._openings():
            item = self._at(position) if position > read_to else None
            if item:
                read_to = item.end
                self._append(found, item)
        return self._settled(found)

    def _openings(self) -> list[int]:
        """Return the positions at which a day may begin: figures, words of a list, names of days, "in"."""
        reading = self.reading
        found = {position for _, position in reading.counts}
        found.update(mark.start for name in _DAY_PHRASES if name in reading.marks for mark in reading.marks[name])
        if reading.holds("#", "in_time"):
            found.update(position for position in range(len(reading.tokens)) if reading.is_a(position, "#", "in_time"))
        return sorted(found)

    def _append(self, found: list[Named], item: Named) -> None:
        before = found[-1] if found else None
        if before and before.end == item.start - 1 and self._role(item) == "on" and not self._dashed_at(before.end):
            joined = self._joined(before, item)
            if joined:
                found[-1] = joined
                return
        found.append(item)

    def _joined(self, a: Named, b: Named) -> Named | None:
        """Join a weekday with the date or the "today" beside it."""
        if (a.weekday is None) == (b.weekday is None):
            return None
        weekday, dated = (a, b) if a.weekday is not None else (b, a)
        if dated.day is None:
            return replace(dated, start=a.start, end=b.end)
        if dated.day.weekday() == weekday.weekday:
            return Named(start=a.start, end=b.end, day=dated.day)
        return Named(start=a.start, end=b.end, problem="ambiguous")

    def _at(self, position: int) -> Named | None:
        tests = (self._numeric, self._with_month, self._relative, self._week, self._weekday, self._day_number)
        return next((item for test in tests if (item := test(position))), None)

    def _numeric(self, position: int) -> Named | None:
        text = self.reading.tokens[position].text
        if match := _ISO.fullmatch(text):
            year, month, day = (int(group) for group in match.groups())
            return self._dated(position, position, day, month, year)
        if match := _DASHED.fullmatch(text):
            day, month, year = (int(group) for group in match.groups())
            return self._dated(position, position, day, month, year)
        return self._dotted(position, text)

    def _dotted(self, position: int, text: str) -> Named | None:
        match = _NUMERIC.fullmatch(text)
        if not match or self._is_measure(position + 1) or self._is_clock(position, text):
            return None
        day, mark, month, year = int(match[1]), match[2], int(match[3]), match[4]
        if mark == "/" and self.slash_is_open and day <= 12 and month <= 12 and day != month:
            return Named(start=position, end=position, problem="ambiguous")
        full = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
        return self._dated(position, position, day, month, full)

    def _is_clock(self, position: int, text: str) -> bool:
        if self.reading.is_a(position + 1, "oclock") or self.reading.is_a(position - 1, "at_clock_only"):
            return True
        match = _NUMERIC.fullmatch(text)
        if match is None or text.endswith(".") or match[4]:
            return False
        return 12 < int(match[3]) < 60 and int(match[1]) < 25

    def _is_measure(self, position: int) -> bool:
        return self.reading.is_a(position, "minute_unit", "hour_unit", "day_unit", "week_unit")

    def _dated(self, start: int, end: int, day: int, month: int, year: int | None) -> Named:
        if year is not None:
            return self._checked(start, end, _date(year, month, day))
        near = [_date(y, month, day) for y in (self.today.year - 1, self.today.year, self.today.year + 1)]
        if not any(near) and not (month == 2 and day == 29):
            return Named(start=start, end=end, problem="impossible")
        fitting = [d for d in near if d and -BACK_DAYS <= (d - self.today).days <= self.ahead]
        if fitting:
            return Named(start=start, end=end, day=fitting[0])
        return Named(start=start, end=end, problem="past" if any(near) else "impossible")

    def _checked(self, start: int, end: int, day: date | None) -> Named:
        if day is None:
            return Named(start=start, end=end, problem="impossible")
        if (self.today - day).days > BACK_DAYS:
            return Named(start=start, end=end, problem="past")
        return Named(start=start, end=end, day=day)

    def _with_month(self, position: int) -> Named | None:
        day, after = self._day_of_month(position)
        if day is not None:
            month = self.reading.named_month(after + self.reading.is_a(after, "of"))
            return None if month is None else self._with_year(position, month[1], day, month[0])
        month = self.reading.named_month(position)
        if month is None:
            return None
        day, after = self._day_of_month(month[1] + 1 + self.reading.is_a(month[1] + 1, "the"))
        return None if day is None else self._with_year(position, after - 1, day, month[0])

    def _day_of_month(self, position: int) -> tuple[int | None, int]:
        """Return the number of a day at a position and the position behind it."""
        if position >= len(self.reading.tokens):
            return None, position
        match = _NUMBER.fullmatch(self.reading.tokens[position].text)
        if match and len(match[1]) <= 2:
            return int(match[1]), position + 1 + self.reading.is_a(position + 1, "ordinal_ending")
        word = self.reading.counted("ordinal", position)
        if word is None:
            word = self.reading.counted("number", position)
        return word, position + 1

    def _with_year(self, start: int, end: int, day: int, month: int) -> Named:
        if end + 1 < len(self.reading.tokens):
            match = re.fullmatch(r"(20\d\d|19\d\d)\.?", self.reading.tokens[end + 1].text)
            if match:
                return self._dated(start, end + 1, day, month, int(match[1]))
        return self._dated(start, end, day, month, None)

    def _relative(self, position: int) -> Named | None:
        best: Named | None = None
        for name, days in _RELATIVE.items():
            for mark in self.reading.at(name, position):
                if best is None or mark.end > best.end:
                    best = Named(start=position, end=mark.end, day=self.today + timedelta(days=days))
        return best or self._ahead(position)

    def _ahead(self, position: int) -> Named | None:
        """Read "in 3 days" and "in two weeks"."""
        if not self.reading.is_a(position, "in_time"):
            return None
        number = self.reading.whole(position + 1)
        if number is None or not 0 < number < LONGEST_SPAN:
            return None
        if self.reading.is_a(position + 2, "day_unit"):
            return Named(start=position, end=position + 2, day=self.today + timedelta(days=number))
        if self.reading.is_a(position + 2, "week_unit") and number < 60:
            return Named(start=position, end=position + 2, day=self.today + timedelta(weeks=number))
        return None

    def _week(self, position: int) -> Named | None:
        marks = self.reading.at("month_end", position)
        if marks:
            following = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
            return Named(start=position, end=marks[0].end, day=following - timedelta(days=1), role="until")
        marks = self.reading.at("whole_week", position)
        if not marks:
            return None
        end = max(mark.end for mark in marks)
        if self.today.weekday() > FRIDAY:
            return Named(start=position, end=end, problem="ambiguous", role="until")
        friday = self.today + timedelta(days=FRIDAY - self.today.weekday())
        return Named(start=position, end=end, day=friday, role="until")

    def _weekday(self, position: int) -> Named | None:
        number = self.reading.counted("weekday", position)
        end = position
        if number is None:
            number = self.reading.counted("weekday_short", position)
            if number is None or not self._short_day(position):
                return None
        for mark in self.reading.marks.get(f"weekday:{number}", ()):
            if mark.start == position:
                end = max(end, mark.end)
        return Named(start=position, end=end, weekday=number)

    def _short_day(self, position: int) -> bool:
        """Whether a two-letter word such as "do" or "so" is meant as a weekday."""
        reading = self.reading
        beside = self._dashed_at(position) or self._dashed_at(position - 1)
        dated = position + 1 < len(reading.tokens) and bool(_NUMERIC.fullmatch(reading.tokens[position + 1].text))
        alone = len(reading.tokens) == 1 and not reading.is_a(position, "filler", "never_a_day")
        return alone or beside or dated or reading.is_a(position - 1, "until", "since", "on_day")

    def _dashed_at(self, position: int) -> bool:
        return 0 <= position < len(self.reading.tokens) and self.reading.tokens[position].stop in {"-", "–"}

    def _day_number(self, position: int) -> Named | None:
        """Read "the 27th" and "27.", a day of this month or the next, behind a word that asks for a day."""
        day, after = self._day_of_month(position)
        if day is None:
            return None
        spelt = self.reading.tokens[position].text.endswith(".") or after > position + 1
        spelt = spelt or self.reading.counted("ordinal", position) is not None
        led = self.reading.is_a(position - 1, "until", "from", "since", "on", "on_day", "the")
        ranged = self._opens_range(position, after)
        counts = self._is_measure(after) or self.reading.is_a(after, "oclock")
        if counts or not ((spelt and led) or ranged):
            return None
        if ranged:
            return self._same_month(position, after, day)
        month = self.today.replace(day=1)
        following = (month + timedelta(days=32)).replace(day=1)
        dates = [_date(m.year, m.month, day) for m in (month, following)]
        fitting = [d for d in dates if d and d >= self.today - timedelta(days=2)]
        if not fitting:
            return Named(start=position, end=after - 1, problem="impossible")
        return Named(start=position, end=after - 1, day=fitting[0])

    def _opens_range(self, position: int, after: int) -> bool:
        """Whether a number is the first day of "27.-30.11." or "from 25 to 27 November"."""
        if self._dashed_at(after - 1):
            return self._whole_date(after) is not None
        led = self.reading.is_a(position - 1, "from", "since") or self.reading.tokens[position].text.endswith(".")
        return led and self.reading.is_a(after, "until") and self._whole_date(after + 1) is not None

    def _whole_date(self, position: int) -> Named | None:
        position += self.reading.is_a(position, "the", "on_day")
        if position >= len(self.reading.tokens):
            return None
        return self._numeric(position) or self._with_month(position)

    def _same_month(self, position: int, after: int, day: int) -> Named | None:
        """Read the 27. of "27.-30.11."."""
        other = self._whole_date(after) or self._whole_date(after + 1)
        if other is None or other.day is None:
            return None
        return self._checked(position, after - 1, _date(other.day.year, other.day.month, day))

    def _settled(self, found: list[Named]) -> list[Named]:
        settled: list[Named] = []
        for item in found:
            before = settled[-1] if settled else None
            role = item.role if item.role != "on" else self._role(item)
            if before and role == "on" and (self._dashed_at(before.end) or self._follows(before, item)):
                role = "until"
            known = replace(item, role=role)
            settled.append(self._resolved(known, before) if known.weekday is not None else known)
        return settled

    def _role(self, item: Named) -> str:
        for position in range(item.start - 1, max(-1, item.start - 4), -1):
            for role in ("until", "since", "from"):
                if self.reading.is_a(position, role):
                    return role
            if self.reading.tokens[position].stop not in {"", "-"}:
                break
            if not self.reading.is_a(position, "on", "on_day", "the", "next", "coming_day", "last", "including"):
                break
        return "back" if self._returns(item) else "on"

    def _returns(self, item: Named) -> bool:
        backs = [mark for mark in self.reading.of("back_on") if mark.start <= item.start <= mark.end]
        return any(not denied(self.reading, mark) for mark in backs)

    def _follows(self, before: Named, item: Named) -> bool:
        """Whether "today and tomorrow" names two days in a row."""
        between = range(before.end + 1, item.start)
        return len(between) <= 2 and any(self.reading.is_a(position, "and") for position in between)

    def _resolved(self, item: Named, before: Named | None) -> Named:
        """Give a weekday its date: the next one, or the last one when the words look back."""
        number = item.weekday or 0
        closes = before is not None and item.role == "until" and before.role != "until"
        start = (before and closes and before.day) or self.today
        gap = (number - start.weekday()) % 7
        named = {
            n for p in (item.start - 1, item.end + 1) for n in ("next", "last", "coming_day") if self.reading.is_a(p, n)
        }
        if gap == 0 and start == self.today and not named & {"next", "last"}:
            return replace(item, problem="ambiguous")
        if "last" in named or item.role == "since" or (item.role == "on" and self._looks_back(item)):
            day = self.today - timedelta(days=(self.today.weekday() - number) % 7 or 7)
            return replace(item, day=day)
        day = start + timedelta(days=gap or 7)
        if "next" in named and day.isocalendar()[:2] == self.today.isocalendar()[:2]:
            return replace(item, problem="ambiguous")
        return replace(item, day=day)

    def _looks_back(self, item: Named) -> bool:
        sentence = self.reading.tokens[item.start].sentence
        return any(self.reading.tokens[mark.start].sentence == sentence for mark in self.reading.of("past"))

    def span(self, named: list[Named]) -> tuple[date | None, date | None]:
        """Return first and last day as far as they are named."""
        starts = [item.day for item in named if item.role in {"on", "from", "since"}]
        ends = [item.day for item in named if item.role == "until"]
        backs = [item.day for item in named if item.role == "back"]
        first = starts[0] if starts else None
        last = ends[-1] if ends else None
        if backs and backs[0] and not ends:
            last = backs[0] - timedelta(days=1)
            last = None if last < (first or self.today) else last
        if first and not ends and not backs:
            last = self._after(first)
        return first, last

    def _after(self, first: date) -> date | None:
        for position in range(len(self.reading.tokens) - 1):
            number = self.reading.whole(position)
            if number is None or not 0 < number < LONGEST_SPAN or self.reading.is_a(position - 1, "ago", "in_time"):
                continue
            if self.reading.is_a(position + 1, "day_unit"):
                return first + timedelta(days=number - 1)
            if self.reading.is_a(position + 1, "week_unit") and number < 60:
                return first + timedelta(days=7 * number - 1)
        return None

    def only(self, named: list[Named]) -> bool:
        """Whether the text says nothing but days."""
        inside = {position for item in named for position in range(item.start, item.end + 1)}
        return bool(named) and all(
            self.reading.is_a(position, "day_filler", "until", "from", "since", "on", "filler", "next", "coming_day")
            for position in range(len(self.reading.tokens))
            if position not in inside
        )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
