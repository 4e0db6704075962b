"""Leave: from when until when, how many working days that takes, what is left, what speaks against it, right? (F37).

What the request is held against comes in with the first answer, as values: the dialogue looks nothing up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from flows.dialogues.staff import lacks
from flows.engine.answers import DATE_HINTS, OVER, Choice, Day
from flows.engine.conversation import Json
from flows.engine.events import Said
from flows.engine.flow import END, Answer, Ask, Do, Done, Flow, Miss, Partly, View, goto
from flows.engine.leave_events import LeaveWanted
from flows.engine.messages import Button, Text, Value
from flows.engine.replies import DateProblem, Reading, Reply
from flows.rules.calendar import ONE_DAY
from flows.rules.excuses import Span
from flows.rules.leave import (
    FARTHEST,
    IMPOSSIBLE,
    LONGEST,
    Account,
    Around,
    Conflict,
    Participating,
    conflicts,
    working_days,
)

ASK: Final = Button(Text("Ask for leave"), "leave")
MINE: Final = Button(Text("My leave"), "my_leave")
A_WEEK: Final = timedelta(days=7)
MOST_DATES: Final = 3

TOO_LONG: Final = Text("These are too many days for one request. Please check the dates.")
ALWAYS: Final[Mapping[Conflict, Text]] = {
    Conflict.PAST: OVER,
    Conflict.REVERSED: DATE_HINTS[DateProblem.REVERSED],
    Conflict.TOO_LONG: TOO_LONG,
    Conflict.OVERLAP: Text("Some of these days are leave already, or were asked for."),
    Conflict.NO_WORKING_DAY: Text("These days are free for everybody: a weekend or a holiday. No leave is needed."),
    Conflict.ILL: Text("Please note: for some of these days an absence is reported already."),
}
"""Conflicts that name nothing."""


def balance(account: Account) -> Text:
    """How many days there are; the same words for the person and for staff."""
    if account.so_far is None or account.left is None:
        return Text("How many days of leave there are is not known here: the first day is not entered yet.")
    values: dict[str, Value] = {"so_far": account.so_far, "left": account.left}
    if account.whole is None:
        return Text("Days of leave earned so far: {so_far}. Left of them: {left}.", values)
    values["whole"] = account.whole
    return Text("Days of leave for the whole participation: {whole}. Earned so far: {so_far}. Left: {left}.", values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a request is held against, as it travels with the conversation."""

    account: Account
    known: Participating
    taken: tuple[Span, ...] = ()
    dates: tuple[datetime, ...] = ()
    replaces: int | None = None

    def as_json(self) -> dict[str, Json]:
        """As answers keep it."""
        return {
            "so_far": self.account.so_far,
            "whole": self.account.whole,
            "used": self.account.taken,
            "entry": _iso(self.known.entry),
            "end": _iso(self.known.end),
            "taken": [[span.first.isoformat(), span.last.isoformat()] for span in self.taken],
            "dates": [one.isoformat() for one in self.dates],
            "replaces": None if self.replaces is None else str(self.replaces),
        }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def held(view: View) -> Held:
    """What came in with the first answer."""
    kept = view.answers.get("held")
    known: dict[str, Json] = kept if isinstance(kept, dict) else {}
    return Held(
        account=Account(
            so_far=_number(known, "so_far"), whole=_number(known, "whole"), taken=_number(known, "used") or 0
        ),
        known=Participating(entry=_day(known, "entry"), end=_day(known, "end")),
        taken=tuple(Span(*map(date.fromisoformat, pair)) for pair in _pairs(known.get("taken"))),
        dates=tuple(datetime.fromisoformat(str(one)) for one in _list(known.get("dates"))),
        replaces=int(str(known["replaces"])) if known.get("replaces") else None,
    )


def _number(known: Mapping[str, Json], name: str) -> int | None:
    value = known.get(name)
    return value if isinstance(value, int) else None


def _day(known: Mapping[str, Json], name: str) -> date | None:
    value = known.get(name)
    return date.fromisoformat(value) if isinstance(value, str) else None


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []


def _pairs(value: Json) -> list[list[str]]:
    return [[str(day) for day in pair] for pair in _list(value) if isinstance(pair, list)]


@dataclass(frozen=True, slots=True)
class Coming(Day):
    """A day to come, up to a year ahead: "3 August" said in November is the next one."""

    def read(self, reply: Reply, view: View) -> Answer | Partly | Miss:
        """As any day."""
        return Day.read(self, replace(reply, reading=coming(reply.reading)), view)


def coming(reading: Reading) -> Reading:
    """A reading in which days without a year lie ahead."""
    if reading.far_first is None:
        return reading
    return replace(
        reading, first_day=reading.far_first, last_day=reading.far_last, day=reading.far_first, date_problem=None
    )


def _today(view: View) -> date:
    return view.now.date()


def _latest(view: View) -> date:
    return view.now.date() + FARTHEST


def _first(view: View) -> date:
    """The first day as answered; today, where the question is put by itself."""
    told = view.text("first")
    return date.fromisoformat(told) if told else _today(view)


def _last(view: View) -> date:
    """The last day as answered; the first, where the question is put by itself."""
    told = view.text("last")
    return date.fromisoformat(told) if told else _first(view)


def _latest_end(view: View) -> date:
    return min(_first(view) + timedelta(days=LONGEST - 1), _latest(view))


def _firsts(view: View) -> Sequence[Button]:
    today = view.now.date()
    monday = today + timedelta(days=7 - today.weekday())
    offered = sorted(
        {view.facts.calendar.nth_working_day(day, 1) for day in (today + ONE_DAY, monday, monday + A_WEEK)}
    )
    named = [Button(Text("{day}", {"day": day}), "day", day.isoformat()) for day in offered]
    return (*named, Button(Text("Another day"), "other"))


def _lasts(view: View) -> Sequence[Button]:
    first = _first(view)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    ends = sorted({first, friday, friday + A_WEEK, friday + 2 * A_WEEK})
    return [Button(Text("Until {day}", {"day": day}), "day", day.isoformat()) for day in ends]


def _first_prompt(view: View) -> Text:
    example = view.now.date() + timedelta(days=14)
    return Text(
        "From which day on would you like leave? Tap, or write a date, for example {example}.", {"example": example}
    )


def _last_prompt(view: View) -> Text:
    values: dict[str, Value] = {"first": _first(view), "example": _first(view) + timedelta(days=4)}
    return Text("Leave from {first}: which day is the last one? Tap, or write a date, for example {example}.", values)


def around(of: Held, view: View) -> Around:
    """What the days asked for are held against."""
    absent = tuple(
        Span(one.first_day, one.last_day or one.first_day) for one in view.facts.absences if not one.taken_back
    )
    return Around(
        today=view.now.date(),
        calendar=view.facts.calendar,
        known=of.known,
        left=of.account.left,
        taken=of.taken,
        absent=absent,
        dates=tuple(one.astimezone(view.now.tzinfo).date() for one in of.dates),
    )


def said_of(conflict: Conflict, of: Held, days: tuple[date, date], n: int) -> Text:
    """A conflict in words: of so many working days, from the first to the last of `days`."""
    first, last = days
    match conflict:
        case Conflict.BEFORE_ENTRY:
            return Text(
                "The participation begins only on {entry}. No leave is needed before that day.",
                {"entry": of.known.entry or first},
            )
        case Conflict.AFTER_END:
            return Text(
                "The participation ends on {end}. Leave after that day is not possible.", {"end": of.known.end or last}
            )
        case Conflict.TOO_MANY:
            return Text(
                "Please note: {n} working days are asked for, and {left} are left.",
                {"n": n, "left": of.account.left or 0},
            )
        case Conflict.APPOINTMENT:
            dates = tuple(Text("{at}", {"at": one}) for one in of.dates if first <= one.date() <= last)[:MOST_DATES]
            return Text("Please note: in these days there is an appointment: {dates}.", {"dates": dates})
        case _:
            return ALWAYS[conflict]


def _look(view: View) -> Done:
    """Say what speaks against these days; what makes them impossible ends the question, with a way to ask anew."""
    of, days = held(view), (_first(view), _last(view))
    found = conflicts(*days, around(of, view))
    n = len(working_days(*days, view.facts.calendar))
    if hard := [one for one in found if one in IMPOSSIBLE]:
        return Done((Said(said_of(hard[0], of, days, n), (ASK, MINE)),), {"impossible": True})
    return Done(tuple(Said(said_of(one, of, days, n)) for one in found), {"n": n})


def _summary(view: View) -> Text:
    values: dict[str, Value] = {
        "first": _first(view),
        "last": _last(view),
        "n": int(str(view.answers.get("n") or 0)),
        "balance": balance(held(view).account),
    }
    return Text("Leave from {first} until {last}, working days: {n}. {balance} Shall I ask for it?", values)


def _ways(_: View) -> Sequence[Button]:
    return (
        Button(Text("Yes, ask for it"), "confirm", "yes"),
        Button(Text("Other days"), "other_days", "other"),
        Button(Text("Leave it"), "no", "no"),
    )


def _yes_in_words(reply: Reply, _: View) -> str | None:
    said = reply.reading.yes
    return None if said is None else ("yes" if said else "no")


def _send(view: View) -> Done:
    if view.text("sure") != "yes":
        return Done((Said(Text("All right, I ask for nothing."), (ASK, MINE)),))
    return Done((LeaveWanted(first=_first(view), last=_last(view), replaces=held(view).replaces),))


def _anew(_: View) -> Done:
    return Done(answers={"first": "", "last": "", "sure": ""})


FLOW = Flow(
    name="leave",
    version=1,
    start="first",
    nodes={
        "first": Ask(
            prompt=_first_prompt,
            parse=Coming(_firsts, _today, _latest, OVER),
            save="first",
            then=goto("last"),
            only_if=lacks("first"),
        ),
        "last": Ask(
            prompt=_last_prompt,
            parse=Coming(_lasts, _first, _latest_end, DATE_HINTS[DateProblem.REVERSED], ends=True),
            save="last",
            then=goto("look"),
            only_if=lacks("last"),
        ),
        "look": Do(run=_look, then=lambda view: END if view.answers.get("impossible") else "sure"),
        "sure": Ask(
            prompt=_summary,
            parse=Choice(_ways, _yes_in_words),
            save="sure",
            then=lambda view: "anew" if view.text("sure") == "other" else "send",
        ),
        "anew": Do(run=_anew, then=goto("first")),
        "send": Do(run=_send, then=goto(END)),
    },
)
