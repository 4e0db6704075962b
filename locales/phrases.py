"""Understanding of free text in every supported language, from word lists alone, without any outside service (F87)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from locales.days import Days, find_days
from locales.distress import find_distress
from locales.going_on import goes_on, has_another_note
from locales.hours import find_clock, find_minutes, find_number
from locales.leave import FAR_AHEAD, find_leave
from locales.matching import read
from locales.own_reminders import find_own
from locales.reports import Report, find_report
from locales.spans import find_length, one_or_the_other, with_tomorrow_too
from locales.wishes import OF_MEETINGS, find_alone, find_answer, find_coming, find_language, find_wishes
from locales.withdrawals import find_endings

LASTING = frozenset({"ill", "child_ill"})
UNCERTAIN = frozenset({"ill", "child_ill", "official_date", "absent", "cannot_come"})
"""Reports whose first day must be certain."""
CLAUSES = re.compile(r"[.!?,;\n،؛؟]+(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a text says, as far as it says it; None and () mean "not said"."""

    intents: tuple[str, ...] = ()
    reason: str | None = None
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    date: datetime.date | None = None
    date_problem: str | None = None
    problem_ends: bool = False
    minutes: int | None = None
    clock: datetime.time | None = None
    language: str | None = None
    crisis: str | None = None
    urgent_other: bool = False
    yes_no: bool | None = None
    number: int | None = None
    unknown: bool = False
    mourning: bool = False
    coming: bool = False
    endings: tuple[str, ...] = ()
    rest_until: datetime.date | None = None
    length: int | None = None
    far_first: datetime.date | None = None
    far_last: datetime.date | None = None
    goes_on: bool = False


def understand(text: str, *, language: str, today: datetime.date) -> Understood:
    """Return what a text says. Total: any Unicode, never raises.

    ``language`` is the person's own (de, de-simple, en, ar, uk) and is looked at first; ``today`` is the person's day.
    """
    reading = read(text, language)
    if not reading.tokens and not reading.pictograms:
        return Understood(intents=("help",)) if reading.last_mark == "?" else Understood()
    distress = find_distress(reading)
    report = find_report(reading)
    if not report.intents and distress.kind is None and has_another_note(text):
        report.add("ill", "illness")
    days = with_tomorrow_too(find_days(reading, language=language, today=today), reading, today=today)
    if report.intents and not UNCERTAIN.isdisjoint(report.intents):
        days = one_or_the_other(days, reading)
    alone = find_alone(reading)
    intents = find_wishes(reading, alone, report.intents, distressed=distress.kind is not None)
    ended = find_endings(reading, days, intents, today=today)
    own = () if ended.endings or distress.kind is not None else find_own(reading)
    intents = (*_beside(text, report, language=language, today=today), *own) if own else ended.intents
    leave = () if own or ended.endings or distress.kind is not None else find_leave(reading, report, alone)
    far = find_days(reading, language=language, today=today, ahead=FAR_AHEAD) if days.problem == "past" else Days()
    if leave:
        intents, days = leave, days if far.first is None or far.problem else far
    number = find_number(reading)
    return Understood(
        intents=intents,
        reason=report.reason if set(report.intents) & set(intents) else None,
        first_day=_first_day(days, report, today),
        last_day=days.last,
        date=days.single if days.alone or OF_MEETINGS.issuperset(intents) or own else None,
        date_problem=_problem(days, report),
        problem_ends=days.problem_ends,
        minutes=find_minutes(reading),
        clock=None if number is not None else find_clock(reading),
        language=find_language(reading),
        crisis=distress.kind,
        urgent_other=distress.other,
        yes_no=find_answer(reading, alone),
        number=number,
        unknown="unknown" in alone,
        mourning=report.mourning,
        coming=find_coming(reading, alone),
        endings=ended.endings,
        rest_until=ended.rest_until,
        length=find_length(reading),
        far_first=None if far.problem else far.first,
        far_last=None if far.problem else far.last,
        goes_on=not LASTING.isdisjoint(intents) and goes_on(text),
    )


def _first_day(days: Days, report: Report, today: datetime.date) -> datetime.date | None:
    """The first day of absence: after a death, "yesterday" is the day it happened when a later day is named too."""
    if report.mourning and days.first and days.first < today:
        return next((day for day in days.named if day >= today), days.first)
    return days.first


def _beside(text: str, report: Report, *, language: str, today: datetime.date) -> tuple[str, ...]:
    """What is reported in other clauses than the one with the wish to be reminded: it must not get lost."""
    if not report.intents:
        return ()
    clauses = [clause for clause in CLAUSES.split(text) if clause.strip()]
    others = [clause for clause in clauses if not find_own(read(clause, language))]
    if not others or len(others) == len(clauses):
        return ()
    reported = find_report(read(". ".join(others), language)).intents
    return tuple(name for name in reported if name in report.intents)


def _problem(days: Days, report: Report) -> str | None:
    if days.problem is None and report.past and days.count == 0:
        return "past"
    return days.problem
