"""When something unsolicited may reach a participant: one function says now, later or not at all, and why (F25).

Quiet hours, Sundays, holidays and free days, an open conversation, a pause, a hold after crisis words, caps per day and
week, expiry, level and consent, all together. Answers to what somebody wrote are never asked about here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from flows.quick import quick
from flows.rules.calendar import ONE_DAY, WorkCalendar

SUNDAY = 6
CONVERSATION = timedelta(minutes=10)
"""How long after the last word of a conversation nothing automatic comes in between."""


class Why(StrEnum):
    """The reason of a decision, kept with the message."""

    QUIET = "quiet hours"
    SUNDAY = "sunday"
    FREE_DAY = "free day"
    TALKING = "in a conversation"
    PAUSED = "paused"
    HELD = "held"
    DAY_FULL = "enough for one day"
    WEEK_FULL = "enough for one week"
    LATE = "too late to be useful"
    LEVEL = "above the level of the channel"
    CONSENT = "no consent"
    UNWANTED = "no reminders wanted"
    STOPPED = "its broadcast is stopped"


@dataclass(frozen=True, slots=True)
class Send:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not before `at` (on the person's clock), because of `why`."""

    at: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Drop:
    """It does not go out at all."""

    why: Why


Decision: TypeAlias = Send | Later | Drop


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to go out. `until` (aware): afterwards it is of no use. `urgent`: emergency news and same-morning care.

    Urgent things pass quiet hours, free days, conversations and caps; never a pause, a hold or a missing consent.
    What is `prompt` follows from what somebody has just done: it waits for the night and a pause only. Whoever wants no
    reminders gets nothing that `reminds`, and after a pause it is of no use unless it `outlasts` it (R62).
    """

    until: datetime | None = None
    urgent: bool = False
    consented: bool = True
    permitted: bool = True
    prompt: bool = False
    reminds: bool = False
    outlasts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much that nobody asked for a person gets in one day and in one week."""

    day: int = 4
    week: int = 12


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What holds for the person at `now` (aware, on their own clock).

    `last_word`: when they last said something in a conversation that is still open. `paused`: nobody knows until when;
    with a date it is `paused_until`. `today` and `week`: how much unasked they got today, and since Monday.
    """

    now: datetime
    quiet_from: time
    quiet_until: time
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    caps: Caps = Caps()
    last_word: datetime | None = None
    paused: bool = False
    paused_until: datetime | None = None
    held: bool = False
    no_reminders: bool = False
    today: int = 0
    week: int = 0


def decide(wanted: Wanted, around: Around) -> Decision:
    """Whether it may go out now, when it may, or why it does not. What holds at `now` holds for the whole way.

    A refusal for good comes before a delay; of several delays the one that makes it latest is named.
    """
    refusal = _refusal(wanted, around)
    if refusal is not None:
        return Drop(refusal)
    if around.paused:
        return _in_time(wanted, Later(around.now + ONE_DAY, Why.PAUSED))
    at, why = around.now, None
    while (step := _step(wanted, around, at)) is not None:
        at, why = step.at, step.why
        if wanted.until is not None and at >= wanted.until:
            return Drop(Why.LATE)
    if wanted.until is not None and at >= wanted.until:
        return Drop(Why.LATE)
    return Send() if why is None else Later(at, why)


def _refusal(wanted: Wanted, around: Around) -> Why | None:
    if not wanted.consented:
        return Why.CONSENT
    if around.held:
        return Why.HELD
    if wanted.reminds and around.no_reminders:
        return Why.UNWANTED
    if _ends_with_the_pause(wanted, around):
        return Why.PAUSED
    return None if wanted.permitted else Why.LEVEL


def _ends_with_the_pause(wanted: Wanted, around: Around) -> bool:
    """Whether there is a pause after which it is of no use: one that may never end, or any for a reminder."""
    if wanted.outlasts:
        return False
    until = around.paused_until
    return around.paused or (wanted.reminds and until is not None and around.now < until)


def _in_time(wanted: Wanted, later: Later) -> Decision:
    return Drop(Why.LATE) if wanted.until is not None and later.at >= wanted.until else later


def _step(wanted: Wanted, around: Around, at: datetime) -> Later | None:
    """The first rule that does not let it out at this moment, and the moment until which that rule speaks."""
    return next((later for rule in _rules(wanted) if (later := rule(around, at)) is not None), None)


def _rules(wanted: Wanted) -> tuple[Callable[[Around, datetime], Later | None], ...]:
    if wanted.urgent:
        return (_pause,)
    return (_pause, _night) if wanted.prompt else (_pause, _night, _day_off, _talk, _full)


def _pause(around: Around, at: datetime) -> Later | None:
    until = around.paused_until
    return Later(until, Why.PAUSED) if until is not None and at < until else None


def _night(around: Around, at: datetime) -> Later | None:
    allowed = after_quiet(at, around.quiet_from, around.quiet_until)
    return None if allowed == at else Later(allowed, Why.QUIET)


def _day_off(around: Around, at: datetime) -> Later | None:
    sunday, free = at.weekday() == SUNDAY, at.date() in around.calendar.free_days
    why = Why.SUNDAY if sunday else Why.FREE_DAY
    return Later(_morning(at.date() + ONE_DAY, around), why) if sunday or free else None


def _talk(around: Around, at: datetime) -> Later | None:
    word = around.last_word
    return Later(word + CONVERSATION, Why.TALKING) if word is not None and at < word + CONVERSATION else None


def _full(around: Around, at: datetime) -> Later | None:
    today = around.now.date()
    monday = today + timedelta(days=7 - today.weekday())
    if around.week >= around.caps.week and at.date() < monday:
        return Later(_morning(monday, around), Why.WEEK_FULL)
    if around.today >= around.caps.day and at.date() == today:
        return Later(_morning(today + ONE_DAY, around), Why.DAY_FULL)
    return None


def _morning(day: date, around: Around) -> datetime:
    """The first moment of a day on which somebody may be written to."""
    midnight = datetime.combine(day, time(0), around.now.tzinfo)
    return after_quiet(midnight, around.quiet_from, around.quiet_until)


def is_quiet(moment: datetime, quiet_from: time, quiet_until: time) -> bool:
    """Whether a local moment lies in the quiet hours, which may span midnight."""
    clock = moment.time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def after_quiet(moment: datetime, quiet_from: time, quiet_until: time) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in (local, aware)."""
    if not is_quiet(moment, quiet_from, quiet_until):
        return moment
    day = moment.date() if moment.time() < quiet_until else moment.date() + timedelta(days=1)
    return datetime.combine(day, quiet_until, moment.tzinfo)
